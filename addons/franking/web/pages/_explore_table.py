"""What is explored, as a table. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from franking.ledger.filters import TIMES, Value
from franking.ledger.queries import OTHER, Group
from franking.web.asked import Asked
from franking.web.pages._explore_chart import Drawn
from franking.web.pages._explored import METRICS, Line, Metric
from franking.web.pages._filtering import TITLES, plain
from franking.web.tables import Cell, Column, Row, Rows, Table
from franking.words import NOBODY

__all__ = ["tabled"]

_BESIDE = ("cost", "requests", "average", "input_tokens", "output_tokens", "users")
_WIDE = {"cost": 0, "requests": 1, "average": 2, "input_tokens": 1, "output_tokens": 1, "users": 2}


def tabled(
    listed: list[Line], total: Group, metric: Metric, by: str, then: str, asked: Asked, drawn: Drawn | None
) -> Table:
    """A row a group, the figure that is asked for first, with its share; the others beside it. drawn: for the swatches.

    A row leads to the same page of that group alone.
    """
    whole = (metric.of(total) or 0) if metric.adds else 0
    most = max((line.value(metric) or 0 for line in listed), default=0)
    columns = [_named(by)]
    columns += [_named(then)] if then else []
    shown = [metric, *(METRICS[key] for key in _BESIDE if key != metric.key)]
    shown += [METRICS[key] for key in ("unpriced", "errors") if METRICS[key].of(total) and key != metric.key]
    figures = [Column(one.key, one.title, one.kind, wide=_WIDE.get(one.key, 2)) for one in shown[1:]]
    columns.append(Column(metric.key, metric.title, metric.kind))
    columns += [Column("share", "Share", "share", whole=whole, most=most, wide=1)] if metric.adds else []
    columns += figures

    def values(line: Line, share: int | None) -> tuple[Cell, ...]:
        told = [line.value(one) for one in shown]
        return (told[0], *([share] if metric.adds else []), *told[1:])

    looks = {} if drawn is None or by in TIMES else drawn.looks
    link = cache(lambda value: _narrowed(by, value, asked))

    def row(line: Line) -> Row:
        first = line.group.key[0]
        quiet = line.group.other or None in line.group.key
        cells = (*line.group.key, *values(line, line.value(metric)))
        return Row(cells, link(first), quiet=quiet, look=_look(line.group, looks), stay=True)

    caption = f"{metric.title} by {by}" + (f", then {then}" if then else "")
    head: tuple[Cell, ...] = ("Total", "") if then else ("Total",)
    return Table("explored", caption, tuple(columns), Rows(listed, row), (*head, *values(Line(total), None)))


def _look(group: Group, looks: Mapping[Value, str]) -> str | None:
    """Its series in the chart; None where the bars are not made of groups."""
    return ("other" if group.key[0] is OTHER else looks.get(group.key[0], "other")) if looks else None


def _named(dimension: str) -> Column:
    if dimension in TIMES:
        return Column(dimension, dimension.capitalize(), "day")
    return Column(dimension, TITLES[dimension], nobody=NOBODY[dimension])


def _narrowed(by: str, value: Value, asked: Asked) -> str | None:
    """The same page of what has that value alone."""
    bare = plain(asked)
    if value is OTHER:
        return None
    if by not in TIMES:
        return bare.to_words({by: value or ""})
    first = last = value or ""
    if by == "week":
        year, _, week = first.partition("-W")
        monday = date.fromisocalendar(int(year), int(week), 1)
        first, last = monday.isoformat(), (monday + timedelta(days=6)).isoformat()
    return bare.to_words({"period": None, "since": first, "until": last})
