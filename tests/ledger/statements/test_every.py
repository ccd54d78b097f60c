"""The shipped statements are those that are built, and what is put together from them is what would be built."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.ledger.filters import BENEATH, DIMENSIONS, PLACED, SCOPED, Filters, meant, where
from franking.ledger.pieces import Piece
from franking.ledger.statements import every, kept
from support import ledgers
from support.examples import thorough

_values = st.lists(st.sampled_from([None, "a", "it's", "b?"]), max_size=4, unique=True).map(tuple)


def filters(dimensions: Sequence[str]) -> st.SearchStrategy[Filters]:
    chosen = st.dictionaries(st.sampled_from(dimensions), _values, max_size=2)
    limit = st.none() | st.integers(0, 2**60)
    return st.builds(Filters, limit, limit, chosen, chosen)


def plain(sql: str) -> str:
    """Without the brackets that a builder sets or leaves out as it needs."""
    return sql.replace("(", " ").replace(")", " ").replace("  ", " ")


def test_the_file_is_what_the_builders_give() -> None:
    assert kept.FILE.read_text("utf-8") == every.contents(), "run scripts/statements"


@thorough(30)
@given(filters([*SCOPED]), st.integers(1, 5))
def test_a_question_of_roll_ups_is_put_together_as_it_would_be_built(asked: Filters, count: int) -> None:
    said, _ = meant(asked, SCOPED)
    pieces = [Piece(number, 1, number, number + 1) for number in range(count)]
    for name, build in every.every(asked, pieces):
        if name.startswith(
            ("attribution of days", "people of spans by user", "quarters by time project", "days counted by user")
        ):
            together = kept.statement(name, " AND ".join([kept.ALL, *said]), pieces=count)
            assert plain(together).split() == plain(every.text(build())).split()


@thorough(30)
@given(filters([*PLACED]), st.integers(1, 5))
def test_a_question_of_places_is_put_together_as_it_would_be_built(asked: Filters, count: int) -> None:
    said, _ = meant(asked, PLACED, PLACED)
    pieces = [Piece(number, 1, number, number + 1) for number in range(count)]
    for name, build in every.every(asked, pieces):
        if name.startswith(("placed_days by time branch", "people of placed_spans by user", "placed_spans bare")):
            together = kept.statement(name, " AND ".join([kept.ALL, *said]), pieces=count)
            assert plain(together).split() == plain(every.text(build())).split()


@thorough(30)
@given(filters([*DIMENSIONS]))
def test_a_question_of_rows_is_put_together_as_it_would_be_built(asked: Filters) -> None:
    condition, _ = where(asked)
    for name, build in every.every(asked):
        if name in ("rows by time branch running", "newest", "attribution of the ended", "named", "with ids"):
            assert plain(kept.statement(name, condition)).split() == plain(every.text(build())).split()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledgers.made(tmp_path_factory.mktemp("every") / "ledger.db")


@pytest.mark.parametrize("table", ["quarters", "days", "spans"])
def test_a_roll_up_is_read_by_its_buckets_and_nothing_else_is_searched(ledger: Path, table: str) -> None:
    with closing(sqlite3.connect(ledger)) as opened:
        for name in (f"{table} by time project", f"people of {table} by ", f"attribution of {table}"):
            asked = kept.statement(name, f"{kept.ALL} AND s.project_id = 'a'", pieces=3)
            plan = [row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {asked}", [0] * 9)]
            searched = [step for step in plan if "TEMP" not in step and "CONSTANT" not in step]
            assert "SCAN p" in searched
            assert "SEARCH r USING PRIMARY KEY (bucket>? AND bucket<?)" in searched
            assert "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)" in searched


def test_which_places_are_meant_is_asked_once(ledger: Path) -> None:
    said, _ = meant(Filters(include={"branch": ("main", None)}, exclude={"repository": ("r",)}), PLACED, PLACED)
    for name in ("placed_days by time project", "placed_spans bare by branch", "people of placed_days by repository"):
        plan = planned(ledger, kept.statement(name, " AND ".join([kept.ALL, *said]), pieces=3))
        assert [step.rsplit(" ", 1)[0] for step in plan if "SUBQUERY" in step] == ["LIST SUBQUERY"] * 2
        assert "SEARCH r USING PRIMARY KEY (bucket>? AND bucket<?)" in plan


def planned(ledger: Path, asked: str) -> list[str]:
    with closing(sqlite3.connect(ledger)) as opened:
        return [row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {asked}", [0] * asked.count("?"))]


def test_a_page_is_read_in_the_order_of_time_and_where_to_look_by_buckets(ledger: Path) -> None:
    for way in ("back", "on"):
        page = planned(ledger, kept.statement(f"page {way}", kept.included("project_id = 'a'")))
        assert "entries_started_at (started_at>? AND started_at<?)" in page[0]
        assert not any("scopes_" in step for step in page)
        for condition in (kept.ALL, "s.project_id = 'a'"):
            buckets = planned(ledger, kept.statement(f"quarters {way}", condition))
            assert buckets[0] == "SEARCH r USING PRIMARY KEY (bucket>? AND bucket<?)"
    assert (
        "entries_caller (caller=? AND started_at>? AND started_at<?)"
        in planned(ledger, kept.statement("ids of callers"))[0]
    )


def test_between_two_moments_the_rows_are_found_by_their_start(ledger: Path) -> None:
    for condition in (kept.ALL, kept.included("branch = 'a'")):
        plan = planned(ledger, kept.statement("rows by time branch between", condition, pieces=3))
        assert "SCAN p" in plan
        assert any("SEARCH e USING INDEX entries_started_at (started_at>? AND started_at<?)" in step for step in plan)
    totals = planned(ledger, kept.statement("imported by time", pieces=3))
    assert any("imported_totals_bucket (bucket>? AND bucket<?)" in step for step in totals)


def test_what_runs_is_found_by_its_index(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as opened:
        for name in ("rows by project running", "in flight", "attribution of the running"):
            plan = [row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {kept.statement(name)}")]
            assert any("entries_in_flight" in step for step in plan)


def test_what_was_rejected_is_found_by_who_sent_it(ledger: Path) -> None:
    asked = kept.statement("rejected", where(Filters(since=1), BENEATH)[0])
    with closing(sqlite3.connect(ledger)) as opened:
        plan = " ".join(row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {asked}", [1]))
    assert "callers_rejected" in plan
    assert "entries_caller (caller=? AND started_at>?)" in plan


@pytest.mark.parametrize(
    ("dimension", "begins"),
    [("project", "entries_started_at"), ("feature", "entries_started_at"), ("session", "callers_")],
)
def test_a_filter_does_not_lead_away_from_the_period(ledger: Path, dimension: str, begins: str) -> None:
    condition, parameters = where(Filters(since=1, include={dimension: ("a",)}))
    asked = kept.statement("rows by branch", condition)
    with closing(sqlite3.connect(ledger)) as opened:
        plan = [row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {asked}", parameters)]
    assert begins in plan[0]
    assert not any("scopes_" in step for step in plan)
