"""Where to look for single requests: stretches of time that may hold wanted ones, nearest first. Read-only.

The roll-ups tell which days, and of these which quarter-hours, have a request of a wanted project, model or user, or
one that failed; the others need not be read. What no roll-up knows (a host, a text) leaves every stretch in that has
any request at all.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.statements import kept
from franking.ledger.wanted import Wanted, of_callers, of_roll_ups

__all__ = ["Window", "few", "windows"]

_MANY_CALLERS = 2_000
_FEW_ROWS = 5_000


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
        return kept.statement("ids"), [begins, begins + "\x7f"]
    callers = _callers(ledger, wanted)
    if callers is None:
        return None
    parameters: list[str | int] = [*callers, first, end]
    counted = kept.statement("requests of callers", listed=len(callers))
    if ledger.execute(counted, [*parameters, _FEW_ROWS + 1, 0]).fetchone()[0] > _FEW_ROWS:
        return None
    return kept.statement("ids of callers", listed=len(callers)), parameters


def _callers(ledger: sqlite3.Connection, wanted: Wanted) -> list[int] | None:
    """The numbers of the callers that are meant; None where the question names none, or very many."""
    condition, parameters = of_callers(wanted)
    if not condition:
        return None
    asked = kept.statement("callers", condition)
    found = ledger.execute(asked, [*parameters, _MANY_CALLERS + 1, 0]).fetchall()
    return None if len(found) > _MANY_CALLERS else [row[0] for row in found]


def _narrowed(ledger: sqlite3.Connection, wanted: Wanted, first: int, end: int) -> tuple[int, int]:
    """The same stretch without the ends in which there can be nothing: no row at all, or none of the callers."""
    oldest, newest = ledger.execute(kept.statement("moments")).fetchone()
    callers = _callers(ledger, wanted)
    if oldest is not None and callers is not None:
        asked = kept.statement("moments of callers", listed=len(callers))
        oldest, newest = ledger.execute(asked, [first, end, first, end, *callers]).fetchone()
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
    asked = kept.statement(f"{table} {'back' if back else 'on'}", condition or kept.ALL)
    yield from ledger.execute(asked, [first // length, (end - 1) // length, *parameters])
