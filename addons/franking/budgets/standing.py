"""Alerts that stand: what the dashboard shows on every page until a visitor has dismissed it. Read-only.

Of each budget the highest threshold that was told of in its present period, unless it was raised since to an amount of
which what was spent then is less. What was spent is what it was when the threshold was reached.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from franking.budgets import alert_store, periods, state, store
from franking.budgets.alerts import Alert
from franking.budgets.values import Budget, Window

__all__ = ["Standing", "mark", "standing"]

_OVER = 100
_LONGEST = 93 * 86_400_000_000
"""Microseconds: no period began earlier and is still under way."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert of a budget's present period. amount: the budget's of now, with its raises; nano-dollars."""

    alert: Alert
    budget: Budget
    window: Window
    amount: int

    @property
    def over(self) -> bool:
        """Is nothing left?"""
        return self.alert.threshold >= _OVER


def standing(ledger: sqlite3.Connection, at: int) -> tuple[Standing, ...]:
    """Those of that moment (microseconds UTC): used up before near, then the newest first. Raises sqlite3.Error."""
    told = alert_store.told(ledger, at - _LONGEST, "dashboard")
    if not told:
        return ()
    budgets = {budget.number: budget for budget in store.budgets(ledger)}
    raises = store.raises(ledger, at)
    found: dict[int, Standing] = {}
    for alert in sorted(told, key=lambda alert: alert.threshold):
        budget = budgets.get(alert.budget)
        window = periods.current(budget, at) if budget is not None else None
        if budget is None or window is None or alert.period_start != window.start:
            continue
        amount = state.amount(budget, raises, at)
        if alert.spent * 100 >= amount * alert.threshold:
            found[alert.budget] = Standing(alert, budget, window, amount)
    return tuple(sorted(found.values(), key=lambda one: (not one.over, -one.alert.reached_at, one.alert.name)))


def mark(stands: Sequence[Standing]) -> str:
    """The same short text for the same alerts, another for others; empty for none."""
    told = " ".join(sorted(f"{one.alert.key}:{one.amount}:{one.alert.name}" for one in stands))
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest() if told else ""
