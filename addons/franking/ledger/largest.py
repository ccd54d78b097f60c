"""Which sessions are the largest, without telling all: a year has tens of thousands. Read-only, portable SQL."""

import sqlite3
from itertools import chain

from franking.ledger import by_callers, by_rows
from franking.ledger.filters import SCOPED, Filters

__all__ = ["sessions"]

_ELSEWHERE = 1_000
"""Sessions at most that may have requests which no roll-up tells; with more it is as quick to ask for all."""


def sessions(ledger: sqlite3.Connection, filters: Filters, size: str, count: int) -> tuple[str, ...] | None:
    """Known sessions of the meant requests, among them so many that are the largest; None where all have to be asked
    for. size: of ``statements.callers.RANKED``.

    Those that have requests outside the roll-up, in flight or at the period's ends, may be larger than it knows and are
    all among them; of the others the roll-up is right. Their average may be smaller, too: then they take places there
    that are others'.
    """
    by = ("session",)
    if not by_callers.knows(filters, by):
        return None
    whole = by_callers.cut(ledger, filters, None, None)
    outside = chain(
        by_rows.found(ledger, filters, by, None, running=True), by_rows.between(ledger, filters, by, None, whole.gaps)
    )
    elsewhere = {key[0] for key, _ in outside if key[0] is not None}
    if len(elsewhere) > _ELSEWHERE:
        return None
    asked = {*filters.include, *filters.exclude}
    bare = size != "users" and asked.isdisjoint(SCOPED)
    how = f"{' named' * ('session' in asked)}{' bare' * bare}"
    places = count + len(elsewhere) * (size == "average")
    ranked = by_callers.read(ledger, f"largest sessions{how} by {size}", whole.pieces, filters, places, 0)
    return tuple(sorted(elsewhere.union(row[0] for row in ranked)))
