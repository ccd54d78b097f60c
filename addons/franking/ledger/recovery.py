"""Brings in what a killed sidecar left, for commands that read the ledger while none runs.

A sidecar does the same when it starts. Which of the two comes first does not matter: the journal has one owner, and
a row that comes twice is one row.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from franking.ledger.backlog import Backlog
from franking.ledger.faults import say
from franking.ledger.journal import Journal, JournalHeldError
from franking.ledger.schema import LedgerError
from franking.ledger.store import Store

__all__ = ["recover"]


def recover(home: Path) -> int:
    """Bring the journal's rows into the ledger, and settle rows that were left open; how many rows that were.

    0 where a sidecar runs (it does this itself), and where there is nothing to do, which takes a few milliseconds.
    Raises LedgerError where the ledger takes no rows now (locked, full disk …): they stay in the journal, and a reader
    may go on with what the ledger has.
    """
    ledger = home / "ledger.db"
    try:
        journal = Journal(home / "journal", create=False)
    except (FileNotFoundError, JournalHeldError):
        return 0
    except OSError as fault:
        raise LedgerError(say(fault, home / "journal")) from None
    with closing(journal):
        backlog = Backlog(journal)
        inherited = backlog.inherited()
        if not inherited and not _left_open(ledger):
            backlog.settle()
            return 0
        with closing(Store(ledger, inherited)) as store:
            try:
                store.write([])
            except (sqlite3.Error, OSError) as fault:
                raise LedgerError(say(fault, ledger)) from None
            backlog.settle()
            backlog.lose(store.refused)
            return (store.recovered or 0) + (store.interrupted or 0)


def _left_open(ledger: Path) -> bool:
    """True where a row stands in flight. False, too, where the ledger cannot be asked: readers will find out."""
    if not ledger.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("SELECT 1 FROM requests WHERE status = 'in_flight' LIMIT 1").fetchone())
    except sqlite3.Error:
        return False
