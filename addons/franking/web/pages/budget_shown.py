"""How a budget's state is shown: its bar, and those that are near their end. Pure but for the question."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from franking.budgets import periods, questions
from franking.budgets.state import urgent_first
from franking.budgets.values import State
from franking.web.tables import Column, Row, Table
from franking.words import local, money, percent

__all__ = ["Gauge", "Shown", "listing", "near_end", "shown"]

_SCALE = 1000


@dataclass(frozen=True, slots=True)
class Gauge:
    """A bar's parts in thousandths of its width. limit: where the amount ends, the whole width unless it is over.

    expected: how far it will come by the projection. marks: where warnings are.
    """

    spent: int
    limit: int
    expected: int
    marks: tuple[int, ...]

    @property
    def within(self) -> int:
        """The part that is spent within the amount."""
        return min(self.spent, self.limit)


@dataclass(frozen=True, slots=True)
class Shown:
    """A state with its bar. words: the bar for those who do not see it. since, until: its days, in its own zone.

    used_up: the day on which nothing will be left, if that is before its end and not yet so.
    """

    state: State
    gauge: Gauge
    words: str
    since: str
    until: str
    used_up: str

    @property
    def number(self) -> int:
        """What its addresses are made of."""
        return self.state.budget.number or 0


def shown(state: State) -> Shown:
    """A state as it is shown."""
    where = periods.zone(state.budget.zone)
    soon = state.projection.exhausted_at if state.projection is not None and state.status != "over" else None
    window = state.window
    words = f"{state.status}: {money(state.spent)} of {money(state.amount)} spent, {percent(state.spent, state.amount)}"
    return Shown(
        state, _gauge(state), words,
        local(window.start, where, "%-d %b") if window else "",
        local(window.end - 1, where, "%-d %b %Y") if window else "",
        local(soon, where, "%-d %b") if soon is not None else "",
    )  # fmt: skip


def _gauge(state: State) -> Gauge:
    whole = max(state.amount, state.spent)

    def place(amount: int) -> int:
        return max(0, min(_SCALE, amount * _SCALE // whole))

    expected = state.projection.amount if state.projection is not None else state.spent
    marks = tuple(place(state.amount * each // 100) for each in state.budget.thresholds)
    return Gauge(place(state.spent), place(state.amount), place(max(expected, state.spent)), marks)


def near_end(ledger: sqlite3.Connection, at: int) -> tuple[Shown, ...]:
    """The budgets that are over or at a warning, for a band on other pages."""
    found = questions.states(ledger, at)
    return tuple(shown(state) for state in urgent_first(found) if state.status in ("over", "warning"))


def listing(states: Iterable[State]) -> Table:
    """All of them as a table: what the list sorts by, and its CSV."""
    columns = (
        Column("name", "Name"), Column("status", "State"), Column("spent", "Spent", "money"),
        Column("amount", "Of", "money"), Column("share", "Share used", "share", whole=10_000),
        Column("remaining", "Left", "money"), Column("days_left", "Days left", "count"),
        Column("projected", "By its end", "money"), Column("certainty", "Certainty"), Column("period", "Per"),
        Column("zone", "Time zone"), Column("scope", "For"), Column("when_over", "When over"),
    )  # fmt: skip
    return Table("budgets", "Budgets", columns, tuple(_row(state) for state in urgent_first(states)))


def _row(state: State) -> Row:
    budget, projection = state.budget, state.projection
    scope = "; ".join(
        f"{dimension}={value if value is not None else ''}"
        for dimension, values in budget.include.items()
        for value in values
    )
    return Row(
        (
            budget.name, state.status, state.spent, state.amount, state.spent * 10_000 // state.amount,
            state.remaining, state.days_left, projection.amount if projection else None,
            projection.sure if projection else None, budget.period, budget.zone, scope or "everything",
            "refuse" if budget.hard else "tell",
        ),
        key=str(budget.number),
    )  # fmt: skip
