"""Drops old rows in small steps, so that whoever else writes waits for milliseconds; their totals may stay.

Kept totals stand in the roll-ups alone. From then on these are proven against the rows only from that day on, which
the fact ``totals_before`` names.
"""

import sqlite3

from franking.ledger import session_numbers
from franking.ledger.connection import transaction
from franking.ledger.rollups import TOTALS_BEFORE
from franking.ledger.schema_2 import ROLL_UPS, TOTALS_STAY

__all__ = ["DAY", "limit", "older", "step", "tidy"]

DAY = ROLL_UPS["days"]
"""Microseconds."""

_ROWS = 500
_PAGES = 2000


def limit(now: int, days: int) -> int:
    """The UTC midnight before which rows are older than so many days; microseconds."""
    return (now - days * DAY) // DAY * DAY


def older(ledger: sqlite3.Connection, before: int) -> int:
    """How many rows are older."""
    said = "SELECT COUNT(*) FROM entries WHERE started_at < ? AND status <> 'in_flight'"
    return int(ledger.execute(said, (before,)).fetchone()[0])


def step(ledger: sqlite3.Connection, before: int, *, keep_totals: bool, rows: int = _ROWS) -> int:
    """Drop some rows that are older than ``before``, a UTC midnight, in one transaction; how many: 0, none is left.

    ledger: in autocommit mode. Raises sqlite3.Error; then nothing was dropped.
    """
    find = "SELECT rowid FROM entries WHERE started_at < ? AND status <> 'in_flight' ORDER BY started_at LIMIT ?"
    if ledger.execute(find, (before, 1)).fetchone() is None:
        return 0
    with transaction(ledger):
        if keep_totals:
            ledger.execute("INSERT INTO facts (name, value) VALUES (?, 1)", (TOTALS_STAY,))
            ledger.execute(
                "INSERT INTO facts (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value)",
                (TOTALS_BEFORE, before),
            )
        ledger.execute(f"DELETE FROM backfilled WHERE entry IN ({find})", (before, rows))  # noqa: S608
        gone = ledger.execute(f"DELETE FROM entries WHERE rowid IN ({find})", (before, rows)).rowcount  # noqa: S608
        ledger.execute("DELETE FROM facts WHERE name = ?", (TOTALS_STAY,))
    return gone


def tidy(ledger: sqlite3.Connection) -> None:
    """Drop what no row needs any more, and give some of the room back to the disk. Raises sqlite3.Error.

    To be called again and again for all of it. Every writer sees that another one was here, and looks its numbers of
    side rows up again.
    """
    with transaction(ledger):
        ledger.execute(
            "DELETE FROM callers WHERE rowid IN (SELECT c.id FROM callers AS c"
            " WHERE NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.caller = c.id))"
        )
        session_numbers.forget(ledger)
    ledger.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
