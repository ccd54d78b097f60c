"""The numbers by which sessions are told apart (``schema_11.py``): the proof that they are right, making them anew.

Triggers on ``callers`` keep them for every program that writes; our own writers, which switch triggers off, note each
caller that they add.
"""

import sqlite3

from franking.ledger.schema_11 import NUMBERED, NUMBERS

__all__ = ["differences", "forget", "note", "rebuild"]

_WRONG = """
SELECT COUNT(*) FROM (
    SELECT c.id FROM callers AS c LEFT JOIN session_numbers AS n ON n.caller = c.id
    WHERE (c.session_id IS NULL) <> (n.caller IS NULL)
    UNION ALL
    SELECT n.caller FROM session_numbers AS n LEFT JOIN callers AS c ON c.id = n.caller WHERE c.id IS NULL
    UNION ALL
    SELECT n.session FROM session_numbers AS n JOIN callers AS c ON c.id = n.caller
    GROUP BY n.session HAVING MIN(c.session_id) <> MAX(c.session_id)
    UNION ALL
    SELECT MIN(n.session) FROM session_numbers AS n JOIN callers AS c ON c.id = n.caller
    GROUP BY c.session_id HAVING MIN(n.session) <> MAX(n.session)
)
"""


def note(ledger: sqlite3.Connection, caller: int) -> None:
    """A caller was added, perhaps without triggers. Raises sqlite3.Error."""
    ledger.execute(NUMBERED.format(caller="?"), (caller,))


def forget(ledger: sqlite3.Connection) -> None:
    """Callers may have been dropped without triggers. Raises sqlite3.Error."""
    ledger.execute("DELETE FROM session_numbers WHERE caller NOT IN (SELECT id FROM callers)")


def differences(ledger: sqlite3.Connection) -> int:
    """How many callers without their number, numbers without a caller, and sessions that are not told apart, or are
    two. Raises sqlite3.Error.
    """
    found: int = ledger.execute(_WRONG).fetchone()[0]
    return found


def rebuild(ledger: sqlite3.Connection) -> None:
    """Make them anew. Within the caller's transaction; raises sqlite3.Error."""
    ledger.execute("DELETE FROM session_numbers")
    ledger.execute(NUMBERS)
