"""Single requests: the newest, those that end from now on, and one by its id. Read-only, quick at any size."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from franking.ledger.filters import Filters, where

__all__ = ["Follower", "Row", "named", "newest"]

Row = Mapping[str, Any]
"""A row of ``requests``, column → value."""

_SETTLES = 60_000_000
"""How long after its start (microseconds) a request's row may still be committed: the writer's queue, and to spare."""

_AT_ONCE = 500
"""Parameters in one statement; far below SQLite's bound."""


def newest(ledger: sqlite3.Connection, filters: Filters, limit: int) -> list[Row]:
    """The newest requests that have ended, in the order of their ends."""
    condition, parameters = where(filters)
    cursor = ledger.execute(
        f"SELECT * FROM requests WHERE {condition} AND ended_at IS NOT NULL"  # noqa: S608 (constants and columns only)
        " ORDER BY started_at DESC LIMIT ?",
        [*parameters, limit],
    )
    return _in_order(_rows(cursor))


def named(ledger: sqlite3.Connection, id_or_prefix: str, limit: int = 6) -> Sequence[Row]:
    """The requests whose id begins so, newest first; with ``last`` the newest of all."""
    if id_or_prefix == "last":
        return _rows(ledger.execute("SELECT * FROM requests ORDER BY started_at DESC, id DESC LIMIT 1"))
    begins = id_or_prefix.lower()
    cursor = ledger.execute(
        "SELECT * FROM requests WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?", (begins, begins + "\x7f", limit)
    )
    return _rows(cursor)


class Follower:
    """Gives every request once, when it has ended. The first call looks around: what had ended by then is no news.

    It remembers which are running and reads only those again, and what began lately; rows are committed a little after
    their moment and not in its order.  since: now, in microseconds UTC.
    """

    def __init__(self, since: int) -> None:
        self._newest = since
        self._told: dict[str, int] = {}
        self._running: set[str] | None = None
        self._version: int | None = None

    def ended(self, ledger: sqlite3.Connection, filters: Filters) -> list[Row]:
        """What has ended since the last call, in order. Costs nothing while nothing is written."""
        version = int(ledger.execute("PRAGMA data_version").fetchone()[0])
        if version == self._version:
            return []
        self._version = version
        condition, parameters = where(filters)
        rows, first = [], self._running is None
        if self._running is None:
            found = ledger.execute(
                f"SELECT id FROM requests WHERE status = 'in_flight' AND {condition}",  # noqa: S608
                parameters,
            )
            self._running = {row[0] for row in found}
        waiting = sorted(self._running)
        for start in range(0, len(waiting), _AT_ONCE):
            part = waiting[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            rows += _rows(ledger.execute(f"SELECT * FROM requests WHERE id IN ({marks})", part))  # noqa: S608
        rows += _rows(
            ledger.execute(
                f"SELECT * FROM requests WHERE {condition} AND started_at >= ?",  # noqa: S608
                [*parameters, self._newest - _SETTLES],
            )
        )
        news = self._news(rows)
        return [] if first else _in_order(news)

    def _news(self, rows: list[Row]) -> list[Row]:
        running, news = set(), []
        for row in rows:
            self._newest = max(self._newest, row["started_at"])
            if row["ended_at"] is None:
                running.add(row["id"])
            elif row["id"] not in self._told:
                self._told[row["id"]] = row["started_at"]
                news.append(row)
        self._running = running
        forget = self._newest - 2 * _SETTLES
        self._told = {id_: started for id_, started in self._told.items() if started >= forget}
        return news


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["ended_at"], row["id"]))


def _rows(cursor: sqlite3.Cursor) -> list[Row]:
    names = [described[0] for described in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
