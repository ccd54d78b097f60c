"""What a budget is, and how it stands. Frozen values; money is nano-dollars, times are microseconds UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from franking.budgets.bounds import Window
from franking.budgets.stored import Raise
from franking.ledger.filters import Value

__all__ = [
    "DIMENSIONS",
    "PERIODS",
    "Budget",
    "BudgetError",
    "Pause",
    "Period",
    "Projection",
    "Raise",
    "Spending",
    "State",
    "Status",
    "Sureness",
    "Window",
]

Period = Literal["day", "week", "month", "quarter"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "quarter")

Status = Literal["ok", "warning", "over", "inactive"]
Sureness = Literal["low", "medium", "high"]

DIMENSIONS = ("project", "organization", "feature", "user", "model", "client", "session")
"""What a budget can be for: words of the ledger's questions."""


class BudgetError(Exception):
    """It cannot be done so. Its text says in one line why, and what to do."""


@dataclass(frozen=True, slots=True)
class Budget:
    """So much in each period for the requests that it includes.

    amount: more than 0. zone: the time zone whose calendar the periods follow, an IANA name.
    include: dimension → values, None is unattributed; a request counts that has one of each. Empty: every request.
    thresholds: percents at which to warn, rising; at 100 it is over in any case.
    hard: requests are to be refused when it is over. starts, ends: it counts from and until then; None is open.
    unknown_cost: what a request counts that ended well without a known cost; None: nothing.
    number: what it is known by in the ledger, also when it is renamed; None: not stored yet.
    """

    name: str
    amount: int
    period: Period = "month"
    zone: str = "UTC"
    include: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    thresholds: tuple[int, ...] = (80,)
    hard: bool = False
    starts: int | None = None
    ends: int | None = None
    unknown_cost: int | None = None
    number: int | None = None
    created_at: int | None = None
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """While it lasts no budget refuses anything."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What the requests of a window come to. known: the sum of known costs.

    requests: how many there are. unknown: how many of them ended well without a known cost.
    """

    known: int = 0
    requests: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Projection:
    """What it will come to at the window's end, if it goes on as on the days passed.

    sure: how far to believe it: ``low`` before a quarter of the window has passed, ``high`` after two thirds.
    exhausted_at: when nothing will be left, if that is before the end.
    """

    amount: int
    sure: Sureness
    exhausted_at: int | None


@dataclass(frozen=True, slots=True)
class State:
    """How a budget stands at a moment.

    window: None where it has not begun or has ended (``inactive``). amount: with the raises in force.
    spent: with what unknown costs count. remaining: below 0 when more was spent than there was.
    threshold: the highest percent reached, 100 when it is over; None below the first.
    days_left: days of the zone's calendar until the end, today among them.
    """

    budget: Budget
    at: int
    window: Window | None
    amount: int
    spending: Spending
    spent: int
    remaining: int
    threshold: int | None
    status: Status
    days_left: int | None
    projection: Projection | None

    @property
    def share(self) -> Fraction:
        """What is spent of the amount, exactly; 1 is all of it."""
        return Fraction(self.spent, self.amount)

    @property
    def raised(self) -> int:
        """What raises add at this moment."""
        return self.amount - self.budget.amount
