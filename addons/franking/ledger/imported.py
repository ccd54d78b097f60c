"""Imported totals as a question finds them, for what the roll-ups do not answer. Read-only, portable SQL.

A total counts as a request of its time's middle does: at the quarter-hour ``bucket``. What it does not tell (session,
branch) is not known.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from franking.ledger.by_rows import Found
from franking.ledger.filters import SCOPED, TIMES, Filters, among
from franking.ledger.pieces import label

__all__ = ["found"]

_QUARTER = 900_000_000
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
_VALUES = (
    "t.requests, CASE WHEN t.priced > 0 THEN t.cost END, t.requests - t.priced, t.unpriced_ok, t.errors, 0, "
) + ", ".join(f"CASE WHEN t.{name}_known > 0 THEN t.{name} END" for name in _TOKENS)


def found(ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None) -> Iterator[Found]:
    """A group for each total, in the form of ``by_rows.found``."""
    said, parameters = ["1 = 1"], list[str | int]()
    for limit, sign in ((filters.since, ">="), (filters.until, "<")):
        if limit is not None:
            said.append(f"t.bucket {sign} ?")
            parameters.append(-(-limit // _QUARTER))
    for dimension, values in filters.include.items():
        said.append(among(_column(dimension), values, parameters))
    for dimension, values in filters.exclude.items():
        said.append(f"CASE WHEN {among(_column(dimension), values, parameters)} THEN 0 ELSE 1 END = 1")
    chosen = ", ".join("t.bucket" if dimension in TIMES else _column(dimension) for dimension in by)
    rows = ledger.execute(
        f'SELECT {chosen}, s."user", {_VALUES} FROM imported_totals AS t JOIN scopes AS s ON s.id = t.scope'  # noqa: S608
        f" WHERE {' AND '.join(said)}",
        parameters,
    )
    for row in rows:
        key = tuple(
            label(dimension, datetime.fromtimestamp(row[place] * 900, zone).date())
            if dimension in TIMES
            else row[place]
            for place, dimension in enumerate(by)
        )
        user = row[len(by)]
        yield key, () if user is None else (user,), row[len(by) + 1 :]


def _column(dimension: str) -> str:
    return SCOPED.get(dimension, "NULL")
