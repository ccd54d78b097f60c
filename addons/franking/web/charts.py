"""Charts as values: bars over time, stacked by what they are made of. Pure.

A chart is drawn by the browser from what is here, and says the same without it: a legend with values, and a table.
Amounts are integer nano-dollars; the vertical axis has its ticks from here, so that money is written in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from franking.views.axis import labelled, ticks
from franking.web.tables import Column, Row, Table
from franking.words import count, money, short

__all__ = ["Chart", "Series", "drawn", "points", "ticks"]

PATTERNS = 8
"""Colours with a pattern each, so that series are told apart without colour."""


@dataclass(frozen=True, slots=True)
class Series:
    """name: for people. amounts: one a bucket, 0 where there is nothing. look: ``1`` to ``8``, ``none``, ``other``."""

    name: str
    amounts: tuple[int, ...]
    look: str
    href: str | None = None

    @property
    def sum(self) -> int:
        """Over all buckets."""
        return sum(self.amounts)


@dataclass(frozen=True, slots=True)
class Chart:
    """name: in addresses. title: what it shows. buckets: from left to right, as ``pieces.label`` names them.

    series: the dearest first; it is drawn undermost. unit: ``money`` or ``count``.
    """

    name: str
    title: str
    buckets: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = "money"

    @property
    def sums(self) -> tuple[int, ...]:
        """Of each bucket."""
        return tuple(sum(one.amounts[place] for one in self.series) for place in range(len(self.buckets)))

    @property
    def total(self) -> int:
        """Over everything."""
        return sum(self.sums)

    def table(self) -> Table:
        """The same figures as a table: a row a bucket, a column a series."""
        columns = [Column("time", "Time", "day")]
        kind: Any = self.unit
        columns += [
            Column(f"part-{place}", one.name, kind, heading=one.name) for place, one in enumerate(self.series, 1)
        ]
        rows = [
            Row((bucket, *(one.amounts[place] for one in self.series), whole))
            for place, (bucket, whole) in enumerate(zip(self.buckets, self.sums, strict=True))
        ]
        return Table(
            self.name, f"{self.title}, as a table", (*columns, Column("total", "Total", kind)), tuple(rows),
            ("Total", *(one.sum for one in self.series), self.total),
        )  # fmt: skip


def drawn(chart: Chart, words: Sequence[str]) -> dict[str, Any]:
    """What the browser draws from. words: the buckets' names for people."""
    written = money if chart.unit == "money" else count
    return {
        "buckets": list(words),
        "series": [
            {"name": one.name, "look": one.look, "amounts": one.amounts, "said": [written(x) for x in one.amounts]}
            for one in chart.series
        ],
        "sums": [written(x) for x in chart.sums],
        "ticks": _axis(chart),
    }


def _axis(chart: Chart) -> list[tuple[int, str]]:
    return labelled(ticks(max(chart.sums, default=0)), money if chart.unit == "money" else short)


def points(amounts: Sequence[int], width: int, height: int) -> str:
    """The corners of a small line for SVG, from the first amount to the last; the largest is at the top, 0 at the foot.

    >>> points([0, 5, 10], 80, 20)
    '0,20 40,10 80,0'
    """
    last, most = max(1, len(amounts) - 1), max(max(amounts, default=0), 1)
    return " ".join(
        f"{place * width // last},{height - amount * height // most}" for place, amount in enumerate(amounts)
    )
