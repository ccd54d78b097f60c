"""How budgets stand: what the ledger says was spent in their windows. Read-only.

Budgets for the same time and of the same kind (all that are for one project each, say) are answered by one question,
so that a thousand of them are a few questions.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from franking.budgets import periods, scope, store
from franking.budgets import state as standing
from franking.budgets.values import DIMENSIONS, Budget, Spending, State, Window
from franking.ledger.filters import Filters
from franking.ledger.queries import Group
from franking.projects import questions
from franking.projects.names import Names

__all__ = ["named_now", "spending", "states"]

_MOST_DIMENSIONS = 2
"""What one question groups by."""


def states(
    ledger: sqlite3.Connection, at: int, names: Names | None = None, only: Sequence[Budget] | None = None
) -> list[State]:
    """How all budgets stand at that moment, or those given; in their order, with projects by their names of now."""
    names = questions.names(ledger) if names is None else names
    budgets = [named_now(names, budget) for budget in (store.budgets(ledger) if only is None else only)]
    raises = store.raises(ledger, at)
    found = spending(ledger, budgets, at, names)
    return [standing.state(budget, raises, spent, at) for budget, spent in zip(budgets, found, strict=True)]


def named_now(names: Names, budget: Budget) -> Budget:
    """The budget with its projects by their names of now: they may have been renamed or merged since."""
    return replace(budget, include=scope.named_now(names, budget.include))


def spending(ledger: sqlite3.Connection, budgets: Sequence[Budget], at: int, names: Names) -> list[Spending]:
    """What was spent of each in its window of that moment; nothing where it has none. budgets: as ``named_now``."""
    alike: dict[tuple[Window, tuple[str, ...]], list[int]] = {}
    for number, budget in enumerate(budgets):
        if (window := periods.current(budget, at)) is not None:
            kind = tuple(dimension for dimension in DIMENSIONS if dimension in budget.include)
            alike.setdefault((window, kind), []).append(number)
    found = [Spending()] * len(budgets)
    for (window, kind), numbers in alike.items():
        if len(numbers) == 1 or len(kind) > _MOST_DIMENSIONS:
            for number in numbers:
                meant = Filters(window.start, window.end, budgets[number].include)
                found[number] = _sum([_whole(ledger, meant, names)])
        elif not kind:
            whole = _sum([_whole(ledger, Filters(window.start, window.end), names)])
            for number in numbers:
                found[number] = whole
        else:
            told = questions.costs(ledger, Filters(window.start, window.end), kind, names=names).groups
            groups = {group.key: group for group in told}
            for number in numbers:
                keys = product(*(budgets[number].include[dimension] for dimension in kind))
                found[number] = _sum(groups[key] for key in keys if key in groups)
    return found


def _whole(ledger: sqlite3.Connection, meant: Filters, names: Names) -> Group:
    # Grouped by what the roll-ups know; only the total is looked at.
    return questions.costs(ledger, meant, ("gateway",), names=names).total


def _sum(groups: Iterable[Group]) -> Spending:
    known = requests = unknown = 0
    for group in groups:
        known += group.cost or 0
        requests += group.requests
        unknown += group.unpriced_ok
    return Spending(known, requests, unknown)
