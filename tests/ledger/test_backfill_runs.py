"""Runs are taken back exactly, in any order, and leave alone what was changed since."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from franking.ledger import backfill_runs, pruning, rollups
from franking.ledger.backfill import fill
from franking.ledger.backfill_rules import BackfillRules
from franking.ledger.backfill_runs import Run, Undone, runs, undo
from franking.ledger.backfill_told import Later, later
from franking.ledger.connection import transaction
from franking.ledger.filters import Filters
from franking.ledger.listings import named
from franking.ledger.record import Record
from franking.ledger.rows import write
from franking.ledger.sides import Sides
from franking.settings import load
from support import ledgers

NOW = 1_700_000_000_000_000
SECOND = 1_000_000
KNOWN: dict[str, Any] = {"project_id": "p", "project_source": "git-remote"}
TOLD = '{"tags":["a"],"metering":{"complete":true}}'


def rows() -> list[Record]:
    found = []
    for n in range(60):
        values: dict[str, Any] = {"session_id": f"s{n % 3}", "provenance": (TOLD, "{}", None)[n % 3], "cost": n}
        values |= KNOWN if n % 4 == 0 else {}
        values |= {"command": "kilo run"} if n % 2 else {"feature": "cli", "feature_source": "client-header"}
        found.append(ledgers.record(NOW + n * SECOND, **values))
    return found


ROWS = rows()


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    monkeypatch.setattr(backfill_runs, "_PAGE", 7)
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", ROWS), isolation_level=None)) as connection:
        yield connection


def run(ledger: sqlite3.Connection, *own: str) -> Run:
    """A run, with these rules before the shipped ones."""
    folder = Path(ledger.execute("PRAGMA database_list").fetchone()[2]).parent
    (folder / "rules.toml").write_text("\n".join(own))
    (folder / "config.toml").write_text(f'[ledger]\nbackfill_rules = "{folder / "rules.toml"}"\n')
    done = fill(folder / "ledger.db", BackfillRules.load(load(folder / "config.toml")), Filters(), lambda _: None)
    assert done.run is not None
    return runs(ledger)[0]


def content(ledger: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return ledger.execute("SELECT * FROM requests ORDER BY id").fetchall()


def back(ledger: sqlite3.Connection, one: Run) -> Undone:
    return undo(ledger, one, NOW, lambda _: None)


NO_FEATURES = """
[[pattern]]
name = "not-yet"
match = { session_id = "." }
feature = ""
[[neighbour]]
name = "session"
field = "feature"
same = ["session_id"]
seconds = 0
"""


def test_there_and_back(ledger: sqlite3.Connection) -> None:
    before = content(ledger)
    one = run(ledger)
    assert one.requests == 45 == backfill_runs.held(ledger, one)
    assert one.ended_at is not None
    assert rollups.differences(ledger) == 0
    # Nothing needs the earlier callers any more.
    pruning.tidy(ledger)
    assert back(ledger, one) == Undone(45, 0)
    assert content(ledger) == before
    assert rollups.differences(ledger) == 0
    assert ledger.execute("SELECT COUNT(*) FROM backfilled").fetchone() == (0,)
    assert runs(ledger)[0].undone_at == NOW
    assert run(ledger).run == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_runs_over_the_same_rows_in_either_order(ledger: sqlite3.Connection, order: tuple[int, int]) -> None:
    states = [content(ledger)]
    one = run(ledger, NO_FEATURES)
    states.append(content(ledger))
    two = run(ledger)
    assert (one.requests, two.requests) == (45, 30)
    made = (one, two)
    assert back(ledger, made[order[0]]) == Undone(made[order[0]].requests, 0)
    if order == (1, 0):
        assert content(ledger) == states[1]
    else:
        assert ledger.execute("SELECT COUNT(*) FROM requests WHERE feature_source = 'backfill:command'").fetchone()[0]
    assert back(ledger, made[order[1]]) == Undone(made[order[1]].requests, 0)
    assert content(ledger) == states[0]
    assert rollups.differences(ledger) == 0


def test_what_was_changed_or_dropped_since_is_left(ledger: sqlite3.Connection) -> None:
    one = run(ledger)
    renamed = msgspec.structs.replace(ROWS[1], project_id="q", project_source="client-header", feature="x")
    with transaction(ledger):
        # A row written anew: with other values, with the same ones under another number, and one that is gone.
        write(ledger, [renamed], Sides())
        ledger.execute("UPDATE scopes SET key = NULL")
        repriced = ledger.execute("SELECT * FROM requests WHERE id = ?", (ROWS[2].id,)).fetchone()
        again = Record(**dict(zip(Record.__struct_fields__, repriced[:-1], strict=True)))
        write(ledger, [msgspec.structs.replace(again, cost=1_000)], Sides())
        ledger.execute("DELETE FROM entries WHERE id = ?", (ROWS[3].id,))
    assert back(ledger, one) == Undone(43, 1)
    found = {row[0]: row[1:] for row in ledger.execute("SELECT id, project_id, feature, cost FROM requests")}
    assert found[ROWS[1].id] == ("q", "x", 1)
    assert found[ROWS[2].id] == (None, "cli", 1_000)
    assert ROWS[3].id not in found
    assert rollups.differences(ledger) == 0


def test_cut_short_and_called_again(ledger: sqlite3.Connection) -> None:
    before = content(ledger)
    one = run(ledger)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo(ledger, one, NOW, stop)
    assert runs(ledger)[0].undone_at is None
    assert back(ledger, one) == Undone(38, 0)
    assert content(ledger) == before


def test_pruned_rows_leave_nothing_behind(ledger: sqlite3.Connection) -> None:
    one = run(ledger)
    while pruning.step(ledger, (NOW // pruning.DAY + 1) * pruning.DAY, keep_totals=True):
        pass
    assert ledger.execute("SELECT COUNT(*) FROM backfilled").fetchone() == (0,)
    assert back(ledger, one) == Undone(0, 0)


def test_what_is_told_of_a_row(ledger: sqlite3.Connection) -> None:
    assert later(ledger, named(ledger, ROWS[3].id)[0]) == ()
    one = run(ledger)
    project, feature = later(ledger, named(ledger, ROWS[3].id)[0])
    shared: dict[str, Any] = {"at": one.started_at, "run": 1}
    # Of the three in a session with a project those 24 and 36 s away are not the nearest.
    nearest = ROWS[0]
    assert project == Later("project", "p", "backfill:neighbour-session", "session_id s0", neighbour=nearest.id,
                            neighbour_at=nearest.started_at, **shared)  # fmt: skip
    assert feature == Later("feature", "cli", "backfill:command", "command kilo run", **shared)
    assert (project.rule, feature.rule) == ("neighbour-session", "command")
    # A row without a provenance holds no note; its source tells the rule.
    assert later(ledger, named(ledger, ROWS[2].id)[0]) == (Later("project", "p", "backfill:neighbour-session"),)
    ledger.execute("DELETE FROM backfilled")
    assert later(ledger, named(ledger, ROWS[3].id)[0])[0].run is None
