"""How a budget stands, from what was spent. Pure, whole numbers throughout."""

from collections.abc import Iterable

from franking.budgets import periods, stored
from franking.budgets.values import Budget, Projection, Raise, Spending, State, Status, Sureness, Window

__all__ = ["amount", "projection", "spent", "state", "urgent_first"]

_OVER = 100
_ORDER: tuple[Status, ...] = ("over", "warning", "ok", "inactive")


def amount(budget: Budget, raises: Iterable[Raise], at: int) -> int:
    """What may be spent at that moment: the budget's own, and its raises that are in force."""
    return budget.amount + stored.raised(budget.number, raises, at)


def spent(budget: Budget, spending: Spending) -> int:
    """What counts: the known costs, and for each unknown one what the budget says."""
    return spending.known + spending.unknown * (budget.unknown_cost or 0)


def state(budget: Budget, raises: Iterable[Raise], spending: Spending, at: int) -> State:
    """How it stands. spending: of the window in which the moment is; none of it where there is no such window."""
    now = periods.current(budget, at)
    allowed = amount(budget, raises, at)
    used = spent(budget, spending)
    threshold = _reached(budget, used, allowed)
    status: Status = "ok" if threshold is None else "over" if threshold == _OVER else "warning"
    return State(
        budget=budget,
        at=at,
        window=now,
        amount=allowed,
        spending=spending,
        spent=used,
        remaining=allowed - used,
        threshold=threshold,
        status="inactive" if now is None else status,
        days_left=None if now is None else periods.days_left(periods.zone(budget.zone), at, now.end),
        projection=None if now is None else projection(used, allowed, now, at),
    )


def urgent_first(states: Iterable[State]) -> list[State]:
    """Those that need a look come first, of these the ones that have used most of theirs."""
    return sorted(states, key=lambda state: (_ORDER.index(state.status), -state.share, state.budget.name))


def projection(used: int, allowed: int, window: Window, at: int) -> Projection | None:
    """The window's sum if it goes on as until now, rounded; None in its first moment."""
    passed, whole = at - window.start, window.end - window.start
    if passed <= 0:
        return None
    sure: Sureness = "low" if passed * 4 < whole else "medium" if passed * 3 < whole * 2 else "high"
    exhausted = window.start + -(-passed * allowed // used) if used > 0 else window.end
    return Projection(
        amount=(2 * used * whole + passed) // (2 * passed),
        sure=sure,
        exhausted_at=exhausted if exhausted < window.end else None,
    )


def _reached(budget: Budget, used: int, allowed: int) -> int | None:
    reached = [percent for percent in (*budget.thresholds, _OVER) if used * 100 >= allowed * percent]
    return reached[-1] if reached else None
