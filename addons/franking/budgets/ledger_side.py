"""What the guard needs of the ledger, read in one snapshot of it; and what it holds, told to other sidecars there.

Belongs to one thread. One connection reads and writes, so that its own commits do not look like another's. Raises
sqlite3.Error, OSError and LedgerError.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from franking.budgets import questions, store
from franking.budgets.beside import Beside
from franking.budgets.guard_values import Outstanding, Settled, Snapshot, Terms
from franking.budgets.values import Budget
from franking.ledger.connection import transaction
from franking.ledger.filters import Filters
from franking.ledger.schema import LedgerError
from franking.projects import questions as projects
from franking.projects.names import Names

__all__ = ["LedgerSide"]

EXPIRES = 10_000_000
"""Microseconds after which what a sidecar held is void, unless it said so again: it is gone."""

_LATELY = 7 * 86_400_000_000
_MOST_MODELS = 16


class LedgerSide:
    """holder: this sidecar's own name."""

    def __init__(self, file: Path, holder: str) -> None:
        self._ledger = Beside(file)
        self._holder = holder
        self._version: tuple[int, int] | None = None
        self._terms = Terms((), Names())
        self._boundary = self._read_at = 0
        self._told: Mapping[int, int] = {}
        self._told_at = 0
        self._models: Mapping[str | None, tuple[str, ...]] = {}
        self._models_at = 0

    def changed(self, at: int) -> bool:
        """Has anything been committed, or a moment passed that changes what is in force, since the last reading?

        Also where the clock has been set back: what was in force then is not yet.
        """
        return self._ledger.version() != self._version or not self._read_at <= at < self._boundary

    def read(self, at: int, outstanding: Callable[[], Outstanding]) -> Snapshot:
        """One snapshot. outstanding: asked once it stands: what ends after that cannot be in it."""
        self._version, self._read_at = self._ledger.version(), at
        ledger = self._ledger.opened()
        ledger.execute("BEGIN")
        try:
            budgets = [budget for budget in store.budgets(ledger) if budget.hard]
            if not budgets:
                self._boundary = at + _LATELY
                self._terms = Terms((), Names())
                return Snapshot(self._terms, ())
            held = outstanding()
            return self._whole(ledger, budgets, at, held)
        finally:
            if ledger.in_transaction:
                ledger.execute("COMMIT")

    def paused_until(self, at: int) -> int | None:
        """When the pause ends that is on."""
        return store.paused_until(self._ledger.opened(), at)

    def forget(self) -> None:
        """What was read last is not in force any more: read again, changed or not."""
        self._version = None

    def tell(self, held: Mapping[int, int], at: int) -> None:
        """Let other sidecars know what is held here; at once where it has changed, and before it expires."""
        if held == self._told and (not held or abs(at - self._told_at) < EXPIRES // 3):
            return
        ledger = self._ledger.opened()
        with transaction(ledger):
            ledger.execute("DELETE FROM reservations WHERE holder = ? OR expires_at <= ?", (self._holder, at))
            rows = [(self._holder, number, amount, at + EXPIRES) for number, amount in held.items()]
            ledger.executemany("INSERT INTO reservations VALUES (?, ?, ?, ?)", rows)
        self._told, self._told_at = dict(held), at

    def close(self) -> None:
        """Void what is held, and let go of the ledger."""
        with suppress(sqlite3.Error, OSError, LedgerError):
            self.tell({}, self._told_at)
        self._ledger.close()

    def _whole(self, ledger: sqlite3.Connection, budgets: list[Budget], at: int, held: Outstanding) -> Snapshot:
        names = projects.names(ledger)
        found = [questions.named_now(names, budget) for budget in budgets]
        if tuple(found) != self._terms.budgets or names.projects != self._terms.names.projects:
            self._terms = Terms(found, names)
        states = questions.states(ledger, at, self._terms.names, self._terms.budgets)
        paused = store.paused_until(ledger, at)
        if at - self._models_at > 60_000_000:
            self._models, self._models_at = _models(ledger, at, self._terms.names), at
        moments = [at + _LATELY, paused, *(state.budget.starts for state in states)]
        moments += [state.window.end for state in states if state.window is not None]
        moments += [moment for each in store.raises(ledger, at) for moment in (each.since, each.until)]
        self._boundary = min(moment for moment in moments if moment is not None and moment > at)
        return Snapshot(
            self._terms,
            tuple(states),
            paused,
            _settled(ledger, held.ended),
            self._elsewhere(ledger, at),
            self._models,
        )

    def _elsewhere(self, ledger: sqlite3.Connection, at: int) -> Mapping[int, int]:
        # What expires later than anything told now could was told before the clock was set back, by one that is gone.
        said = """SELECT budget, SUM(amount) FROM reservations
            WHERE holder <> ? AND expires_at BETWEEN ? AND ? GROUP BY budget"""
        return dict(ledger.execute(said, (self._holder, at + 1, at + 2 * EXPIRES)).fetchall())


def _settled(ledger: sqlite3.Connection, ids: tuple[str, ...]) -> Mapping[str, Settled]:
    if not ids:
        return {}
    said = (
        "SELECT id, cost, status FROM requests WHERE id IN (SELECT value FROM json_each(?)) AND status <> 'in_flight'"
    )
    rows = ledger.execute(said, (json.dumps(ids),))
    return {id_: Settled(cost, status == "ok") for id_, cost, status in rows}


def _models(ledger: sqlite3.Connection, at: int, names: Names) -> Mapping[str | None, tuple[str, ...]]:
    """Project → models that it used in the past days, the most used first."""
    told = projects.costs(ledger, Filters(since=at - _LATELY), ("project", "model"), names=names).groups
    found: dict[str | None, list[str]] = {}
    for group in sorted(told, key=lambda group: -group.requests):
        project, model = group.key
        models = found.setdefault(project, [])
        if model is not None and len(models) < _MOST_MODELS:
            models.append(model)
    return {project: tuple(models) for project, models in found.items()}
