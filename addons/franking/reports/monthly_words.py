"""A monthly report's headings and lines for people, as every form of it says them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from franking.budgets import periods
from franking.budgets.values import State
from franking.reports.monthly import TOP, Part, Report, Split, change, written
from franking.reports.monthly_budgets import Kept
from franking.words import NOBODY, UNKNOWN, clean, count, local, money, percent, plural, short

__all__ = ["Line", "Stat", "budgets", "clipped", "days", "heading", "lines", "period", "stats", "title"]

_LONGEST = 120
_HEADINGS = {"client": "tool"}


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure at a glance."""

    name: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table. share: per mille of the whole, for a bar. quiet: not a name of the dimension."""

    name: str
    requests: str
    cost: str
    percent: str
    share: int
    quiet: bool = False


def clipped(text: str) -> str:
    """A name that can be shown: nothing in it steers or hides, and it is not endless."""
    shown = clean(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def title(report: Report) -> str:
    """Whose month it is: ``Shop, November 2026``."""
    return f"{clipped(report.subject.title)}, {report.month.words}"


def period(report: Report) -> str:
    """Its days, the zone, and when it was made."""
    first, last = (date.fromisoformat(report.month.days[place]) for place in (0, -1))
    made = local(report.made_at, report.month.zone, "%Y-%m-%d %H:%M")
    return f"{first.day} to {last.day} {last:%B %Y}, days of {report.month.zone_name}; made {made}"


def heading(split: Split) -> str:
    """``By tool``."""
    return f"By {_HEADINGS.get(split.dimension, split.dimension)}"


def stats(report: Report) -> list[Stat]:
    """What stands first."""
    held = report.figures
    unpriced = f"{count(held.unpriced)} unpriced" if held.unpriced else ""
    return [
        Stat("Spent", money(held.cost if held.requests else 0), change(report)),
        Stat("Requests", count(held.requests), unpriced),
        Stat("Tokens in", short(held.input_tokens)),
        Stat("Tokens out", short(held.output_tokens)),
        Stat("Users", count(report.users)),
    ]


def lines(split: Split) -> list[Line]:
    """A table's rows, its total last."""
    return _lines([(clipped(part.name), part, part.value is None) for part in split.parts])


def days(report: Report) -> list[Line]:
    """The days that have requests, and their total."""
    found = [
        (label, Part(label, label, day.requests, day.cost), False)
        for label, day in zip(report.month.days, report.days, strict=True)
        if day.requests
    ]
    return _lines(found)


def _lines(rows: Sequence[tuple[str, Part, bool]]) -> list[Line]:
    parts = [part for _, part, _ in rows]
    texts = written([part.cost for part in parts])
    whole = sum(part.cost or 0 for part in parts)
    found = [
        Line(
            name, count(part.requests), text, UNKNOWN if part.cost is None else percent(part.cost, whole),
            0 if part.cost is None or whole <= 0 else max(0, part.cost * 1000 // whole), quiet,
        )
        for (name, part, quiet), text in zip(rows, texts, strict=False)
    ]  # fmt: skip
    return [*found, Line("Total", count(sum(part.requests for part in parts)), texts[-1], "", 0)]


def budgets(report: Report) -> list[tuple[str, str]]:
    """Name and standing of the most used ones: ``shop-month``, ``$4.20 of $5.00 spent (84%), $0.80 left; warning``."""
    ordered = sorted(report.budgets, key=lambda one: (-one.state.share, one.state.budget.name))
    found = [(clipped(one.state.budget.name), _standing(one)) for one in ordered[:TOP]]
    rest = len(ordered) - len(found)
    return [*found, (f"({rest} others)", "used less than these; frank budgets lists them")] if rest else found


def _standing(one: Kept) -> str:
    state, budget = one.state, one.state.budget
    whose = "; ".join(
        f"{dimension} {' or '.join(NOBODY.get(dimension, UNKNOWN) if one is None else one for one in values)}"
        for dimension, values in budget.include.items()
    )
    used = f"{money(state.spent)} of {money(state.amount)}"
    share = percent(state.spent, state.amount)
    if budget.period in ("day", "week"):
        told = f"{one.over} of {plural(one.periods, budget.period)} over"
        told += f", {one.warned} with a warning" if one.warned else ""
        told += f"; the most was {used} ({share}) {_when(state)}"
    else:
        left = f"{money(state.remaining)} left" if state.remaining >= 0 else f"{money(-state.remaining)} over"
        told = f"{used} spent ({share}), {left}; {state.status}"
    hard = ", hard" if budget.hard else ""
    told += f"{hard}; {clipped(whose) or 'everything'}; {budget.period}s of {budget.zone}"
    if budget.period == "quarter":
        told += f", this one {_when(state)}"
    if state.spending.unknown:
        told += f"; {plural(state.spending.unknown, 'request')} without a known cost"
    return told


def _when(state: State) -> str:
    """The period that is told of."""
    if state.window is None:
        return ""
    start = local(state.window.start, periods.zone(state.budget.zone), "%Y-%m-%d")
    return f"on {start}" if state.budget.period == "day" else f"from {start}"
