"""Budgets, their raises and pauses as the ledger keeps them, read. A ledger from before there were any has none."""

import json
import sqlite3

from franking.budgets.values import Budget, Raise

__all__ = ["budget", "budgets", "paused_until", "raises"]

_COLUMNS = (
    "number, name, amount, period, zone, scope, thresholds, hard, starts, ends, unknown_cost, created_at, changed_at"
)


def budgets(ledger: sqlite3.Connection) -> list[Budget]:
    """All of them, by name."""
    if not _there(ledger):
        return []
    return [
        Budget(
            number=number, name=name, amount=amount, period=period, zone=zone, hard=bool(hard), starts=starts,
            ends=ends, include={dimension: tuple(values) for dimension, values in json.loads(scope).items()},
            thresholds=tuple(json.loads(thresholds)), unknown_cost=unknown, created_at=created, changed_at=changed,
        )
        for number, name, amount, period, zone, scope, thresholds, hard, starts, ends, unknown, created, changed
        in ledger.execute(f"SELECT {_COLUMNS} FROM budgets ORDER BY name")  # noqa: S608 - our own names
    ]  # fmt: skip


def budget(ledger: sqlite3.Connection, name: str) -> Budget | None:
    """The one of exactly this name."""
    return next((found for found in budgets(ledger) if found.name == name), None)


def raises(ledger: sqlite3.Connection, at: int) -> list[Raise]:
    """Those that have not ended by then, also ones that have not begun; by their ends."""
    if not _there(ledger):
        return []
    said = "SELECT budget, amount, since, until, note FROM budget_raises WHERE until > ? ORDER BY until, number"
    return [Raise(*row) for row in ledger.execute(said, (at,))]


def paused_until(ledger: sqlite3.Connection, at: int) -> int | None:
    """When the pause ends in which the moment is; None where nothing is paused."""
    if not _there(ledger):
        return None
    found = ledger.execute("SELECT MAX(until) FROM budget_pauses WHERE since <= ? AND until > ?", (at, at)).fetchone()
    return None if found[0] is None else int(found[0])


def _there(ledger: sqlite3.Connection) -> bool:
    said = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'budgets'"
    return ledger.execute(said).fetchone() is not None
