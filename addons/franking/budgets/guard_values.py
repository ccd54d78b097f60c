"""What passes between the guard, the ledger and whoever asks. Money is nano-dollars, times are microseconds UTC."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from franking.budgets.matching import Index
from franking.budgets.values import Budget, State, Window
from franking.projects.names import Names

__all__ = ["Outstanding", "Refused", "Settled", "Snapshot", "Terms"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What a request came to. cost: None is not known. ended_well: then a budget may count a floor for it."""

    cost: int | None
    ended_well: bool

    def counts(self, budget: Budget) -> int:
        """What of it counts, nano-dollars."""
        if self.cost is not None:
            return self.cost
        return (budget.unknown_cost or 0) if self.ended_well else 0


class Terms:
    """The hard budgets as defined, projects by their names of now, and those names. The same object while they are."""

    def __init__(self, budgets: Iterable[Budget], names: Names) -> None:
        self.budgets = tuple(budgets)
        self.names = names
        self.index = Index(self.budgets)
        self.by_model = any("model" in budget.include for budget in self.budgets)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the ledger said at one moment. states: of the terms' budgets, in their order.

    paused_until: while a pause lasts. settled: of the requests asked about, those that it counts, and with what.
    elsewhere: budget number → what other sidecars hold of it. models: project → models that it used lately.
    """

    terms: Terms
    states: tuple[State, ...]
    paused_until: int | None = None
    settled: Mapping[str, Settled] = field(default_factory=dict)
    elsewhere: Mapping[int, int] = field(default_factory=dict)
    models: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request may not go. spent: settled costs. reserved: held for requests under way, here and elsewhere.

    crowded: it would fit, were it not for those.
    """

    budget: Budget
    project: str | None
    amount: int
    spent: int
    reserved: int
    estimate: int
    window: Window
    crowded: bool


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What the ledger does not count yet: ids of requests that have ended, and what is held of each budget."""

    ended: tuple[str, ...]
    held: Mapping[int, int]
