"""A WebSocket's message tells more than its upgrade did: only where the upgrade found no project."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from franking import settings
from franking.attribution.values import NOBODY, Peer, Place, Repository
from franking.ledger.record import Record
from franking.proxy import rows
from franking.proxy.callers import Callers
from franking.proxy.stages import Request, Stages
from franking.proxy.verdicts import Verdicts
from franking.proxy.whereabouts import Whereabouts

BEGUN = Record(
    id="018f0000-0000-7000-8000-000000000001", started_at=1, gateway="openai", host="api.openai.com", method="GET",
    path="/v1/responses", wire_format="openai-responses", provenance="{}",
)  # fmt: skip
NAME = "x-codex-turn-metadata"
ALPHA = '{"workspaces":{"/a":{"associated_remote_urls":{"origin":"https://github.com/example-co/alpha.git"}}}}'


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return Stages(settings.load(Path(tmp_path_factory.mktemp("none"), "none.toml")))


@pytest.mark.parametrize(
    ("begun", "value", "project"),
    [
        ({}, ALPHA, ("alpha", "git-remote")),
        ({"project_id": "ours", "project_source": "sidecar"}, ALPHA, ("alpha", "git-remote")),
        ({"project_id": "shop", "project_source": "proxy-userinfo"}, ALPHA, ("shop", "proxy-userinfo")),
        ({"project_source": "project-file"}, ALPHA, (None, "project-file")),
        ({}, "{}", (None, None)),
    ],
)
def test_a_message_tells_the_project(
    stages: Stages, begun: dict[str, Any], value: str, project: tuple[str | None, str | None]
) -> None:
    (gateway,) = [each for each in stages.settings.gateway if each.name == "openai"]
    headers = ((NAME, '{"turn_id":""}'), ("session-id", "s1"))
    request = Request(gateway, None, "GET", "api.openai.com", "/v1/responses", headers)
    row = Record(**{name: getattr(BEGUN, name) for name in BEGUN.__struct_fields__} | begun)
    upgrade = stages.judge(request, NOBODY, Whereabouts())
    told = Verdicts(stages, Callers(SimpleNamespace)).retold(request, upgrade, row, ((NAME, value),))
    assert (told.project_id, told.project_source) == project
    assert (told.id, told.started_at, told.host) == (row.id, row.started_at, row.host)
    if told is not row:
        assert told.session_id == "s1"
        assert ("alpha" in (told.provenance or "")) == (value == ALPHA)


@pytest.mark.parametrize(("value", "project"), [(ALPHA, "alpha"), ("{}", "ours")])
def test_what_the_upgrade_rested_on_stays(stages: Stages, value: str, project: str) -> None:
    (gateway,) = [each for each in stages.settings.gateway if each.name == "openai"]
    request = Request(gateway, None, "GET", "api.openai.com", "/v1/responses", ())
    ours = Place("/ours", repository=Repository("/ours", "ours", branch="main", user="dev@example.com"))
    peer = Peer(pid=7, argv=("codex",))
    upgrade = stages.judge(request, peer, Whereabouts(sidecar=ours))
    begun = rows.attributed(BEGUN, upgrade.attribution, upgrade.provenance)
    assert (begun.project_id, begun.project_source) == ("ours", "sidecar")
    told = Verdicts(stages, Callers(SimpleNamespace)).retold(request, upgrade, begun, ((NAME, value),))
    assert told.project_id == project
    assert (told.user, told.client, told.pid) == ("dev@example.com", "codex", 7)
