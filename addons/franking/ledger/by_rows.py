"""The sums behind a question, read from the rows themselves: for what the roll-ups do not know. Portable SQL."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from franking.ledger.filters import TIMES, Filters, Value, column, where
from franking.ledger.pieces import label

__all__ = ["Found", "found"]

Found = tuple[tuple[Value, ...], Sequence[str], Sequence[int | None]]
"""A group's key, known users, and what requests of the group come to, in the order of Group's fields. A group may be
found in several parts.
"""

_SUMS = """
    COUNT(*), SUM(cost), SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN cost IS NULL AND status = 'ok' THEN 1 ELSE 0 END),
    SUM(CASE WHEN status IN ('http_error', 'stream_error', 'upstream_aborted', 'interrupted') THEN 1 ELSE 0 END),
    SUM(CASE WHEN status = 'in_flight' THEN 1 ELSE 0 END),
    SUM(input_tokens), SUM(output_tokens), SUM(cache_read_tokens), SUM(cache_write_tokens), SUM(reasoning_tokens)
"""


def found(
    ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None, only: str = "1 = 1"
) -> Iterator[Found]:
    """only: a further condition on the row, of constants. Raises ValueError for what is no dimension."""
    condition, parameters = where(filters)
    chosen = ", ".join("bucket" if dimension in TIMES else column(dimension) for dimension in by)
    places = ", ".join(str(number + 1) for number in range(len(by) + 1))
    # By user as well, so that one pass tells how many there are in a group, in a day of quarter-hours, and in all.
    rows = ledger.execute(
        # Constants and columns of DIMENSIONS only; every value is a parameter.
        f'SELECT {chosen}, "user", {_SUMS} FROM requests WHERE {condition} AND {only} GROUP BY {places}',  # noqa: S608
        parameters,
    )
    names: dict[tuple[str, int], str] = {}
    for row in rows:
        key = tuple(
            _name(dimension, row[place], zone, names) if dimension in TIMES else row[place]
            for place, dimension in enumerate(by)
        )
        user = row[len(by)]
        yield key, () if user is None else (user,), row[len(by) + 1 :]


def _name(dimension: str, quarter: int, zone: tzinfo | None, names: dict[tuple[str, int], str]) -> str:
    if (dimension, quarter) not in names:
        names[dimension, quarter] = label(dimension, datetime.fromtimestamp(quarter * 900, zone).date())
    return names[dimension, quarter]
