"""``/metrics``: counters of a real ledger, exact, bounded, and hostile names in their labels."""

from pathlib import Path
from typing import Any

import pytest

from franking.ledger.counters import Counted
from franking.web.api import metrics
from franking.web.api.exposition import OPEN, PLAIN
from franking.web.api.metrics import Kept
from support import ledgers
from support.dashboard import HOSTILE, client
from support.exposition import Read, parsed

BEGIN = 1_790_000_000_000_000


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sets of labels of a process that has just begun."""
    monkeypatch.setattr(metrics, "_kept", Kept())


def asked(file: Path, accept: str = "text/plain") -> dict[str, Read]:
    answer = client(file).get("/metrics", headers={"Accept": accept})
    assert answer.status_code == 200
    openmetrics = "openmetrics" in accept
    assert answer.headers["content-type"] == (OPEN if openmetrics else PLAIN)
    return parsed(answer.text, openmetrics=openmetrics)


def of(project: str = "", feature: str = "", model: str = "", client: str = "", gateway: str = "kilo") -> Any:
    values = {"project": project, "feature": feature, "model": model, "client": client, "gateway": gateway}
    return tuple(values.items())


@pytest.mark.parametrize("accept", ["text/plain", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"])
def test_what_was_counted_since_the_beginning(tmp_path: Path, accept: str) -> None:
    file = ledgers.made(
        tmp_path / "ledger.db",
        [
            ledgers.record(BEGIN, project_id="web", feature="cli", model="m", cost=1_000_000_001, input_tokens=7),
            ledgers.record(BEGIN - 10**15, project_id="web", feature="cli", model="m", cost=2, reasoning_tokens=3),
            ledgers.record(BEGIN, project_id="web", model="m"),
            ledgers.record(BEGIN, project_source="project-file", status="http_error"),
            ledgers.record(BEGIN, status="in_flight", project_id="web"),
            *(ledgers.record(BEGIN, project_id=name) for name in HOSTILE),
        ],
    )
    found = asked(file, accept)
    web = of("web", "cli", "m")
    assert found["franking_requests"].samples[web] == "2"
    assert found["franking_cost_dollars"].samples[web] == "1.000000003"
    assert found["franking_errors"].samples[of()] == "1"
    assert found["franking_unpriced_requests"].samples[of("web", "", "m")] == "1"
    assert found["franking_tokens"].samples[(*web, ("kind", "input"))] == "7"
    assert found["franking_tokens"].samples[(*web, ("kind", "reasoning"))] == "3"
    assert {of(name) for name in HOSTILE} <= {*found["franking_requests"].samples}
    unattributed = found["franking_unattributed_requests"].samples
    assert unattributed == {(("field", "project"),): "0", (("field", "feature"),): str(2 + len(HOSTILE))}
    assert found["franking_ledger_readable"].samples == {(): "1"}
    assert found["franking_sidecar_up"].samples == {(): "0"}
    assert int(found["franking_price_table_age_seconds"].samples[()]) >= 0


@pytest.mark.parametrize("content", [None, b"no ledger at all, and long enough to be looked at"])
def test_without_a_ledger_it_still_answers(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ledger.db"
    if content is not None:
        file.write_bytes(content)
    found = asked(file)
    assert found["franking_ledger_readable"].samples == {(): "0"}
    assert "franking_requests" not in found


def test_what_is_beyond_the_bound_is_one_series_which_never_goes_down() -> None:
    kept = Kept(2)
    one, two, three = (
        Counted((name, None, None, None, "kilo"), (number,)) for name, number in zip("abc", (9, 5, 1), strict=True)
    )
    rest = ("(other)",) * 5
    assert kept.bounded([one, two, three]) == {
        ("a", "", "", "", "kilo"): [9],
        ("b", "", "", "", "kilo"): [5],
        rest: [1],
    }
    busier = Counted(three.labels, (70,))
    assert kept.bounded([busier, one, two]) == {
        ("a", "", "", "", "kilo"): [9],
        ("b", "", "", "", "kilo"): [5],
        rest: [70],
    }
