"""How a budget stands, for programs: the same words in ``frank budgets --json`` and in the API. Pure.

Money is a decimal string of US dollars, times are ISO 8601 UTC.
"""

from typing import Any

from franking.budgets.values import State
from franking.words import dollars, iso

__all__ = ["described"]


def described(state: State) -> dict[str, Any]:
    """``{name, amount, …, status, spent, remaining, share, projection}``."""
    budget, window, projection = state.budget, state.window, state.projection
    return {
        "name": budget.name,
        "amount": dollars(state.amount),
        "base_amount": dollars(budget.amount),
        "raised": dollars(state.raised),
        "period": budget.period,
        "zone": budget.zone,
        "for": {dimension: list(values) for dimension, values in budget.include.items()},
        "thresholds": list(budget.thresholds),
        "hard": budget.hard,
        "starts": iso(budget.starts),
        "ends": iso(budget.ends),
        "unknown_cost": dollars(budget.unknown_cost),
        "since": iso(window.start) if window else None,
        "until": iso(window.end) if window else None,
        "status": state.status,
        "threshold": state.threshold,
        "spent": dollars(state.spent),
        "remaining": dollars(state.remaining),
        "share": _share(state),
        "requests": state.spending.requests,
        "unpriced": state.spending.unknown,
        "days_left": state.days_left,
        "projection": projection
        and {
            "amount": dollars(projection.amount),
            "sure": projection.sure,
            "exhausted_at": iso(projection.exhausted_at),
        },
    }


def _share(state: State) -> str:
    """The share as a decimal with four places, cut, so that 1.0000 is never said too early."""
    whole, rest = divmod(abs(state.spent) * 10_000 // state.amount, 10_000)
    return f"{'-' if state.spent < 0 else ''}{whole}.{rest:04d}"
