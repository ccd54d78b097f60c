"""The runs of ``frank backfill``: noted as they go, told, and taken back.

A row is taken back where it still has what the run filled in. What was changed since, or dropped, is left and counted.
Times are microseconds UTC.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from franking.ledger.backfill_notes import without
from franking.ledger.connection import transaction
from franking.ledger.moving import Move, move
from franking.ledger.sides import Sides
from franking.ledger.totals import Totals

__all__ = ["Kept", "Run", "Undone", "begin", "end", "held", "keep", "runs", "undo"]

_PAGE = 1000
_FIELDS = (("project_id", "project_source"), ("feature", "feature_source"))


@dataclass(frozen=True, slots=True)
class Run:
    """A run; requests: how many it filled in. ended_at None: it was cut short; what it did by then stands."""

    run: int
    started_at: int
    ended_at: int | None
    undone_at: int | None
    requests: int


@dataclass(slots=True)
class Undone:
    """requests: taken back. changed: no longer what the run had made of them, and left."""

    requests: int = 0
    changed: int = 0


class Kept(NamedTuple):
    """A row of ``backfilled``, without its run."""

    entry: int
    scope_before: int
    scope_after: int
    project_neighbour: int | None
    feature_neighbour: int | None


def runs(ledger: sqlite3.Connection) -> list[Run]:
    """All runs, the newest first. Raises sqlite3.Error."""
    found = ledger.execute("SELECT run, started_at, ended_at, undone_at, requests FROM backfills ORDER BY run DESC")
    return [Run(*row) for row in found]


def begin(ledger: sqlite3.Connection, at: int) -> int:
    """A new run's number. Within the caller's transaction; raises sqlite3.Error."""
    said = "INSERT INTO backfills (started_at, requests) VALUES (?, 0) RETURNING run"
    return int(ledger.execute(said, (at,)).fetchone()[0])


def keep(ledger: sqlite3.Connection, run: int, changed: Sequence[Kept]) -> None:
    """Note what the run has changed. Within the caller's transaction; raises sqlite3.Error."""
    ledger.executemany(
        "INSERT INTO backfilled (run, entry, scope_before, scope_after, project_neighbour, feature_neighbour)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(run, *row) for row in changed],
    )
    ledger.execute("UPDATE backfills SET requests = requests + ? WHERE run = ?", (len(changed), run))


def end(ledger: sqlite3.Connection, run: int, at: int) -> None:
    """The run went through. Raises sqlite3.Error."""
    ledger.execute("UPDATE backfills SET ended_at = ? WHERE run = ?", (at, run))


def held(ledger: sqlite3.Connection, run: Run) -> int:
    """How many requests there are that a run filled in. Raises sqlite3.Error."""
    return int(ledger.execute("SELECT COUNT(*) FROM backfilled WHERE run = ?", (run.run,)).fetchone()[0])


def undo(ledger: sqlite3.Connection, run: Run, at: int, tell: Callable[[int], object]) -> Undone:
    """Take the run back, page by page; called again it goes on where it was cut short.

    ledger: in autocommit mode. tell: called with how many more are done. Raises sqlite3.Error.
    """
    undone, sides, totals, after = Undone(), Sides(), Totals(ledger), -1
    while True:
        with transaction(ledger):
            # Whoever else writes may have dropped side rows since the last page.
            sides.forget()
            totals.look_again()
            page = ledger.execute(
                "SELECT b.entry, b.scope_before, b.scope_after, e.scope, e.caller FROM backfilled AS b"
                " LEFT JOIN entries AS e ON e.rowid = b.entry"
                " WHERE b.entry > ? AND b.run = ? ORDER BY b.entry LIMIT ?",
                (after, run.run, _PAGE),
            ).fetchall()
            moves = _back(ledger, sides, page, run.started_at)
            move(ledger, moves, totals)
            ledger.executemany(
                "DELETE FROM backfilled WHERE entry = ? AND run = ?", [(row[0], run.run) for row in page]
            )
            if not page:
                ledger.execute("UPDATE backfills SET undone_at = ? WHERE run = ?", (at, run.run))
                return undone
        after = page[-1][0]
        undone.requests += len(moves)
        undone.changed += sum(row[3] is not None for row in page) - len(moves)
        tell(len(page))


def _back(
    ledger: sqlite3.Connection, sides: Sides, page: Sequence[tuple[int, int, int, int | None, int]], at: int
) -> list[Move]:
    scopes: dict[tuple[int, int, int], int] = {}
    callers: dict[int, int] = {}
    moves = []
    for entry, before, after, scope, caller in page:
        if scope is None:
            continue
        if (known := scopes.get((before, after, scope))) is None:
            known = scopes[before, after, scope] = _scope_back(ledger, sides, before, after, scope)
        if known == scope:
            continue
        if caller not in callers:
            callers[caller] = _caller_back(ledger, sides, caller, at)
        moves.append(Move(entry, scope, caller, known, callers[caller]))
    return moves


def _scope_back(ledger: sqlite3.Connection, sides: Sides, before: int, after: int, scope: int) -> int:
    """The scope without what was filled in; the same where it is no longer there."""
    if scope == after:
        return before
    was, filled, now = (_scope(ledger, number) for number in (before, after, scope))
    changes: dict[str, str | None] = {}
    for number, (value, source) in enumerate(_FIELDS):
        place = slice(2 * number, 2 * number + 2)
        if was[place] != filled[place] == now[place]:
            changes |= dict(zip((value, source), was[place], strict=True))
    return sides.changed(ledger, "scopes", scope, changes) if changes else scope


def _caller_back(ledger: sqlite3.Connection, sides: Sides, caller: int, at: int) -> int:
    (provenance,) = ledger.execute("SELECT provenance FROM callers WHERE id = ?", (caller,)).fetchone()
    cleared = without(provenance, at)
    return caller if cleared == provenance else sides.changed(ledger, "callers", caller, {"provenance": cleared})


def _scope(ledger: sqlite3.Connection, number: int) -> tuple[str | None, ...]:
    said = "SELECT project_id, project_source, feature, feature_source FROM scopes WHERE id = ?"
    found: tuple[str | None, ...] = ledger.execute(said, (number,)).fetchone() or (None,) * 4
    return found
