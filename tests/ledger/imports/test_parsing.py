"""Lines as requests and totals, by their layouts; or refused, with the column and what was expected."""

from decimal import Decimal
from typing import Any

import pytest

from franking.ledger.imports import layouts
from franking.ledger.imports.fields import DIMENSIONS
from franking.ledger.imports.lines import Bad, Line
from franking.ledger.imports.parsing import Parser
from franking.ledger.imports.values import Refused, Request, Total
from franking.ledger.schema_2 import SUMS

DAY = 86_400_000_000
MIDNIGHT = 1_795_305_600_000_000
"""2026-11-22 UTC."""


def parsed(name: str, **cells: Any) -> Request | Total | Refused | None:
    layout = next(one for one in layouts.load() if one.name == name)
    return Parser(layout, list(cells)).parse(Line(7, cells))


def request(name: str, **cells: Any) -> Request:
    found = parsed(name, **cells)
    assert isinstance(found, Request), found
    return found


def sums(found: object) -> dict[str, int]:
    assert isinstance(found, Total), found
    return {name: number for name, number in zip(SUMS, found.sums, strict=True) if number}


def test_the_kilo_gateways_table() -> None:
    columns = {"Date": "2026-11-22", "User": "Jane", "Model": "m", "Mode": "code", "Cost (USD)": "1.500001",
               "Requests": "3", "Input Tokens": "10", "Output Tokens": "0"}  # fmt: skip
    found = parsed("kilo-usage", **columns)
    assert isinstance(found, Total)
    assert (found.line, found.length, found.begins, found.ends) == (7, "day", MIDNIGHT, MIDNIGHT + DAY)
    assert dict(zip(DIMENSIONS, found.dimensions, strict=True)) == dict.fromkeys(DIMENSIONS) | {
        "model": "m", "user": "Jane", "gateway": "kilo",
    }  # fmt: skip
    assert sums(found) == {"requests": 3, "cost": 1_500_001_000, "priced": 3, "ok": 3, "input_tokens": 10,
                           "input_tokens_known": 3, "output_tokens_known": 3}  # fmt: skip
    layout = next(one for one in layouts.load() if one.name == "kilo-usage")
    parser = Parser(layout, list(columns))
    assert (parser.shape, parser.unused) == ("day,model,user", ["Mode"])


def test_franks_own_costs() -> None:
    given = {"day": "2026-11-22", "model": "'=m", "cost": "0.000000003", "average_cost": "", "requests": "9",
             "unpriced": "4", "errors": "2", "running": "1", "input_tokens": ""}  # fmt: skip
    found = parsed("franking-costs", **given)
    assert isinstance(found, Total)
    assert found.dimensions[DIMENSIONS.index("model")] == "=m"
    assert sums(found) == {"requests": 8, "cost": 3, "priced": 5, "ok": 6, "unpriced_ok": 1, "errors": 2}
    assert sums(parsed("franking-costs", **given | {"cost": ""}))["unpriced_ok"] == 6
    assert parsed("franking-costs", **given | {"requests": "1", "cost": ""}) is None


@pytest.mark.parametrize(
    ("changes", "column", "why"),
    [
        ({"usage": "0.5", "byok_usage_inference": "0.1"}, "byok_usage_inference", "expected 0"),
        ({"requests": ""}, "requests", "expected how many requests there were; it is empty"),
        ({"requests": "0", "usage": "1"}, "requests", "expected one request or more"),
        ({"requests": "-1"}, "requests", "expected a whole number, 0 or more; found '-1'"),
        ({"date": ""}, "date", "expected a day; it is empty"),
        ({"date": "Total"}, "date", "expected a day, such as 2026-11-22; found 'Total'"),
        ({"usage": "1,5"}, "usage", "with a decimal point"),
    ],
)
def test_totals_that_are_refused(changes: dict[str, str], column: str, why: str) -> None:
    cells = {"date": "2026-11-22", "model": "m", "usage": "0", "requests": "1", "prompt_tokens": "1",
             "byok_usage_inference": "0"}  # fmt: skip
    found = parsed("openrouter-daily", **cells | changes)
    assert isinstance(found, Refused)
    assert (found.line, found.column) == (7, column)
    assert why in found.why


def test_requests_under_ones_own_key_cost_what_the_provider_charges() -> None:
    cells = {"date": "2026-11-22 00:00:00", "model": "m", "usage": "0", "requests": "1", "prompt_tokens": "1",
             "byok_usage_inference": "0.25"}  # fmt: skip
    assert sums(parsed("openrouter-daily", **cells))["cost"] == 250_000_000
    one = {"generation_id": "gen-1", "created_at": "2026-11-22 00:00:01.5", "cost_total": "0.05"}
    byok = request("openrouter-activity", **one, byok_usage_inference="1").record
    assert (byok.cost, byok.reported_cost, byok.upstream_cost, byok.is_byok) == (10**9, 50_000_000, 10**9, True)
    plain = request("openrouter-activity", **one, byok_usage_inference="0").record
    assert (plain.cost, plain.reported_cost, plain.upstream_cost, plain.is_byok) == (
        50_000_000,
        50_000_000,
        None,
        False,
    )


def test_a_request_of_openrouters() -> None:
    found = request(
        "openrouter-activity", generation_id="gen-1", created_at="2026-11-22 00:00:01.5", cost_total="0.05",
        tokens_prompt="10", cancelled="true", streamed="true", model_permaslug="openai/gpt-4o",
        time_to_first_token_ms="250", user="",
    )  # fmt: skip
    row = found.record
    assert (found.own, found.source, row.message_id) == (False, None, "gen-1")
    assert (row.started_at, row.first_token_at) == (MIDNIGHT + 1_500_000, MIDNIGHT + 1_750_000)
    assert (row.status, row.streamed, row.gateway, row.host) == ("client_aborted", True, "openrouter", None)
    assert (row.cost, row.cost_source, row.input_tokens, row.output_tokens) == (50_000_000, "gateway", 10, None)
    assert (row.project_source, row.user) == ("import", None)
    assert row.provenance == '{"import":{"layout":"openrouter-activity"}}'


def test_a_row_of_the_gateways_table() -> None:
    cells: dict[str, Any] = {
        "id": "6f1c", "kilo_user_id": "u", "cost": 1234, "created_at": "2026-11-22T00:00:00Z", "has_error": False,
        "metadata.message_id": "gen-2", "metadata.feature": "cli", "latency": Decimal("10.0"), "generation_time": None,
    }  # fmt: skip
    layout = next(one for one in layouts.load() if one.name == "kilo-requests")
    found = Parser(layout, list(cells)).parse(Line(1, cells))
    assert isinstance(found, Request)
    row = found.record
    assert (found.source, row.user, row.cost, row.message_id) == ("6f1c", "u", 1_234_000, "gen-2")
    assert (row.feature, row.feature_source, row.status, row.ended_at) == ("cli", "import", "ok", None)


def test_later_lines_of_json_may_have_more_columns() -> None:
    layout = next(one for one in layouts.load() if one.name == "kilo-requests")
    parser = Parser(layout, ["id", "kilo_user_id", "cost", "created_at"], json=True)
    found = parser.parse(Line(2, {"id": "x", "created_at": "2026-11-22T00:00:00Z", "model": "m"}))
    assert isinstance(found, Request)
    assert found.record.model == "m"


OWN = {"id": "01930000-0000-7000-8000-000000000001", "started_at": "2026-11-22T00:00:00.000001Z", "wire_format": "x"}


def test_franks_own_requests_keep_what_they_say() -> None:
    found = request("franking-requests", **OWN, status="in_flight", cost="0.000000001", cost_source="price-table",
                    project_source="git-remote", provenance='{"tags":["a"]}', command="'-x")  # fmt: skip
    row = found.record
    assert (row.id, found.own, row.status) == (OWN["id"], True, "interrupted")
    assert (row.cost, row.cost_source, row.project_source) == (1, "price-table", "git-remote")
    assert (row.provenance, row.command) == ('{"tags":["a"]}', "-x")
    unpriced = request("franking-requests", **OWN, reported_cost="1").record
    assert (unpriced.cost, unpriced.cost_source, unpriced.reported_cost) == (None, None, 10**9)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"id": "7"}, "id"),
        ({"started_at": ""}, "started_at"),
        ({"started_at": "1795305600000000"}, "started_at"),
        ({"status": "fine"}, "status"),
        ({"cost_source": "a friend"}, "cost_source"),
        ({"input_tokens": "many"}, "input_tokens"),
    ],
)
def test_requests_that_are_refused(changes: dict[str, str], column: str) -> None:
    found = parsed("franking-requests", **OWN | changes)
    assert isinstance(found, Refused)
    assert (found.column, found.why.startswith("expected ")) == (column, True)


def test_a_line_that_is_none_and_a_cell_that_is_long() -> None:
    layout = layouts.load()[1]
    parser = Parser(layout, list(OWN))
    assert parser.parse(Bad(3, "expected UTF-8")) == Refused(3, None, "expected UTF-8")
    found = parser.parse(Line(1, OWN | {"started_at": "x" * 1000}))
    assert isinstance(found, Refused)
    assert len(found.why) < 200


@pytest.mark.parametrize(
    ("name", "header", "says"),
    [
        ("kilo-usage", ["Cost (USD)", "Requests"], "one column of hour, day, week, month"),
        ("kilo-usage", ["Date", "Hour", "Requests"], "there is hour, day"),
        ("kilo-usage", ["Date", "Cost (USD)"], "no column is the field requests"),
        ("kilo-usage", ["Date", "Requests", "Requests"], "'Requests' is there twice"),
        ("openrouter-activity", ["generation_id"], "--map COLUMN=started_at"),
    ],
)
def test_a_header_that_does_not_fit(name: str, header: list[str], says: str) -> None:
    layout = next(one for one in layouts.load() if one.name == name)
    with pytest.raises(ValueError, match=says):
        Parser(layout, header)
