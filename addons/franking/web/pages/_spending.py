"""What a project spends this month, what it will have spent at its end, and how its budgets stand. Read-only."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from franking.budgets import periods, questions, state, store
from franking.budgets.values import Projection, State, Window
from franking.ledger.filters import Filters
from franking.projects.names import Names
from franking.projects.questions import costs
from franking.web.asked import Asked

__all__ = ["Month", "budgets", "month"]

_URGENT = ("over", "warning", "ok", "inactive")


@dataclass(frozen=True, slots=True)
class Month:
    """The calendar month that is under way. spent: nano-dollars, None where nothing has a known cost.

    projection: what it will come to, if it goes on as until now; None where nothing is spent.
    """

    window: Window
    spent: int | None
    projection: Projection | None


def month(ledger: sqlite3.Connection, name: str, asked: Asked, names: Names) -> Month:
    """The month of the viewer's zone that is under way; with the same filters as the page."""
    zone = asked.zone if isinstance(asked.zone, ZoneInfo) else periods.zone(periods.local_zone_name())
    window = periods.window("month", zone, asked.now)
    include = {**asked.filters.include, "project": (name,)}
    meant = Filters(window.start, window.end, include, asked.filters.exclude)
    spent = costs(ledger, meant, ("gateway",), zone, names=names).total.cost
    return Month(window, spent, state.projection(spent, spent, window, asked.now) if spent else None)


def budgets(ledger: sqlite3.Connection, name: str, at: int, names: Names) -> Sequence[State]:
    """How the budgets that name the project stand, those that need a look first."""
    named = [questions.named_now(names, budget) for budget in store.budgets(ledger)]
    own = [budget for budget in named if name in budget.include.get("project", ())]
    found = questions.states(ledger, at, names, own) if own else []
    return sorted(found, key=lambda each: (_URGENT.index(each.status), -each.share, each.budget.name))
