"""What is explored, over time: bars stacked by a dimension, or of everything where the figures do not add up."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from franking.ledger.filters import TIMES, Value
from franking.ledger.queries import OTHER, Costs, Users, one_moment, told_apart
from franking.projects.names import Names
from franking.projects.questions import costs
from franking.web.asked import Asked
from franking.web.charts import PATTERNS, Chart, Series, drawn
from franking.web.pages._explore_sessions import others
from franking.web.pages._explored import Metric, ranked
from franking.web.tables import Table
from franking.web.timeline import Timeline, timeline
from franking.words import NOBODY, clean

__all__ = ["Drawn", "chart"]

TOP = 7
"""Series with a name of their own at most, one less than there are patterns; what lies beyond is "(other)"."""
assert TOP < PATTERNS

_MOST_BUCKETS = 400


@dataclass(frozen=True, slots=True)
class Drawn:
    """looks: value → its series' pattern, of those that have one of their own. together: the bars show everything,
    though a dimension was asked for.
    """

    chart: Chart
    figures: dict[str, Any]
    table: Table
    looks: Mapping[Value, str]
    together: bool


def chart(
    ledger: sqlite3.Connection,
    asked: Asked,
    metric: Metric,
    by: str,
    then: str | None,
    top: int,
    known: Costs,
    names: Names,
) -> Drawn:
    """By the time asked for, else by days, weeks or months as the period is long; stacked by the dimension that is no
    time. known: the answer about ``by`` and ``then``, so that it need not be asked twice.
    names: the projects'.
    """
    times = timeline(ledger, asked, by if by in TIMES else None)
    if len(times.labels) > _MOST_BUCKETS:
        times = timeline(ledger, asked)
    stacked = then if by in TIMES else by
    wanted = (times.dimension, stacked) if stacked is not None and metric.adds else (times.dimension,)
    found, rest = known, dict[Value, int]()
    if wanted[1:] == ("session",) != known.by[1:]:
        found, rest = _sessions(ledger, asked, wanted, known, metric, min(TOP, top), names)
    elif known.by != wanted:
        users: Users = "each" if metric.key == "users" else "none"
        found = costs(ledger, asked.filters, wanted, asked.zone, names=names, users=users, brief=metric.brief)
    unit: Any = "money" if metric.kind == "money" else "count"
    title = f"{metric.title} by {times.dimension}{f' and {stacked}' if len(wanted) > 1 else ''}"
    series, looks = (
        _series(found, times, metric, min(TOP, top), rest) if len(wanted) > 1 else (_whole(found, times, metric), {})
    )
    made = Chart("explore", title, times.labels, series, unit)
    figures = drawn(made, times.words) | {"short": times.brief}
    table = made.table()
    if not metric.adds:
        alone = tuple(replace(row, cells=row.cells[:-1]) for row in table.rows)
        table = replace(table, columns=table.columns[:-1], rows=alone, total=None)
    return Drawn(made, figures, table, looks, stacked is not None and not metric.adds)


def _sessions(
    ledger: sqlite3.Connection, asked: Asked, wanted: tuple[str, ...], known: Costs, metric: Metric, top: int,
    names: Names,
) -> tuple[Costs, dict[Value, int]]:  # fmt: skip
    """Those with a series of their own, and by the time alone all others: tens of thousands in a year."""
    largest = [value for value in ranked(known, known.by.index("session"), metric) if value is not None][:top]
    inside, _ = told_apart(asked.filters, "session", largest)
    with one_moment(ledger):
        some = costs(ledger, inside, wanted, asked.zone, names=names, users="none", brief=metric.brief)
        whole = costs(ledger, asked.filters, wanted[:1], asked.zone, names=names, users="none", brief=metric.brief)
    return some, others(whole, some, metric)


def _whole(found: Costs, times: Timeline, metric: Metric) -> tuple[Series, ...]:
    amounts = {group.key[0]: metric.of(group) or 0 for group in found.groups}
    return (Series("All", tuple(amounts.get(label, 0) for label in times.labels), "1"),)


def _series(
    found: Costs, times: Timeline, metric: Metric, top: int, rest: Mapping[Value, int]
) -> tuple[tuple[Series, ...], dict[Value, str]]:
    """The largest with a pattern each, the others together; what is unattributed has its own.

    rest: what further others come to, by the time.
    """
    values = [value for value in ranked(found, 1, metric) if value is not None][:top]
    looks: dict[Value, str] = {value: str(rank) for rank, value in enumerate(values, 1)} | {None: "none"}
    amounts: dict[str, dict[Value, int]] = {}
    for group in found.groups:
        label, value = group.key
        of_look = amounts.setdefault(looks.get(value, "other"), {})
        of_look[label] = of_look.get(label, 0) + (metric.of(group) or 0)
    names = {look: NOBODY[found.by[1]] if value is None else clean(value) for value, look in looks.items()}
    names["other"] = OTHER
    for label, amount in rest.items():
        beyond = amounts.setdefault("other", {})
        beyond[label] = beyond.get(label, 0) + amount
    ordered = sorted(amounts, key=lambda look: (not look.isdigit(), look))
    series = tuple(
        Series(names[look], tuple(amounts[look].get(label, 0) for label in times.labels), look)
        for look in ordered
        if any(amounts[look].values())
    )
    return series, looks
