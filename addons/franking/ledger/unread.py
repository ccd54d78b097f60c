"""Requests whose caller could not be found: how many, and what was in the way. Read-only.

Told by the roll-up that tells callers apart, and at its borders by the rows, so that it is quick for any period.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from franking.ledger import by_callers
from franking.ledger.adding import Row
from franking.ledger.filters import Filters, where
from franking.ledger.schema_7_eighths import EIGHTH
from franking.ledger.statements import kept

__all__ = ["Unread", "unread"]


@dataclass(frozen=True, slots=True)
class Unread:
    """Requests whose caller could not be found, of all; ``provenance`` of the newest of them, which says why.

    Newest by eighths of a day; within one of these they are in no order.
    """

    unread: int
    requests: int
    provenance: tuple[str | None, ...]


def unread(ledger: sqlite3.Connection, filters: Filters, sample: int = 200) -> Unread:
    """Requests without a known caller. Imported totals are no requests here."""
    without = requests = 0
    told: list[str | None] = []
    for found, newest in _unread(ledger, filters, sample):
        without, requests = without + (found[0] or 0), requests + (found[1] or 0)
        if found[0] and len(told) < sample:
            told += islice((text for text, times in newest for _ in range(times)), sample - len(told))
    return Unread(without, requests, tuple(told))


def _unread(ledger: sqlite3.Connection, filters: Filters, sample: int) -> Iterator[tuple[Row, Iterable[Row]]]:
    """(unread, requests) of parts of the period, the newest first, and (provenance, requests) of the newest unread."""
    whole = by_callers.cut(ledger, filters, None, None)
    yield _unread_of_rows(ledger, filters, sample, "running")
    for piece, (since, until) in sorted(
        [
            *((None, gap) for gap in whole.gaps),
            *((piece, (piece.first * EIGHTH, piece.end * EIGHTH)) for piece in whole.pieces),
        ],
        key=lambda part: -part[1][0],
    ):
        if piece is None:
            yield _unread_of_rows(ledger, replace(filters, since=since, until=until), sample, "ended")
        else:
            newest = by_callers.read(ledger, "unread callers", [piece], filters, sample, 0)
            yield next(by_callers.read(ledger, "unread", [piece], filters)), newest


def _unread_of_rows(ledger: sqlite3.Connection, filters: Filters, sample: int, which: str) -> tuple[Row, Iterable[Row]]:
    condition, parameters = where(filters)
    found = ledger.execute(kept.statement(f"unread of the {which}", condition), parameters).fetchone()
    newest = ledger.execute(
        kept.statement(f"unread lately of the {which}", condition), [*parameters, sample if found[0] else 0, 0]
    )
    return found, ((text, 1) for (text,) in newest)
