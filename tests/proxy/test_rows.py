"""What becomes of a row's status at its end."""

import json

import pytest

from franking.attribution.values import Attribution, Sourced
from franking.ledger.record import Record, Status
from franking.metering.values import Asked, Cost, Usage
from franking.proxy import rows

WHOLE = Usage(complete=True)
CUT = Usage()
FAILED = Usage(complete=True, error_type="overloaded_error")


def begun() -> Record:
    return rows.opened(
        id="018f0000-0000-7000-8000-000000000001",
        started_at=1_000_000,
        gateway="kilo",
        host="api.kilo.ai",
        method="POST",
        path="/api/openrouter/chat/completions",
        wire_format="openai-chat",
        attribution=Attribution(project=Sourced("example-repo", "git-remote")),
        provenance='{"candidates":[]}',
    )


@pytest.mark.parametrize(
    ("status", "http_status", "usage", "kept"),
    [
        ("ok", 200, WHOLE, "ok"),
        ("ok", 200, CUT, "ok"),
        ("ok", 200, FAILED, "stream_error"),
        ("ok", 401, CUT, "http_error"),
        ("ok", 500, FAILED, "http_error"),
        ("client_aborted", 200, CUT, "client_aborted"),
        ("client_aborted", 200, WHOLE, "ok"),
        ("upstream_aborted", 200, CUT, "upstream_aborted"),
        ("upstream_aborted", 200, WHOLE, "ok"),
        ("upstream_aborted", 200, FAILED, "stream_error"),
        ("upstream_aborted", None, CUT, "upstream_aborted"),
        ("interrupted", 200, CUT, "interrupted"),
        ("interrupted", 200, WHOLE, "ok"),
        ("client_aborted", 426, CUT, "http_error"),
    ],
)
def test_final_status(status: Status, http_status: int | None, usage: Usage, kept: Status) -> None:
    assert rows.final_status(status, http_status, usage) == kept


def test_an_opened_row_carries_its_attribution() -> None:
    row = begun()
    assert (row.status, row.project_id, row.project_source) == ("in_flight", "example-repo", "git-remote")
    assert row.feature is None


def test_what_was_not_read_stays_null() -> None:
    ending = rows.Ending(status="upstream_aborted", ended_at=2_000_000)
    row = rows.priced(rows.closed(begun(), ending, Asked(), Usage()), ending, Asked(), Usage(), Cost())
    assert row.http_status is None
    assert row.input_tokens is None
    assert row.cost is None
    assert row.streamed is None


def test_the_answer_s_own_error_goes_before_the_transport_s() -> None:
    ending = rows.Ending(status="upstream_aborted", ended_at=2, error_type="upstream_closed", error_message="cut")
    assert rows.closed(begun(), ending, Asked(), FAILED).error_type == "overloaded_error"
    assert rows.closed(begun(), ending, Asked(), CUT).error_type == "upstream_closed"


def test_metering_s_notes_stand_beside_the_attribution_s() -> None:
    ending = rows.Ending(status="ok", ended_at=2, http_status=200)
    usage = Usage(complete=True, skipped_events=1)
    row = rows.priced(rows.closed(begun(), ending, Asked(), usage), ending, Asked(), usage, Cost(price="table 1"))
    assert json.loads(row.provenance or "") == {
        "candidates": [],
        "metering": {"complete": True, "price": "table 1", "skipped_events": 1},
    }
