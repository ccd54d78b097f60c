"""What a budget may be: every field as it is kept. Pure; raises BudgetError."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from franking.budgets import periods
from franking.budgets.values import DIMENSIONS, PERIODS, Budget, BudgetError
from franking.ledger.filters import Value

__all__ = ["checked", "most"]

_MOST = 10**9 * 10**9
_LONGEST = 256


def checked(budget: Budget) -> Budget:
    """The budget as it is kept."""
    if budget.period not in PERIODS:
        raise BudgetError(f"{budget.period!r} is no period; expected one of {', '.join(PERIODS)}")
    if budget.starts is not None and budget.ends is not None and budget.ends <= budget.starts:
        raise BudgetError("the budget would end before it starts")
    if budget.unknown_cost is not None and not 0 <= budget.unknown_cost <= _MOST:
        raise BudgetError("what an unknown cost counts cannot be below 0")
    return replace(
        budget,
        name=_name(budget.name),
        amount=most(budget.amount, "the amount"),
        zone=periods.zone(budget.zone).key,
        include=_scope(budget.include),
        thresholds=_thresholds(budget.thresholds),
    )


def most(amount: int, what: str) -> int:
    """An amount of nano-dollars: more than nothing, at most a billion dollars."""
    if not 0 < amount <= _MOST:
        raise BudgetError(f"{what} must be more than 0, and at most a billion dollars")
    return amount


def _name(text: str) -> str:
    text = text.strip()
    if not text or not text.isprintable() or len(text) > _LONGEST:
        raise BudgetError(f"{text!r} is no name for a budget; expected 1 to {_LONGEST} printable characters")
    return text


def _scope(include: Mapping[str, Iterable[Value]]) -> dict[str, tuple[Value, ...]]:
    kept: dict[str, tuple[Value, ...]] = {}
    for dimension in DIMENSIONS:
        values = tuple(dict.fromkeys(value or None for value in include.get(dimension, ())))
        if values:
            kept[dimension] = values
    if unknown := [dimension for dimension in include if dimension not in DIMENSIONS]:
        raise BudgetError(f"a budget cannot be for a {unknown[0]}; expected {', '.join(DIMENSIONS)}")
    return kept


def _thresholds(percents: Iterable[int]) -> tuple[int, ...]:
    kept = tuple(sorted(set(percents)))
    if any(not 1 <= percent <= 99 for percent in kept):
        raise BudgetError("a warning's threshold is a percent from 1 to 99; at 100 the budget is over in any case")
    return kept
