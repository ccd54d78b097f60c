"""Budgets made, changed, raised and paused. Each is one short transaction.

ledger: in autocommit mode. Raises BudgetError where it cannot be done, and sqlite3.Error.
"""

import json
import sqlite3
from dataclasses import replace
from shlex import quote
from typing import Any

from franking.budgets import checks, store
from franking.budgets.values import Budget, BudgetError, Pause, Raise
from franking.ledger.connection import transaction

__all__ = ["create", "delete", "edit", "pause", "raise_", "resume"]


def create(ledger: sqlite3.Connection, budget: Budget, at: int) -> Budget:
    """A new budget, with its number."""
    budget = checks.checked(budget)
    with transaction(ledger):
        _free(ledger, budget.name)
        row = ledger.execute(
            "INSERT INTO budgets (name, amount, period, zone, scope, thresholds, hard, starts, ends, unknown_cost,"
            " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
            (*_columns(budget), at, at),
        ).fetchone()
    return replace(budget, number=int(row[0]), created_at=at, changed_at=at)


def edit(ledger: sqlite3.Connection, name: str, at: int, /, **changes: Any) -> Budget:
    """Change fields of Budget, its name among them."""
    with transaction(ledger):
        held = _found(ledger, name)
        edited = checks.checked(replace(held, **changes))
        if edited.name != held.name:
            _free(ledger, edited.name)
        ledger.execute(
            "UPDATE budgets SET name = ?, amount = ?, period = ?, zone = ?, scope = ?, thresholds = ?, hard = ?,"
            " starts = ?, ends = ?, unknown_cost = ?, changed_at = ? WHERE number = ?",
            (*_columns(edited), at, edited.number),
        )
    return replace(edited, changed_at=at)


def delete(ledger: sqlite3.Connection, name: str) -> Budget:
    """Forget a budget, its raises and the alerts that were sent for it."""
    with transaction(ledger):
        held = _found(ledger, name)
        ledger.execute("DELETE FROM budgets WHERE number = ?", (held.number,))
        ledger.execute("DELETE FROM budget_raises WHERE budget = ?", (held.number,))
        ledger.execute("DELETE FROM alerts_sent WHERE budget = ?", (held.number,))
    return held


def raise_(
    ledger: sqlite3.Connection, name: str, amount: int, since: int, until: int, note: str | None = None
) -> Raise:
    """So much more from since until then."""
    checks.most(amount, "what a budget is raised by")
    if until <= since:
        raise BudgetError("a raise must end after it begins")
    with transaction(ledger):
        raised = Raise(_found(ledger, name).number or 0, amount, since, until, note)
        ledger.execute(
            "INSERT INTO budget_raises (budget, amount, since, until, note) VALUES (?, ?, ?, ?, ?)",
            (raised.budget, amount, since, until, note),
        )
    return raised


def pause(ledger: sqlite3.Connection, since: int, until: int) -> Pause:
    """Let everything pass until then, in place of a pause that is under way."""
    if until <= since:
        raise BudgetError("a pause must end after it begins")
    with transaction(ledger):
        _resume(ledger, since)
        ledger.execute("INSERT INTO budget_pauses (since, until) VALUES (?, ?)", (since, until))
    return Pause(since, until)


def resume(ledger: sqlite3.Connection, at: int) -> bool:
    """End the pause; was there one?"""
    with transaction(ledger):
        return _resume(ledger, at)


def _resume(ledger: sqlite3.Connection, at: int) -> bool:
    ended = ledger.execute("UPDATE budget_pauses SET until = ? WHERE since <= ? AND until > ?", (at, at, at)).rowcount
    return ended > 0


def _columns(budget: Budget) -> tuple[Any, ...]:
    return (
        budget.name, budget.amount, budget.period, budget.zone, json.dumps(dict(budget.include)),
        json.dumps(budget.thresholds), budget.hard, budget.starts, budget.ends, budget.unknown_cost,
    )  # fmt: skip


def _found(ledger: sqlite3.Connection, name: str) -> Budget:
    held = store.budget(ledger, name)
    if held is None:
        raise BudgetError(f"there is no budget {name!r}; `frank budgets` lists those that there are")
    return held


def _free(ledger: sqlite3.Connection, name: str) -> None:
    if store.budget(ledger, name) is not None:
        raise BudgetError(
            f"there is a budget {name!r} already; give another name, or: frank budgets edit {quote(name)}"
        )
