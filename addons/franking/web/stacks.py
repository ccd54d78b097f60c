"""What things cost over time, and what it is made of: a chart and the table beside it, from one question."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from franking.ledger.filters import Value
from franking.ledger.queries import OTHER, Costs, Group
from franking.projects.names import Names
from franking.projects.questions import costs
from franking.web.asked import Asked
from franking.web.charts import PATTERNS, Chart, Series, drawn
from franking.web.tables import Column, Row, Table
from franking.web.timeline import timeline
from franking.words import NOBODY

__all__ = ["Stack", "stack"]

TOP = 7
"""Series with a name; what lies beyond is "(other)". One less than there are patterns, so that no two look alike."""
assert TOP < PATTERNS


@dataclass(frozen=True, slots=True)
class Stack:
    """chart and its table; figures: what the browser draws; parts: the legend with values."""

    chart: Chart
    table: Table
    figures: dict[str, Any]
    parts: Table


@dataclass(slots=True, eq=False)
class _Part:
    """What the bars are made of. value: None is unattributed."""

    value: Value
    name: str
    look: str = "none"
    other: bool = False
    requests: int = 0
    cost: int | None = None
    amounts: dict[Value, int] = field(default_factory=dict)

    def add(self, label: Value, cost: int) -> None:
        """A bucket's cost."""
        self.cost = (self.cost or 0) + cost
        self.amounts[label] = self.amounts.get(label, 0) + cost


def stack(
    ledger: sqlite3.Connection,
    asked: Asked,
    by: str,
    name: str = "cost",
    leads: Callable[[str], str] | None = None,
    names: Names | None = None,
    found: Costs | None = None,
) -> Stack:
    """Cost over the period by a dimension. name: the chart's, in addresses. leads: where a part's name leads; left
    out, to the same page with that part alone. names: the projects', and found: the costs by the timeline's buckets
    and the dimension, where they have been asked for already, briefly or in full.
    """
    times = timeline(ledger, asked)
    if found is None:
        found = costs(ledger, asked.filters, (times.dimension, by), asked.zone, names=names, brief="costs")
    parts = _parts(found, by)
    series = tuple(
        Series(part.name, tuple(part.amounts.get(label, 0) for label in times.labels), part.look)
        for part in sorted(parts, key=lambda part: not part.look.isdigit())
        if part.cost
    )
    chart = Chart(name, f"Cost by {times.dimension} and {by}", times.labels, series)
    figures = drawn(chart, times.words) | {"short": times.brief}
    return Stack(chart, chart.table(), figures, _legend(parts, found.total, asked, by, name, leads))


def _parts(found: Costs, by: str) -> list[_Part]:
    """The dearest within the whole period, dearest first, with what is unattributed; all others as the last."""
    parts: dict[Value, _Part] = {}
    place = found.by.index(by)
    for group in found.groups:
        label, value = group.key[1 - place], group.key[place]
        part = parts.setdefault(value, _Part(value, NOBODY[by] if value is None else value))
        part.requests += group.requests
        if group.cost is not None:
            part.add(label, group.cost)
    ordered = sorted(
        parts.values(), key=lambda part: (-(part.cost or 0), -part.requests, part.value is None, part.name)
    )
    named = [part for part in ordered if part.value is not None]
    for look, part in enumerate(named[:TOP], 1):
        part.look = str(look)
    if not named[TOP:]:
        return ordered
    others = _Part(OTHER, OTHER, look="other", other=True)
    for part in named[TOP:]:
        others.requests += part.requests
        for label, cost in part.amounts.items():
            others.add(label, cost)
    return [*(part for part in ordered if part not in named[TOP:]), others]


def _legend(
    parts: list[_Part], total: Group, asked: Asked, by: str, name: str, leads: Callable[[str], str] | None
) -> Table:
    rows = []
    for part in parts:
        here = leads is None or part.value is None
        href = None if part.other else asked.to_words({by: part.value or ""})
        if leads is not None and part.value is not None and not part.other:
            href = leads(part.value)
        cells = (part.name, part.cost, part.cost, part.requests)
        rows.append(Row(cells, href, quiet=part.value is None or part.other, look=part.look, stay=here))
    most = max((part.cost or 0 for part in parts), default=0)
    columns = (
        Column(by, by.capitalize()),
        Column("cost", "Cost", "money"),
        Column("share", "Share", "share", whole=total.cost or 0, most=most, wide=1),
        Column("requests", "Requests", "count"),
    )
    return Table(f"{name}-parts", f"Cost by {by}", columns, tuple(rows), ("Total", total.cost, None, total.requests))
