"""Lines into the ledger: each once, in whatever file and order it comes; nothing counted twice; roll-ups true."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import pruning, rollups
from franking.ledger.connection import connect
from franking.ledger.imports import layouts
from franking.ledger.imports.bringing import bring
from franking.ledger.imports.lines import Lines
from franking.ledger.imports.outcome import Outcome
from franking.ledger.imports.parsing import Parser
from franking.ledger.imports.values import Refused
from support import ledgers

MIDNIGHT = 1_795_305_600_000_000
"""2026-11-22 UTC."""
HOUR, DAY = 3_600_000_000, 86_400_000_000
HEAD = "Date,Model,Cost (USD),Requests,Input Tokens,Output Tokens\n"
ACTIVITY = "generation_id,created_at,cost_total,model_permaslug\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "ledger.db")) as opened:
        yield opened
        assert rollups.differences(opened) == 0
        rollups.rebuild(opened)
        assert rollups.differences(opened) == 0


def taken(
    ledger: sqlite3.Connection, text: str, *, refused: list[Refused] | None = None, overlap: bool = False,
    dry: bool = False, maps: tuple[str, ...] = (),
) -> Outcome:  # fmt: skip
    lines = Lines(io.BytesIO(text.encode()), Path("a.csv"))
    found = layouts.recognised(layouts.load(), lines.header)
    if maps:
        found = layouts.mapped(found, maps)
    assert found is not None
    told: list[Refused] = [] if refused is None else refused
    parser = Parser(found, lines.header, json=lines.json)
    outcome = bring(ledger, parser, lines, told.append, allow_overlap=overlap, dry_run=dry)
    assert outcome.refused == len(told)
    return outcome


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.added, outcome.known, outcome.replaced, outcome.refused


def sums(ledger: sqlite3.Connection, table: str = "days") -> tuple[int, int]:
    found = ledger.execute(f"SELECT COALESCE(SUM(requests), 0), COALESCE(SUM(cost), 0) FROM {table}").fetchone()
    return found[0], found[1]


def test_totals_come_once_and_a_newer_export_replaces_them(ledger: sqlite3.Connection) -> None:
    one = HEAD + "2026-11-21,a,1,2,3,4\n2026-11-22,a,2,3,4,5\n"
    assert counts(taken(ledger, one)) == (2, 0, 0, 0)
    assert counts(taken(ledger, one)) == (0, 2, 0, 0)
    assert counts(taken(ledger, HEAD + "2026-11-22,a,2.5,4,4,5\n2026-11-23,a,1,1,1,1\n")) == (1, 0, 1, 0)
    for table in ("quarters", "days", "spans"):
        assert sums(ledger, table) == (7, 4_500_000_000)
    # In the middle of its day.
    assert ledger.execute("SELECT bucket % 96 FROM imported_totals").fetchall() == [(48,)] * 3
    ledger.execute("DELETE FROM imported_totals")
    assert ledger.execute("SELECT COUNT(*) FROM quarters").fetchone() == (0,)


def test_lines_that_tell_the_same_apart_add_up(ledger: sqlite3.Connection) -> None:
    head = HEAD.replace("Model,", "Model,Provider,")
    assert counts(taken(ledger, head + "2026-11-22,a,x,1,2,3,4\n2026-11-22,a,y,2,3,4,5\n")) == (1, 0, 0, 0)
    assert sums(ledger) == (5, 3_000_000_000)
    assert counts(taken(ledger, HEAD + "2026-11-22,a,3,5,7,9\n")) == (0, 1, 0, 0)


def test_a_dry_run_tells_the_same_and_changes_nothing(ledger: sqlite3.Connection) -> None:
    twice = ACTIVITY + "gen-1,2026-11-22 00:00:00,1,m\ngen-1,2026-11-22 00:00:00,1,m\nbad,x,1,m\n"
    assert counts(taken(ledger, twice, dry=True)) == (1, 1, 0, 1)
    assert counts(taken(ledger, HEAD + "2026-11-22,a,1,2,3,4\n", dry=True)) == (1, 0, 0, 0)
    assert sums(ledger) == (0, 0)
    assert counts(taken(ledger, twice)) == (1, 1, 0, 1)


def test_requests_come_once_by_their_sources_id(ledger: sqlite3.Connection) -> None:
    first = ACTIVITY + "".join(f"gen-{n},2026-11-22 00:{n % 60:02d}:00,0.5,m\n" for n in range(300))
    longer = ACTIVITY + "".join(f"gen-{n},2026-11-22 00:{n % 60:02d}:00,0.5,m\n" for n in reversed(range(100, 500)))
    assert counts(taken(ledger, first)) == (300, 0, 0, 0)
    assert counts(taken(ledger, first)) == (0, 300, 0, 0)
    assert counts(taken(ledger, longer)) == (200, 200, 0, 0)
    assert sums(ledger) == (500, 250 * 10**9)


def test_requests_without_an_id_come_once_by_their_contents_and_place(ledger: sqlite3.Connection) -> None:
    head, maps = "when,cost,model,gateway\n", ("when=started_at",)
    same = "2026-11-22T00:00:00Z,0.5,m,g\n"
    assert counts(taken(ledger, head + same * 3, maps=maps)) == (3, 0, 0, 0)
    assert counts(taken(ledger, head + same * 3, maps=maps)) == (0, 3, 0, 0)
    assert counts(taken(ledger, head + same * 4 + same.replace("0.5", "0.6"), maps=maps)) == (2, 3, 0, 0)
    turned = '{"model":"m","gateway":"g","cost":0.50,"when":"2026-11-22T01:00:00+01:00"}\n'
    assert counts(taken(ledger, turned, maps=maps)) == (0, 1, 0, 0)


def test_what_the_proxy_has_measured_is_here_already(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    ledgers.add(tmp_path / "ledger.db", ledgers.record(MIDNIGHT, message_id="gen-1", gateway="openrouter", cost=7))
    assert counts(taken(ledger, ACTIVITY + "gen-1,2026-11-22 00:00:03,0.5,m\n")) == (0, 1, 0, 0)
    assert sums(ledger) == (1, 7)


def test_franks_own_export_keeps_its_ids(ledger: sqlite3.Connection) -> None:
    row = "01930000-0000-7000-8000-000000000001,2026-11-22T00:00:00Z,x,0.5\n"
    assert counts(taken(ledger, f"id,started_at,wire_format,cost\n{row}{row}")) == (1, 1, 0, 0)
    view = "id,kilo_user_id,cost,created_at\n01930000-0000-7000-8000-000000000001,u,500000,2026-11-22T00:00:00Z\n"
    assert counts(taken(ledger, view)) == (0, 1, 0, 0)


def measured(file: Path, **values: object) -> None:
    ledgers.add(file, ledgers.record(MIDNIGHT + HOUR, **{"model": "a", "cost": 1} | values))


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("2026-11-22,a,1,2,3,4\n", True),
        ("2026-11-21,a,1,2,3,4\n", False),
        ("2026-11-22,b,1,2,3,4\n", False),
    ],
)
def test_totals_of_what_the_proxy_measured_are_refused(
    ledger: sqlite3.Connection, tmp_path: Path, line: str, refused: bool
) -> None:
    measured(tmp_path / "ledger.db")
    told: list[Refused] = []
    assert counts(taken(ledger, HEAD + line, refused=told)) == ((0, 0, 0, 1) if refused else (1, 0, 0, 0))
    if refused:
        assert (told[0].line, "1 request of its own" in told[0].why, "frank reconcile" in told[0].why) == (
            2,
            True,
            True,
        )
        assert counts(taken(ledger, HEAD + line, overlap=True)) == (1, 0, 0, 0)


def test_another_gateways_requests_are_no_overlap(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    measured(tmp_path / "ledger.db", gateway="openai")
    assert counts(taken(ledger, HEAD + "2026-11-22,a,1,2,3,4\n")) == (1, 0, 0, 0)


def test_a_replacement_is_looked_at_as_well(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    assert counts(taken(ledger, HEAD + "2026-11-22,a,1,2,3,4\n")) == (1, 0, 0, 0)
    measured(tmp_path / "ledger.db")
    assert counts(taken(ledger, HEAD + "2026-11-22,a,1,2,3,4\n")) == (0, 1, 0, 0)
    assert counts(taken(ledger, HEAD + "2026-11-22,a,2,2,3,4\n")) == (0, 0, 0, 1)


def test_totals_told_apart_otherwise_are_refused(ledger: sqlite3.Connection) -> None:
    assert counts(taken(ledger, HEAD + "2026-11-22,a,1,2,3,4\n")) == (1, 0, 0, 0)
    by_user = HEAD.replace("Model,", "Model,User,")
    told: list[Refused] = []
    assert counts(taken(ledger, by_user + "2026-11-22,a,u,1,2,3,4\n2026-11-22,b,u,1,2,3,4\n", refused=told)) == (
        1, 0, 0, 1,
    )  # fmt: skip
    assert "told apart by other columns" in told[0].why
    hours = HEAD.replace("Date", "Hour")
    assert counts(taken(ledger, hours + "2026-11-22T05:00:00Z,a,1,2,3,4\n2026-11-21T05:00:00Z,a,1,2,3,4\n"))[0] == 1


def test_requests_of_imported_totals_are_refused(ledger: sqlite3.Connection) -> None:
    head = "date,model,usage,requests,prompt_tokens\n"
    assert counts(taken(ledger, head + "2026-11-22,m,1,2,3\n")) == (1, 0, 0, 0)
    lines = "gen-1,2026-11-22 00:00:00,1,m\ngen-2,2026-11-22 23:59:59,1,n\ngen-3,2026-11-23 00:00:00,1,m\n"
    told: list[Refused] = []
    assert counts(taken(ledger, ACTIVITY + lines, refused=told)) == (2, 0, 0, 1)
    assert (told[0].line, "totals of that time" in told[0].why) == (2, True)


def test_requests_that_nothing_tells_from_measured_ones_are_refused(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    measured(tmp_path / "ledger.db", user="u")
    head, maps = "when,cost,model,user,gateway\n", ("when=started_at",)
    told: list[Refused] = []
    lines = "2026-11-22T05:00:00Z,1,a,u,kilo\n2026-11-22T05:00:00Z,1,a,v,kilo\n2026-11-23T05:00:00Z,1,a,u,kilo\n"
    assert counts(taken(ledger, head + lines, maps=maps, refused=told)) == (2, 0, 0, 1)
    assert "no message_id tells" in told[0].why
    assert counts(taken(ledger, head + lines, maps=maps, overlap=True)) == (1, 2, 0, 0)


def test_what_was_pruned_and_is_counted_still_is_refused(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    lines = ACTIVITY + "gen-1,2026-11-20 00:00:00,1,m\ngen-2,2026-11-22 00:00:00,1,m\n"
    assert counts(taken(ledger, lines)) == (2, 0, 0, 0)
    while pruning.step(ledger, MIDNIGHT, keep_totals=True):
        pass
    assert counts(taken(ledger, lines)) == (0, 1, 0, 1)
    assert counts(taken(ledger, HEAD + "2026-11-19,a,1,2,3,4\n")) == (0, 0, 0, 1)
    assert sums(ledger) == (2, 2 * 10**9)


@pytest.mark.parametrize(("column", "day"), [("Week", "2026-11-16"), ("Month", "2026-11")])
def test_a_week_or_month_has_no_day_to_be_counted_in(ledger: sqlite3.Connection, column: str, day: str) -> None:
    told: list[Refused] = []
    assert counts(taken(ledger, HEAD.replace("Date", column) + f"{day},a,1,2,3,4\n", refused=told)) == (0, 0, 0, 1)
    assert "export by day" in told[0].why


def test_totals_of_nothing_are_left_out(ledger: sqlite3.Connection) -> None:
    outcome = taken(ledger, HEAD + "2026-11-22,a,0,0,0,0\n")
    assert (outcome.lines, outcome.empty, outcome.added) == (1, 1, 0)
