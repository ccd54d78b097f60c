"""Which requests are meant, as SQL: the conditions of a Filters."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, literal_column, or_, select

from franking.ledger.filters import (
    BENEATH,
    DIMENSIONS,
    NOT_ENDED,
    OF_PLACES,
    OF_TOTALS,
    PLACED,
    SCOPED,
    TRACED,
    Filters,
    Value,
)
from franking.ledger.statements import kept
from franking.ledger.statements.tables import PLACES, REQUESTS

__all__ = [
    "ENDED",
    "RUNNING",
    "among",
    "at_places",
    "beneath",
    "between",
    "excluded",
    "included",
    "limits",
    "number",
    "of_callers",
    "of_places",
    "of_rows",
    "of_rows_between",
    "of_scopes",
    "of_totals",
    "text",
]


def number(sql: str) -> ColumnElement[Any]:
    """A number or a word of our own that is part of a statement."""
    return literal_column(sql)


RUNNING, ENDED = (
    REQUESTS.c.status == number(f"'{NOT_ENDED}'"),
    REQUESTS.c.status != number(f"'{NOT_ENDED}'"),
)
"""On a row of ``requests``."""


def between(started: ColumnElement[int]) -> ColumnElement[bool]:
    """Of a moment: parameters ``first`` and ``end``, which is not included."""
    return and_(started >= bindparam("first", 0, BigInteger), started < bindparam("end", 0, BigInteger))


def text(sql: str) -> ColumnElement[str]:
    """A dimension's column, by its SQL."""
    return literal_column(sql)


def among(column: ColumnElement[str], values: Sequence[str | int | None]) -> ColumnElement[bool]:
    """That the column has one of the values, None among them."""
    known = [value for value in values if value is not None]
    said: list[ColumnElement[bool]] = [column.in_(known)] if known else []
    if len(known) < len(values):
        said.append(column.is_(None))
    return or_(*said).self_group() if len(said) == 2 else said[0] if said else number("1 = 0")


def included(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """That it is true, said so that no engine begins with the many requests of one project, and not with the period."""
    return case((condition, number("1")), else_=number("0")) == number("1")


def excluded(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """That it is not true. CASE and not NOT: of an unknown value NOT would be unknown, and the row would go missing."""
    return case((condition, number("0")), else_=number("1")) == number("1")


def at_places(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """That it is true of the place of a roll-up's row ``r``."""
    place = PLACES.alias("w")
    return text("r.place").in_(select(place.c.id).select_from(place).where(condition))


def limits(started: ColumnElement[int], since: int | None, until: int | None) -> list[ColumnElement[bool]]:
    """Of the moment at which a request started; since included, until not."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(started >= since)
    if until is not None:
        found.append(started < until)
    return found


def of_rows(filters: Filters) -> ColumnElement[bool]:
    """On a row of ``requests``."""
    period = limits(number("started_at"), filters.since, filters.until)
    return and_(number(kept.ALL), *period, *_meant(filters, DIMENSIONS))


def of_rows_between(filters: Filters) -> ColumnElement[bool]:
    """On a row of ``requests`` that is found by its time, without the period."""
    return and_(number(kept.ALL), *_meant(filters, DIMENSIONS, DIMENSIONS))


def beneath(filters: Filters) -> ColumnElement[bool]:
    """On an entry ``e``, its scope ``s`` and its caller ``c``."""
    period = limits(number("e.started_at"), filters.since, filters.until)
    return and_(number(kept.ALL), *period, *_meant(filters, BENEATH))


def of_scopes(filters: Filters) -> ColumnElement[bool]:
    """On a scope ``s``, without the period."""
    return and_(number(kept.ALL), *_meant(filters, SCOPED))


def of_places(filters: Filters) -> ColumnElement[bool]:
    """On a scope ``s`` and a place ``w`` of a roll-up that is read by its time, without the period."""
    return and_(number(kept.ALL), *_meant(filters, PLACED, PLACED))


def of_callers(filters: Filters) -> ColumnElement[bool]:
    """As ``of_places``, and on a caller ``c``."""
    return and_(number(kept.ALL), *_meant(filters, TRACED, TRACED))


def of_totals(filters: Filters) -> ColumnElement[bool]:
    """On the scope ``s`` of an imported total, without the period."""
    return and_(number(kept.ALL), *_meant(filters, OF_TOTALS))


def _meant(
    filters: Filters, columns: Mapping[str, str], opaque: Container[str] = frozenset(SCOPED)
) -> list[ColumnElement[bool]]:
    wanted = {dimension: _condition(columns[dimension], values) for dimension, values in filters.include.items()}
    kept_in = [included(said) if dimension in opaque else said for dimension, said in wanted.items()]
    left_out = [excluded(_condition(columns[dimension], values)) for dimension, values in filters.exclude.items()]
    return kept_in + left_out


def _condition(name: str, values: Sequence[Value]) -> ColumnElement[bool]:
    said = among(text(name), values)
    return at_places(said) if name in OF_PLACES else said
