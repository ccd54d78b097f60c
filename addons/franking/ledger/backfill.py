"""Fills in the project and the feature of older rows, where the rules find them: in short transactions, to be undone.

Never a value that is there, never one that was refused on purpose. What was looked up is written only where the row
still is as it was read. The newest minutes are left for later: their neighbours may still come.
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from franking.ledger import backfill_runs
from franking.ledger.backfill_facts import Inference
from franking.ledger.backfill_notes import Note, noted
from franking.ledger.backfill_rules import BackfillRules, Field
from franking.ledger.backfill_runs import Kept
from franking.ledger.backfill_search import Filling, Left, Search
from franking.ledger.connection import patient, transaction
from franking.ledger.filters import Filters
from franking.ledger.moving import Move, move
from franking.ledger.sides import Sides
from franking.ledger.totals import Totals

__all__ = ["Change", "Outcome", "fill", "look", "whole"]

_SETTLES = 60_000_000
"""How long after its start (microseconds) a request's row may still come, beyond the rules' own reach."""

_ROWS = 1000
"""In one transaction: some 20 ms."""

_CHECKPOINT_ROWS = 50_000

Tell = Callable[[int], object]
"""Called now and then, with how many more rows were looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that a rule filled in. cost: nano-dollars of these requests, None where none is known."""

    field: Field
    source: str
    value: str
    requests: int = 0
    cost: int | None = None


@dataclass(slots=True)
class Outcome:
    """run: its number, None where nothing was written. requests: with something filled in. left: field → who stays."""

    run: int | None = None
    looked_at: int = 0
    requests: int = 0
    changes: dict[tuple[Field, str, str], Change] = field(default_factory=dict)
    left: dict[Field, Left] = field(default_factory=lambda: {"project": Left(), "feature": Left()})

    def note(self, filled: Sequence[Filling]) -> None:
        """Rows that are filled in, or would be."""
        self.requests += len(filled)
        costs: dict[tuple[Field, str, str], list[int | None]] = {}
        for row in filled:
            for name, found in _found(row):
                costs.setdefault((name, found.source, found.value), []).append(row.cost)
        for key, listed in costs.items():
            change = self.changes.get(key) or Change(*key)
            known = [cost for cost in (change.cost, *listed) if cost is not None]
            requests = change.requests + len(listed)
            self.changes[key] = replace(change, requests=requests, cost=sum(known) if known else None)


def whole(ledger: sqlite3.Connection, rules: BackfillRules, filters: Filters) -> int:
    """How many rows there are to look at. Raises sqlite3.Error."""
    return _search(ledger, rules, filters).whole()


def look(ledger: sqlite3.Connection, rules: BackfillRules, filters: Filters, tell: Tell) -> Outcome:
    """What would be filled in; nothing is written. Of the filters only the time counts. Raises sqlite3.Error."""
    outcome, search = Outcome(), _search(ledger, rules, filters)
    for found in search.pages():
        outcome.note(found)
        _advance(outcome, search, tell)
    return outcome


def fill(file: Path, rules: BackfillRules, filters: Filters, tell: Tell) -> Outcome:
    """Fill it in. Raises LedgerError, OSError, sqlite3.Error; what was filled in by then stays, and can be undone."""
    outcome, now = Outcome(), _now()
    with closing(patient(file)) as ledger:
        search, filler = _search(ledger, rules, filters), _Filler(ledger, now)
        for found in search.pages():
            for first in range(0, len(found), _ROWS):
                outcome.note(filler.fill(found[first : first + _ROWS]))
            _advance(outcome, search, tell)
        if filler.run is not None:
            backfill_runs.end(ledger, filler.run, _now())
    outcome.run = filler.run
    return outcome


class _Filler:
    """Writes what was found. ``run`` is None until something is."""

    def __init__(self, ledger: sqlite3.Connection, now: int) -> None:
        self.run: int | None = None
        self._ledger = ledger
        self._now = now
        self._sides = Sides()
        self._totals = Totals(ledger)
        self._places: dict[tuple[object, ...], tuple[int, int]] = {}
        self._version: int | None = None
        self._unchecked = 0

    def fill(self, rows: Sequence[Filling]) -> list[Filling]:
        """The rows that got it: all, but for those that were changed since they were read."""
        with transaction(self._ledger):
            self._look_up_again()
            if self.run is None:
                self.run = backfill_runs.begin(self._ledger, self._now)
            places = [self._place(row) for row in rows]
            moves = [Move(row.entry, row.scope, row.caller, *place) for row, place in zip(rows, places, strict=True)]
            moved = move(self._ledger, moves, self._totals)
            filled = [(row, place) for row, place in zip(rows, places, strict=True) if row.entry in moved]
            backfill_runs.keep(self._ledger, self.run, [_kept(row, place[0]) for row, place in filled])
        self._unchecked += len(rows)
        if self._unchecked >= _CHECKPOINT_ROWS:
            # Else the write-ahead log would grow with the ledger; it waits for nobody.
            self._unchecked = 0
            self._ledger.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        return [row for row, _ in filled]

    def _place(self, row: Filling) -> tuple[int, int]:
        """The scope and the caller of the row as it will be."""
        found = _found(row)
        key = (row.scope, row.caller, *(inferred[:3] for _, inferred in found), row.project is None)
        if key not in self._places:
            changes: dict[str, str | None] = {}
            for name, inferred in found:
                column = "project_id" if name == "project" else name
                changes |= {column: inferred.value, f"{name}_source": inferred.source}
            told = [Note.of(name, inferred, self._now) for name, inferred in found]
            said = "SELECT provenance FROM callers WHERE id = ?"
            caller, held = row.caller, self._ledger.execute(said, (row.caller,)).fetchone()
            if held is not None and (with_notes := noted(held[0], told)) != held[0]:
                caller = self._sides.changed(self._ledger, "callers", caller, {"provenance": with_notes})
            self._places[key] = (self._sides.changed(self._ledger, "scopes", row.scope, changes), caller)
        return self._places[key]

    def _look_up_again(self) -> None:
        """After another program's commit: it may have dropped side rows."""
        version = int(self._ledger.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version or len(self._places) > 20_000:
            self._version = version
            self._totals.look_again()
            self._sides.forget()
            self._places.clear()


def _search(ledger: sqlite3.Connection, rules: BackfillRules, filters: Filters) -> Search:
    settled = _now() - rules.reach - _SETTLES
    since = 0 if filters.since is None else filters.since
    return Search(ledger, rules, since, settled if filters.until is None else min(settled, filters.until))


def _advance(outcome: Outcome, search: Search, tell: Tell) -> None:
    tell(search.looked_at - outcome.looked_at)
    outcome.looked_at, outcome.left = search.looked_at, search.left


def _found(row: Filling) -> list[tuple[Field, Inference]]:
    found: list[tuple[Field, Inference]] = [] if row.project is None else [("project", row.project)]
    return found if row.feature is None else [*found, ("feature", row.feature)]


def _kept(row: Filling, scope: int) -> Kept:
    project, feature = (found.neighbour if found else None for found in (row.project, row.feature))
    return Kept(row.entry, row.scope, scope, project, feature)


def _now() -> int:
    return time.time_ns() // 1000
