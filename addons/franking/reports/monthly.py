"""What a monthly report says. Frozen values; money is nano-dollars, times are microseconds UTC, None is "not known"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from franking.ledger.filters import Value
from franking.reports.amounts import apportioned, decimal
from franking.reports.monthly_budgets import Kept
from franking.reports.months import Month
from franking.words import NOBODY, UNKNOWN, local, money, plural

__all__ = ["TOP", "Figures", "Outline", "Part", "Report", "Split", "Subject", "change", "notes", "split", "written"]

TOP = 10
"""Parts of a split with a name of their own; what lies beyond is one, the other ones."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a report is of. kind: ``all``, ``project`` or ``unattributed``. name: the project's, to tell it by.

    title: what it is called; organization: that of its organization.
    """

    kind: str
    name: str | None = None
    title: str = "Everything"
    organization: str | None = None


@dataclass(slots=True)
class Figures:
    """Requests added up. cost: of the priced ones. unpriced: ended well without a known cost. failed: by the gateway
    or the network. running: not ended yet. no_usage: ended well and told no tokens.
    """

    requests: int = 0
    cost: int | None = None
    unpriced: int = 0
    failed: int = 0
    running: int = 0
    no_usage: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None

    def add(self, more: "Figures") -> None:
        """Further requests."""
        for name in self.__slots__:
            held, value = getattr(self, name), getattr(more, name)
            setattr(self, name, held if value is None else value + (held or 0))


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a split. name: for people. value: as the ledger has it, None for unattributed and for the others."""

    name: str
    value: Value
    requests: int
    cost: int | None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """What a month is made of, by one dimension; its parts add up to the month."""

    dimension: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A report's line in a list. cost, before: of the month and of the one before. unpriced: as in Figures."""

    subject: Subject
    month: Month
    requests: int
    cost: int | None
    before: int | None
    unpriced: int


@dataclass(frozen=True, slots=True)
class Report:
    """A month of a subject. made_at: as of then. days: one for each of the month. budgets: how they were kept."""

    subject: Subject
    month: Month
    made_at: int
    figures: Figures
    before: Figures
    users: int
    days: tuple[Figures, ...]
    splits: tuple[Split, ...]
    budgets: tuple[Kept, ...] = field(default_factory=tuple)


def split(dimension: str, parts: Iterable[tuple[Value, str, Figures]], top: int = TOP) -> Split:
    """The dearest so many by name, what is unattributed, and the others as one. parts: each value and its name."""
    found = [Part(name, value, held.requests, held.cost) for value, name, held in parts]
    ordered = sorted(
        found, key=lambda part: (part.value is None, -(part.cost or 0), -part.requests, part.name, part.value or "")
    )
    named = [part for part in ordered if part.value is not None]
    nobody = [Part(NOBODY[dimension], None, part.requests, part.cost) for part in ordered if part.value is None]
    if len(named) <= top + 1:  # one more name takes no more room than "1 other"
        return Split(dimension, (*named, *nobody))
    rest = named[top:]
    known = [part.cost for part in rest if part.cost is not None]
    other = Part(
        f"({len(rest)} others)", None, sum(part.requests for part in rest), sum(known) if known else None, other=True
    )
    return Split(dimension, (*named[:top], *nobody, other))


def written(costs: Sequence[int | None]) -> list[str]:
    """The costs of a table in dollars, rounded so that they add up to their rounded sum; that sum stands last.

    Four decimals, or all nine where the sum is below ten cents.
    """
    total = sum(cost or 0 for cost in costs)
    decimals = 9 if 0 < abs(total) < 10**8 else 4
    units = apportioned([Fraction(cost or 0, 10 ** (9 - decimals)) for cost in costs])
    known = any(cost is not None for cost in costs)
    return [
        f"{decimal(unit, decimals):,.{decimals}f}" if shown else UNKNOWN
        for unit, shown in zip([*units, sum(units)], [*(cost is not None for cost in costs), known], strict=True)
    ]


def change(report: Report) -> str:
    """How the cost stands to the month's before."""
    held, name = report.before, report.month.before.words
    if not held.requests:
        return f"no requests in {name}"
    if not held.cost or report.figures.cost is None:
        return f"{name}: {money(held.cost)}"
    hundredths = (200 * (report.figures.cost - held.cost) + held.cost) // (2 * held.cost)
    return f"{hundredths:+,}% on {name} ({money(held.cost)})"


def notes(report: Report) -> list[str]:
    """What is to be known about the figures, a sentence each."""
    held, found = report.figures, []
    if report.made_at < report.month.until:
        until = local(report.made_at, report.month.zone, "%Y-%m-%d %H:%M")
        found.append(f"The month is not over: this is what there is until {until}.")
    if held.unpriced:
        found.append(f"{plural(held.unpriced, 'request')} ended well without a known price: not in the cost.")
    if held.no_usage:
        found.append(f"{plural(held.no_usage, 'request')} ended well and told no tokens.")
    if held.failed:
        found.append(f"{plural(held.failed, 'request')} failed.")
    if held.running:
        found.append(f"{plural(held.running, 'request')} had not ended yet.")
    return found
