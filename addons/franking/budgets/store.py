"""Budgets, their raises and pauses as the ledger keeps them, read. A ledger from before there were any has none."""

import sqlite3

from franking.budgets import stored
from franking.budgets.stored import raises
from franking.budgets.values import Budget

__all__ = ["budget", "budgets", "paused_until", "raises"]


def budgets(ledger: sqlite3.Connection) -> list[Budget]:
    """All of them, by name."""
    return [Budget(**fields) for fields in stored.budgets(ledger)]


def budget(ledger: sqlite3.Connection, name: str) -> Budget | None:
    """The one of exactly this name."""
    return next((found for found in budgets(ledger) if found.name == name), None)


def paused_until(ledger: sqlite3.Connection, at: int) -> int | None:
    """When the pause ends in which the moment is; None where nothing is paused."""
    if not stored.there(ledger):
        return None
    found = ledger.execute("SELECT MAX(until) FROM budget_pauses WHERE since <= ? AND until > ?", (at, at)).fetchone()
    return None if found[0] is None else int(found[0])
