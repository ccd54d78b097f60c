"""An export beside the ledger: where they part, to the nano-dollar, by any of what the file tells apart."""

import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from franking.ledger import reconciling
from franking.ledger.comparing import Comparison, Figures, Row, Verdict
from franking.ledger.imports import layouts
from franking.ledger.imports.lines import Lines
from franking.ledger.imports.parsing import Parser
from franking.ledger.reconciling_ledger import Span
from support import ledgers

MIDNIGHT = 1_795_305_600_000_000
"""2026-11-22 UTC."""
HOUR, DAY = 3_600_000_000, 86_400_000_000
HEAD = "Date,Model,Cost (USD),Requests,Input Tokens,Output Tokens\n"
ACTIVITY = "generation_id,created_at,cost_total,model_permaslug,tokens_prompt\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [
        ledgers.record(MIDNIGHT + hour * HOUR, model="a", cost=10**9, input_tokens=2, output_tokens=3, user="u",
                       message_id=f"gen-{hour}", gateway=gateway)
        for hour in (0, 5, 26, 50) for gateway in ("kilo", "openrouter")
    ]  # fmt: skip
    rows.append(ledgers.record(MIDNIGHT + HOUR, model="b", status="http_error"))
    rows.append(ledgers.record(MIDNIGHT + HOUR, model="b", status="in_flight"))
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", rows), isolation_level=None)) as opened:
        yield opened


def compared(
    ledger: sqlite3.Connection, text: str, by: Sequence[str] | None = None, *, tolerance: int = 0,
    span: Span | None = None, zone: str = "UTC", refused: int = 0,
) -> tuple[Verdict, list[Row]]:  # fmt: skip
    lines = Lines(io.BytesIO(text.encode()), Path("a.csv"))
    layout = layouts.recognised(layouts.load(), lines.header)
    assert layout is not None
    parser = Parser(msgspec.structs.replace(layout, zone=zone), lines.header)
    told: list[object] = []
    with Comparison(tolerance) as comparison:
        words = by or reconciling.granularity(parser)
        assert reconciling.columns(words, parser)
        reconciling.compare(ledger, parser, lines, words, span or Span(), comparison, told.append)
        assert len(told) == refused
        return comparison.verdict(), list(comparison.rows())


def test_equal_is_equal(ledger: sqlite3.Connection) -> None:
    told = HEAD + "2026-11-22,a,2,2,4,6\n2026-11-22,b,0,1,0,0\n2026-11-23,a,1,1,2,3\n"
    verdict, rows = compared(ledger, told)
    assert rows == []
    assert (verdict.keys, verdict.equal, verdict.file and verdict.file.cost) == (3, 3, 3 * 10**9)
    assert verdict.only_file is verdict.only_ledger is verdict.parted is None


def test_where_they_part_the_dearest_first(ledger: sqlite3.Connection) -> None:
    told = HEAD + "2026-11-22,a,2.000000001,2,4,6\n2026-11-22,c,5,3,1,1\n2026-11-24,a,1,1,2,4\nx,a,1,1,1,1\n"
    verdict, rows = compared(ledger, told, refused=1)
    assert [(row.key, row.difference) for row in rows] == [
        (("2026-11-22", "c"), 5 * 10**9),
        (("2026-11-23", "a"), -(10**9)),
        (("2026-11-22", "a"), 1),
        (("2026-11-22", "b"), 0),
        (("2026-11-24", "a"), 0),
    ]
    assert rows[0].ledger is None
    assert rows[1].file is None
    assert rows[2].ledger == Figures(2, 2 * 10**9, 0, 0, 4, 6)
    assert rows[3].ledger == Figures(1, None, 1, 1, None, None)
    assert (verdict.keys, verdict.equal) == (5, 0)
    assert verdict.only_file == Figures(3, 5 * 10**9, 0, 0, 1, 1)
    assert verdict.only_ledger == Figures(2, 10**9, 1, 1, 2, 3)


@pytest.mark.parametrize(("tolerance", "equal"), [(0, 0), (999_999, 0), (1_000_000, 1)])
def test_tolerance_is_of_costs_a_row(ledger: sqlite3.Connection, tolerance: int, equal: int) -> None:
    verdict, _ = compared(ledger, HEAD + "2026-11-23,a,1.001,1,2,3\n", tolerance=tolerance)
    assert (verdict.keys, verdict.equal) == (1, equal)
    assert compared(ledger, HEAD + "2026-11-23,a,1.001,2,2,3\n", tolerance=tolerance)[0].equal == 0


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (["day"], [("2026-11-22",), ("2026-11-23",)]),
        (["month"], [("2026-11",)]),
        (["week"], [("2026-W47",), ("2026-W48",)]),
        (["model"], [("a",), ("b",)]),
        (["model", "day"], [("a", "2026-11-22"), ("a", "2026-11-23"), ("b", "2026-11-22")]),
    ],
)
def test_by_any_of_what_the_file_tells(ledger: sqlite3.Connection, by: list[str], keys: list[tuple[str, ...]]) -> None:
    told = HEAD + "2026-11-22,a,9,9,4,6\n2026-11-22,b,9,9,0,0\n2026-11-23,a,9,9,2,3\n"
    verdict, rows = compared(ledger, told, by)
    assert sorted(row.key for row in rows) == keys
    assert verdict.ledger is not None
    assert verdict.ledger.requests == 4


@pytest.mark.parametrize(
    ("head", "by", "says"),
    [
        (HEAD, ["user"], "'user' is not told by the file; expected some of day, week, month, model"),
        (HEAD, ["hour"], "not told"),
        (HEAD, ["request"], "its lines are totals"),
        (HEAD, ["day", "month"], "one time at most"),
        (HEAD, ["day", "day"], "different words"),
        (ACTIVITY, ["request", "day"], "'request' is not told"),
    ],
)
def test_by_what_it_does_not_tell(head: str, by: list[str], says: str) -> None:
    lines = Lines(io.BytesIO(head.encode()), Path("a.csv"))
    layout = layouts.recognised(layouts.load(), lines.header)
    assert layout is not None
    with pytest.raises(ValueError, match=says):
        reconciling.columns(by, Parser(layout, lines.header))


def test_only_some_time_of_it(ledger: sqlite3.Connection) -> None:
    told = HEAD + "2026-11-21,a,9,9,4,6\n2026-11-23,a,1,1,2,3\n2026-11-25,a,9,9,2,3\n"
    verdict, _ = compared(ledger, told, span=Span(MIDNIGHT + DAY, MIDNIGHT + 2 * DAY))
    assert (verdict.keys, verdict.equal) == (1, 1)
    assert compared(ledger, told, span=Span(MIDNIGHT + 9 * DAY))[0].keys == 0


def test_a_zones_days(ledger: sqlite3.Connection) -> None:
    told = HEAD + "2026-11-22,a,2,2,4,6\n2026-11-23,a,1,1,2,3\n"
    _, rows = compared(ledger, told, ["day", "model"], zone="Asia/Tokyo")
    assert [row.key for row in rows] == [("2026-11-22", "b")]
    # 0h, 5h, 26h and 50h of UTC are the 21st twice, the 22nd and the 23rd, ten hours west.
    west = HEAD + "2026-11-21,a,1,1,2,3\n2026-11-22,a,1,1,2,3\n2026-11-23,a,1,1,2,3\n"
    verdict, rows = compared(ledger, west, ["day", "model"], zone="Pacific/Honolulu")
    assert [row.key for row in rows] == [("2026-11-21", "a"), ("2026-11-21", "b")]
    assert verdict.ledger is not None
    assert verdict.ledger.requests == 5


def test_requests_are_found_by_their_message(ledger: sqlite3.Connection) -> None:
    told = ACTIVITY + "gen-0,2026-11-22 00:00:02,1,a,2\ngen-5,2026-11-22 05:00:01,1.5,a,2\n"
    told += "gen-7,2026-11-22 06:00:00,0.25,a,2\ngen-50,2026-11-24 02:00:01,1,a,2\n"
    verdict, rows = compared(ledger, told)
    assert [(row.key[2], row.difference) for row in rows] == [
        ("gen-26", -(10**9)), ("gen-5", 500_000_000), ("gen-7", 250_000_000),
    ]  # fmt: skip
    assert (verdict.keys, verdict.equal) == (5, 2)
    assert verdict.only_file == Figures(1, 250_000_000, 0, 0, 2, None)
    assert verdict.only_ledger == Figures(1, 10**9, 0, 0, 2, 3)


def test_one_request_billed_twice_is_seen(ledger: sqlite3.Connection) -> None:
    line = "gen-5,2026-11-22 05:00:00,1,a,2\n"
    verdict, rows = compared(ledger, ACTIVITY + line + line)
    assert (verdict.equal, rows[0].file and rows[0].file.requests, rows[0].ledger and rows[0].ledger.requests) == (
        0, 2, 1,
    )  # fmt: skip


def test_requests_by_day(ledger: sqlite3.Connection) -> None:
    told = ACTIVITY + "gen-0,2026-11-22 00:00:00,1,a,2\ngen-5,2026-11-22 05:00:00,1,a,2\n"
    verdict, _ = compared(ledger, told, ["day", "model"])
    assert (verdict.keys, verdict.equal) == (1, 1)
