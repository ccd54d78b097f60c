"""Imported totals as a question finds them, for what the roll-ups do not answer. Read-only.

A total counts as a request of its time's middle does: at the quarter-hour ``bucket``. What it does not tell (session,
branch) is not known.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import batched

from franking.ledger.by_rows import AT_ONCE, Found, Period, grouping, told
from franking.ledger.filters import OF_TOTALS, Filters, meant
from franking.ledger.statements import kept

__all__ = ["between", "found"]

_QUARTER = 900_000_000
_EVER = 2**62


def found(ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None) -> Iterator[Found]:
    """A group for each total, in the form of ``by_rows.found``."""
    since = -_EVER if filters.since is None else filters.since
    until = _EVER if filters.until is None else filters.until
    return between(ledger, filters, by, zone, [(since, until)])


def between(
    ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None, periods: Sequence[Period]
) -> Iterator[Found]:
    """As ``by_rows.between``."""
    further, parameters = meant(filters, OF_TOTALS)
    condition = " AND ".join([kept.ALL, *further])
    name, _ = grouping(by)
    for part in batched(periods, AT_ONCE):
        places = [
            place
            for number, (since, until) in enumerate(part)
            for place in (number, -(-since // _QUARTER), -(-until // _QUARTER))
        ]
        asked = kept.statement(f"imported by {name}", condition, pieces=len(part))
        yield from told(ledger.execute(asked, [*places, *parameters]), by, zone)
