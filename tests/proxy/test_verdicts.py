"""A WebSocket's message tells more than its upgrade did: only where the upgrade found no project."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from franking import settings
from franking.ledger.record import Record
from franking.proxy.callers import Callers, Connection
from franking.proxy.stages import Request, Stages
from franking.proxy.verdicts import Verdicts

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
    callers = Callers(SimpleNamespace)
    row = Record(**{name: getattr(BEGUN, name) for name in BEGUN.__struct_fields__} | begun)
    told = Verdicts(stages, callers).retold(Connection(), request, row, ((NAME, value),))
    assert (told.project_id, told.project_source) == project
    assert (told.id, told.started_at, told.host) == (row.id, row.started_at, row.host)
    if told is not row:
        assert told.session_id == "s1"
        assert ("alpha" in (told.provenance or "")) == (value == ALPHA)
