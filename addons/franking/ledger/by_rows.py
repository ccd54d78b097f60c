"""The sums behind a question, read from the rows themselves: for what the roll-ups do not know."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Literal

from franking.ledger.filters import DIMENSIONS, TIME, TIMES, Filters, Value, where
from franking.ledger.pieces import label
from franking.ledger.statements import kept

__all__ = ["Found", "found", "grouping"]

Found = tuple[tuple[Value, ...], Collection[str] | int, Sequence[int | None]]
"""A group's key, known users, and what requests of the group come to, in the order of Group's fields. A group may be
found in several parts. In place of the users stands their number where no other part is of the group.
"""

_ORDER = (TIME, *DIMENSIONS)


def grouping(by: Sequence[str]) -> tuple[str, list[int]]:
    """The dimensions as a statement's name has them, and where in its rows each of ``by`` stands."""
    words = [TIME if dimension in TIMES else dimension for dimension in by]
    ordered = sorted({*words}, key=_ORDER.index)
    return " ".join(ordered), [ordered.index(word) for word in words]


def found(
    ledger: sqlite3.Connection,
    filters: Filters,
    by: Sequence[str],
    zone: tzinfo | None,
    only: Literal["", " running", " ended"] = "",
) -> Iterator[Found]:
    """only: of those that run, or of those that have ended. Raises ValueError for what is no dimension."""
    condition, parameters = where(filters)
    name, places = grouping(by)
    names: dict[tuple[str, int], str] = {}
    keys = len({*places})
    for row in ledger.execute(kept.statement(f"rows by {name}{only}", condition), parameters):
        key = tuple(
            _name(dimension, row[place], zone, names) if dimension in TIMES else row[place]
            for dimension, place in zip(by, places, strict=True)
        )
        user = row[keys]
        yield key, () if user is None else (user,), row[keys + 1 :]


def _name(dimension: str, quarter: int, zone: tzinfo | None, names: dict[tuple[str, int], str]) -> str:
    if (dimension, quarter) not in names:
        names[dimension, quarter] = label(dimension, datetime.fromtimestamp(quarter * 900, zone).date())
    return names[dimension, quarter]
