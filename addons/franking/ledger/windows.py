"""Where to look for single requests: stretches of time that may hold wanted ones, nearest first. Read-only.

The roll-ups tell which days, and of these which quarter-hours, have a request of a wanted project, model or user, or
one that failed; the others need not be read. What no roll-up knows (a host, a text) leaves every stretch in that has
any request at all.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.wanted import Wanted, of_callers, of_roll_ups

__all__ = ["Window", "few", "windows"]

_MANY_CALLERS = 2_000
_FEW_ROWS = 5_000
_BACK = {True: "DESC", False: "ASC"}


@dataclass(frozen=True, slots=True)
class Window:
    """From first to before end, microseconds UTC; so many requests of it have ended."""

    first: int
    end: int
    requests: int


def windows(ledger: sqlite3.Connection, wanted: Wanted, first: int, end: int, *, back: bool) -> Iterator[Window]:
    """The stretches from first to end that may hold ended requests; the newest first if ``back``, else the oldest."""
    first, end = _narrowed(ledger, wanted, first, end)
    day, quarter = ROLL_UPS["days"], ROLL_UPS["quarters"]
    for that_day in _buckets(ledger, wanted, "days", first, end, back=back):
        begins, ends = max(first, that_day[0] * day), min(end, (that_day[0] + 1) * day)
        for bucket, requests in _buckets(ledger, wanted, "quarters", begins, ends, back=back):
            yield Window(max(begins, bucket * quarter), min(ends, (bucket + 1) * quarter), requests)


def few(ledger: sqlite3.Connection, wanted: Wanted, first: int, end: int) -> tuple[str, list[str | int]] | None:
    """A question that gives the ids among which all that is wanted can be found; None where these would be many."""
    if wanted.id_begins is not None:
        begins = wanted.id_begins.lower()
        return "SELECT id FROM entries WHERE id >= ? AND id < ?", [begins, begins + "\x7f"]
    callers = _callers(ledger, wanted)
    if callers is None:
        return None
    inside = f"caller IN ({', '.join('?' * len(callers))}) AND started_at >= ? AND started_at < ?"
    parameters: list[str | int] = [*callers, first, end]
    counted = f"SELECT COUNT(*) FROM (SELECT 1 FROM entries WHERE {inside} LIMIT {_FEW_ROWS + 1}) AS counted"  # noqa: S608
    if ledger.execute(counted, parameters).fetchone()[0] > _FEW_ROWS:
        return None
    return f"SELECT id FROM entries WHERE {inside}", parameters  # noqa: S608 - our own names


def _callers(ledger: sqlite3.Connection, wanted: Wanted) -> list[int] | None:
    """The numbers of the callers that are meant; None where the question names none, or very many."""
    condition, parameters = of_callers(wanted)
    if not condition:
        return None
    found = ledger.execute(f"SELECT id FROM callers WHERE {condition} LIMIT {_MANY_CALLERS + 1}", parameters).fetchall()  # noqa: S608
    return None if len(found) > _MANY_CALLERS else [row[0] for row in found]


def _narrowed(ledger: sqlite3.Connection, wanted: Wanted, first: int, end: int) -> tuple[int, int]:
    """The same stretch without the ends in which there can be nothing: no row at all, or none of the callers."""
    oldest, newest = ledger.execute(
        "SELECT (SELECT MIN(started_at) FROM entries), (SELECT MAX(started_at) FROM entries)"
    ).fetchone()
    callers = _callers(ledger, wanted)
    if oldest is not None and callers is not None:
        inside = "WHERE e.caller = c.id AND e.started_at >= ? AND e.started_at < ?"
        oldest, newest = ledger.execute(
            "SELECT MIN(oldest), MAX(newest) FROM ("  # noqa: S608 - our own names and numbers
            f" SELECT (SELECT MIN(e.started_at) FROM entries AS e {inside}) AS oldest,"
            f" (SELECT MAX(e.started_at) FROM entries AS e {inside}) AS newest"
            f" FROM callers AS c WHERE c.id IN ({', '.join('?' * len(callers))})) AS of_callers",
            [first, end, first, end, *callers],
        ).fetchone()
    if oldest is None:
        return first, first
    return max(first, oldest), min(end, newest + 1)


def _buckets(
    ledger: sqlite3.Connection, wanted: Wanted, table: str, first: int, end: int, *, back: bool
) -> Iterator[tuple[int, int]]:
    if first >= end:
        return
    length = ROLL_UPS[table]
    condition, parameters = of_roll_ups(wanted)
    kept = f" HAVING MAX(CASE WHEN {condition} THEN 1 ELSE 0 END) = 1" if condition else ""
    yield from ledger.execute(
        f"SELECT r.bucket, SUM(r.requests) FROM {table} AS r CROSS JOIN scopes AS s"  # noqa: S608 - our own names
        f" WHERE r.bucket >= ? AND r.bucket <= ? AND s.id = r.scope GROUP BY r.bucket{kept}"
        f" ORDER BY r.bucket {_BACK[back]}",
        [first // length, (end - 1) // length, *parameters],
    )
