"""The cost of each day as bars: where they stand, for whoever draws them. Pure.

Lengths are parts of the chart's: 0 is its left or its foot, 1 its right or its top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from franking.reports.monthly import Report
from franking.views.axis import labelled, ticks
from franking.words import money, plural

__all__ = ["Bar", "Chart", "chart"]

_FULL = 0.72
"""Of a day's width, what its bar takes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A day. left, width, height: parts of the chart. label: its day of the month, where one is to be written.

    day: ``Sun 1 Nov 2026``; said: what it cost.
    """

    left: float
    width: float
    height: float
    label: str
    day: str
    said: str

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True)
class Chart:
    """bars: one a day. lines: heights with the amount that they stand for, the foot's first."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, str], ...]


def chart(report: Report) -> Chart:
    """The report's days."""
    costs = [day.cost or 0 for day in report.days]
    places = labelled(ticks(max(0, *costs)), money)
    top = places[-1][0]
    step = 1 / len(costs)
    bars = []
    for number, (label, cost, figures) in enumerate(zip(report.month.days, costs, report.days, strict=True)):
        day = date.fromisoformat(label)
        bars.append(
            Bar(
                left=(number + (1 - _FULL) / 2) * step,
                width=_FULL * step,
                height=max(0, cost) / top,
                label=str(day.day) if day.day in _LABELLED else "",
                day=f"{day:%a} {day.day} {day:%b %Y}",
                said=f"{money(figures.cost)}, {plural(figures.requests, 'request')}",
            )
        )
    return Chart(tuple(bars), tuple((place / top, text) for place, text in places))


_LABELLED: Sequence[int] = (1, 5, 10, 15, 20, 25, 30)
