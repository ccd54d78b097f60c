"""Callers of one session, and of no other, have a number in common, whoever adds and drops them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import largest, pruning, rollups, session_numbers
from franking.ledger.connection import connect, transaction
from franking.ledger.filters import Filters
from franking.ledger.migrations import migrate
from franking.ledger.rows import write
from franking.ledger.sides import Sides
from franking.ledger.store import Store
from support.ledgers import made, record

SESSIONS = ("a", None, "b", "a", "c", "b", "a")
ADDED = "INSERT INTO callers (session_id, branch) VALUES (?, ?)"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(made(tmp_path / "ledger.db"))) as opened:
        yield opened


def told(ledger: sqlite3.Connection) -> list[tuple[str | None, int | None]]:
    """Each caller's session and its number."""
    joined = "callers AS c LEFT JOIN session_numbers AS n ON n.caller = c.id"
    return ledger.execute(f"SELECT c.session_id, n.session FROM {joined} ORDER BY c.id").fetchall()


EXPECTED = [("a", 1), (None, None), ("b", 3), ("a", 1), ("c", 5), ("b", 3), ("a", 1)]


def test_an_older_ledgers_sessions_get_them(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as opened:
        migrate(opened, file, to=10)
        opened.executemany(ADDED, [(session, f"b{place}") for place, session in enumerate(SESSIONS)])
        migrate(opened, file, to=11)
        assert told(opened) == EXPECTED


@pytest.mark.parametrize("by", ["any program", "our writer"])
def test_new_callers_get_them(ledger: sqlite3.Connection, by: str) -> None:
    for place, session in enumerate(SESSIONS):
        if by == "any program":
            ledger.execute(ADDED, (session, f"b{place}"))
        else:
            with closing(Store(Path(ledger.execute("PRAGMA database_list").fetchone()[2]))) as store:
                store.open()
                store.write([record(place, session_id=session, branch=f"b{place}")])
    assert told(ledger) == EXPECTED
    assert session_numbers.differences(ledger) == 0


def without_triggers(ledger: sqlite3.Connection) -> None:
    ledger.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)


@pytest.mark.parametrize("triggers", [True, False])
def test_one_stays_when_the_caller_that_it_is_named_after_is_dropped(
    ledger: sqlite3.Connection, triggers: bool
) -> None:
    day = pruning.DAY
    if not triggers:
        without_triggers(ledger)
    with transaction(ledger):
        write(ledger, [record(at * day, session_id="a", branch=f"b{at}") for at in (1, 2)], Sides())
    while pruning.step(ledger, 2 * day, keep_totals=False):
        pass
    pruning.tidy(ledger)
    assert told(ledger) == [("a", 1)]
    with transaction(ledger):
        write(ledger, [record(3 * day, session_id="a", branch="b3"), record(3 * day, session_id="b")], Sides())
    assert told(ledger) == [("a", 1), ("a", 1), ("b", 4)]
    assert session_numbers.differences(ledger) == 0


@pytest.mark.parametrize("triggers", [True, False])
def test_one_is_free_again_when_all_its_callers_are_dropped(ledger: sqlite3.Connection, triggers: bool) -> None:
    if not triggers:
        without_triggers(ledger)
    with transaction(ledger):
        write(ledger, [record(1, session_id="gone")], Sides())
    while pruning.step(ledger, pruning.DAY, keep_totals=False):
        pass
    pruning.tidy(ledger)
    assert ledger.execute("SELECT COUNT(*) FROM session_numbers").fetchone() == (0,)
    with transaction(ledger):
        write(ledger, [record(1, session_id="new")], Sides())
    assert told(ledger) == [("new", 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        "DELETE FROM session_numbers WHERE caller = 4",
        "INSERT INTO session_numbers VALUES (2, 2)",
        "INSERT INTO session_numbers VALUES (99, 99)",
        "UPDATE session_numbers SET session = 3 WHERE session = 5",
        "UPDATE session_numbers SET session = 4 WHERE caller = 4",
    ],
)
def test_a_wrong_one_is_found_and_made_anew(ledger: sqlite3.Connection, wrong: str) -> None:
    ledger.executemany(ADDED, [(session, f"b{place}") for place, session in enumerate(SESSIONS)])
    assert rollups.differences(ledger) == 0
    ledger.execute(wrong)
    assert rollups.differences(ledger) == 1
    with transaction(ledger):
        rollups.rebuild(ledger)
    assert (told(ledger), rollups.differences(ledger)) == (EXPECTED, 0)


def test_a_session_of_many_callers_is_ranked_as_one(tmp_path: Path) -> None:
    rows = [record(place, session_id="many", branch=f"b{place}", cost=2) for place in range(9)]
    rows += [record(0, session_id=f"one {place}", cost=10 + place) for place in range(4)]
    with closing(connect(made(tmp_path / "ledger.db", rows))) as opened:
        assert largest.sessions(opened, Filters(), "cost", 1) == ("many",)
