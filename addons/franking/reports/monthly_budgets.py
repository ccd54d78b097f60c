"""How budgets were kept in a month. Read-only.

A budget of months or quarters is told as it stood at the month's end. One of days or weeks had many periods: they are
counted, those that end in the month and the one that is under way, and told is the one that used most of its amount.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from franking.budgets import periods, questions, store
from franking.budgets.matching import concerns
from franking.budgets.values import Budget, State
from franking.ledger.filters import Value
from franking.projects.names import Names
from franking.reports.months import Month

__all__ = ["Kept", "covers", "kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """state: as it stood at the end of the period that is told of; its budget's projects are by their names of now.

    periods: how many there were. over, warned: of these, used up, and with a threshold reached but not used up.
    """

    state: State
    periods: int = 1
    over: int = 0
    warned: int = 0


def kept(ledger: sqlite3.Connection, names: Names, month: Month, at: int) -> list[Kept]:
    """Every budget that was in force. at: nothing after it is looked at."""
    found: dict[int | None, list[State]] = {}
    moments: dict[int, list[Budget]] = {}
    for budget in (_until(each, month) for each in store.budgets(ledger)):
        for moment in _moments(budget, month, at):
            moments.setdefault(moment, []).append(budget)
    for moment, budgets in moments.items():
        for state in questions.states(ledger, moment, names, budgets):
            if state.window is not None:
                found.setdefault(state.budget.number, []).append(state)
    return [_together(states) for states in found.values()]


def covers(budget: Budget, project: Value, organization: Value) -> bool:
    """Does a project's report tell of it? Where it names the project, or its organization.

    What is for everything, or for a user or a tool alone, tells of other projects as well: it is not in a report that
    a client may get. project: None is what is unattributed.
    """
    if project is None:
        return None in budget.include.get("project", ())
    return bool({"project", "organization"} & {*budget.include}) and concerns(budget, project, organization)


def _until(budget: Budget, month: Month) -> Budget:
    """A budget of quarters as it was at the month's end: of a quarter that goes on, what came after does not count."""
    if budget.period != "quarter":
        return budget
    return replace(budget, ends=month.until if budget.ends is None else min(budget.ends, month.until))


def _moments(budget: Budget, month: Month, at: int) -> Iterator[int]:
    """The last moment of each of its periods, as far as they have passed."""
    last = min(at, month.until - 1)
    if budget.period in ("month", "quarter"):
        yield last
        return
    moment = max(month.since, budget.starts or 0)
    while moment <= last and (window := periods.current(budget, moment)) is not None:
        if window.end <= month.until or at < month.until:
            yield min(window.end - 1, last)
        moment = window.end


def _together(states: Iterable[State]) -> Kept:
    each = list(states)
    reached = [state.status for state in each]
    return Kept(max(each, key=lambda state: state.share), len(each), reached.count("over"), reached.count("warning"))
