"""The sums behind a question, read from the rows themselves: for what the roll-ups do not know."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import batched

from franking.ledger.adding import Key, Row, Sum
from franking.ledger.filters import DIMENSIONS, TIME, TIMES, Filters, meant, where
from franking.ledger.statements import kept
from franking.ledger.stretches import label

__all__ = ["AT_ONCE", "Found", "Period", "between", "found", "grouping", "told"]

Found = tuple[Key, Sum]
"""A group's key, and what requests of the group come to. A group may be found in several parts; the number of users
stands where no other part is of the group.
"""

Period = tuple[int, int]
"""From a moment on and before another, microseconds UTC."""

AT_ONCE = 128
"""Pieces in one statement."""

_ORDER = (TIME, *DIMENSIONS)


def grouping(by: Sequence[str]) -> tuple[str, list[int]]:
    """The dimensions as a statement's name has them, and where in its rows each of ``by`` stands."""
    words = [TIME if dimension in TIMES else dimension for dimension in by]
    ordered = sorted({*words}, key=_ORDER.index)
    return " ".join(ordered), [ordered.index(word) for word in words]


def found(
    ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None, *, running: bool = False
) -> Iterator[Found]:
    """running: of those alone that have not ended. Raises ValueError for what is no dimension."""
    condition, parameters = where(filters)
    name, _ = grouping(by)
    rows = ledger.execute(kept.statement(f"rows by {name}{' running' if running else ''}", condition), parameters)
    return told(rows, by, zone)


def between(
    ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None, periods: Sequence[Period]
) -> Iterator[Found]:
    """Of those that have ended, and began in one of the periods; that of the filters does not count."""
    further, parameters = meant(filters, DIMENSIONS, DIMENSIONS)
    condition = " AND ".join([kept.ALL, *further])
    name, _ = grouping(by)
    for part in batched(periods, AT_ONCE):
        places = [place for number, period in enumerate(part) for place in (number, *period)]
        asked = kept.statement(f"rows by {name} between", condition, pieces=len(part))
        yield from told(ledger.execute(asked, [*places, *parameters]), by, zone)


def told(rows: Iterable[Row], by: Sequence[str], zone: tzinfo | None) -> Iterator[Found]:
    """Rows of a statement over single requests: its dimensions, of time the quarter-hour, the user, the figures."""
    _, places = grouping(by)
    names: dict[tuple[str, int], str] = {}
    keys = len({*places})
    for row in rows:
        key = tuple(
            _name(dimension, row[place], zone, names) if dimension in TIMES else row[place]
            for dimension, place in zip(by, places, strict=True)
        )
        user = row[keys]
        yield key, (*row[keys + 1 :], () if user is None else (user,))


def _name(dimension: str, quarter: int, zone: tzinfo | None, names: dict[tuple[str, int], str]) -> str:
    if (dimension, quarter) not in names:
        names[dimension, quarter] = label(dimension, datetime.fromtimestamp(quarter * 900, zone).date())
    return names[dimension, quarter]
