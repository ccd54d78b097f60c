"""Single requests: the newest, those that end from now on, and one by its id. Read-only, quick at any size."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from franking.ledger.filters import NOT_ENDED, Filters, where
from franking.ledger.statements import kept

__all__ = ["Follower", "Row", "named", "newest"]

Row = Mapping[str, Any]
"""A row of ``requests``, column → value."""

_HISTORY = 86_400_000_000
"""How long (microseconds) before a follower's beginning a request may have begun that comes in now; see Follower."""

_AT_ONCE = 500
"""Parameters in one statement; far below SQLite's bound."""


def newest(ledger: sqlite3.Connection, filters: Filters | Sequence[Filters], limit: int) -> list[Row]:
    """The newest requests that have ended and are meant by any of the filters, in the order of their ends."""
    condition, parameters = where(filters)
    return _in_order(_rows(ledger.execute(kept.statement("newest", condition), [*parameters, limit, 0])))


def named(ledger: sqlite3.Connection, id_or_prefix: str, limit: int = 6) -> Sequence[Row]:
    """The requests whose id begins so, newest first; with ``last`` the newest of all."""
    if id_or_prefix == "last":
        return _rows(ledger.execute(kept.statement("last"), (1, 0)))
    begins = id_or_prefix.lower()
    return _rows(ledger.execute(kept.statement("named"), (begins, begins + "\x7f", limit, 0)))


class Follower:
    """Gives every request once, when it has ended. The first call looks around: what had ended by then is no news.

    New is what the ledger numbered since the last call, whatever time it says: rows are committed a little after their
    moment and not in its order, and a clock may be set back. Of the older ones it reads again those that were running.
    since: now, in microseconds UTC; what began long before came from an import, and is no news.
    """

    def __init__(self, since: int) -> None:
        self._begin = since - _HISTORY
        self._number = 0
        self._running: set[str] | None = None
        self._version: int | None = None

    def ended(self, ledger: sqlite3.Connection, filters: Filters | Sequence[Filters]) -> list[Row]:
        """What has ended since the last call, in order. Costs nothing while nothing is written."""
        version = int(ledger.execute("PRAGMA data_version").fetchone()[0])
        if version == self._version:
            return []
        self._version = version
        before, self._number = self._number, ledger.execute("SELECT COALESCE(MAX(rowid), 0) FROM entries").fetchone()[0]
        condition, parameters = where(filters)
        if self._running is None:
            self._running = {row[0] for row in ledger.execute(kept.statement("in flight", condition), parameters)}
            return []
        # Where the last were dropped their numbers are given again; ``before`` is then beyond them all.
        new = ledger.execute(
            "SELECT id FROM entries WHERE rowid > ? AND rowid <= ? AND started_at >= ?",
            (before, self._number, self._begin),
        )
        asked = sorted(self._running.union(row[0] for row in new))
        rows: list[Row] = []
        for start in range(0, len(asked), _AT_ONCE):
            part = asked[start : start + _AT_ONCE]
            rows += _rows(ledger.execute(kept.statement("with ids", condition, listed=len(part)), [*part, *parameters]))
        self._running = {row["id"] for row in rows if row["status"] == NOT_ENDED}
        return _in_order([row for row in rows if row["ended_at"] is not None])


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["ended_at"], row["id"]))


def _rows(cursor: sqlite3.Cursor) -> list[Row]:
    names = [described[0] for described in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
