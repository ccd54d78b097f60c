"""Rows move to another scope and caller, and the roll-ups with them, as the triggers would have it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import rollups
from franking.ledger.connection import transaction
from franking.ledger.moving import Move, move
from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.sides import Sides
from franking.ledger.totals import Totals
from support import ledgers

HOUR = 3_600_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [
        ledgers.record(n * HOUR, project_id=f"p{n % 3}", cost=n, input_tokens=None if n % 2 else n) for n in range(40)
    ]
    file = ledgers.made(tmp_path / "ledger.db", [*rows, ledgers.record(5, project_id="p0", status="in_flight")])
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


def entries(ledger: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return ledger.execute("SELECT rowid, scope, caller FROM entries ORDER BY rowid").fetchall()


def roll_ups(ledger: sqlite3.Connection) -> list[list[tuple[Any, ...]]]:
    return [ledger.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ROLL_UPS]


@pytest.mark.parametrize("extra_trigger", [False, True])
def test_as_the_triggers_would(ledger: sqlite3.Connection, extra_trigger: bool) -> None:
    if extra_trigger:  # of a schema that is not known: the triggers stay on
        ledger.execute("CREATE TRIGGER other AFTER UPDATE ON entries BEGIN SELECT 1; END")
    before = roll_ups(ledger)
    with transaction(ledger):
        scope = Sides().changed(ledger, "scopes", entries(ledger)[0][1], {"project_id": "new"})
        moves = [Move(entry, was, caller, scope, caller) for entry, was, caller in entries(ledger)]
        assert move(ledger, moves, Totals(ledger)) == {one.entry for one in moves}
    assert {row[1] for row in entries(ledger)} == {scope}
    assert rollups.differences(ledger) == 0
    assert {row[1] for table in roll_ups(ledger) for row in table} == {scope}
    with transaction(ledger):
        move(ledger, [Move(one.entry, scope, one.caller, one.scope_was, one.caller) for one in moves], Totals(ledger))
    assert roll_ups(ledger) == before


def test_who_was_changed_or_dropped_since_stays(ledger: sqlite3.Connection) -> None:
    (one, scope, caller), (two, other, _), *_ = entries(ledger)
    moves = [
        Move(one, scope + 1, caller, other, caller),
        Move(two, other, caller + 1, scope, caller),
        Move(999, scope, caller, other, caller),
    ]
    before = entries(ledger)
    with transaction(ledger):
        assert move(ledger, moves, Totals(ledger)) == set()
    assert entries(ledger) == before
    assert rollups.differences(ledger) == 0


def test_a_side_row_with_changes(ledger: sqlite3.Connection) -> None:
    sides = Sides()
    with transaction(ledger):
        number = sides.changed(ledger, "scopes", 1, {"project_id": "new", "project_source": "x"})
        assert sides.changed(ledger, "scopes", 1, {"project_id": "new", "project_source": "x"}) == number
        assert sides.changed(ledger, "scopes", 1, {}) == 1
        with pytest.raises(LookupError):
            sides.changed(ledger, "scopes", 999, {})
    said = "SELECT project_id, project_source, gateway FROM scopes WHERE id = ?"
    assert ledger.execute(said, (number,)).fetchone() == ("new", "x", "kilo")
