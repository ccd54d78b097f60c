"""Opening the ledger to read it. Nothing here can change a row, and nothing waits for the writer.

Raises LedgerMissingError where there is none yet (nothing was recorded: no fault), and LedgerBrokenError where it
cannot be used. The schema is looked at only to explain a failure: a newer one that has what is asked for will do.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from franking import paths

__all__ = ["LedgerBrokenError", "LedgerMissingError", "explain", "opened"]


_CACHE_KIB = 65_536
"""Holds the roll-ups of years; what is not needed is not taken.

What is sorted for a question stays in memory up to this size too. (With ``temp_store = MEMORY`` SQLite asks for memory
row by row, and sorting takes a quarter longer.)
"""


class LedgerMissingError(Exception):
    """There is no ledger yet."""


class LedgerBrokenError(Exception):
    """The ledger cannot be read. Its text says which file, why, and what to do."""


@contextlib.contextmanager
def opened(file: Path | None = None, *, any_thread: bool = False) -> Iterator[sqlite3.Connection]:
    """The ledger, read-only, for as long as the block lasts; faults in the block are told as LedgerBrokenError.

    any_thread: the block's threads take turns.
    """
    file = file or paths.ledger_file()
    if not file.exists():
        raise LedgerMissingError(f"{file}: there is no ledger yet; `frank start` makes it")
    try:
        ledger = sqlite3.connect(
            f"file:{quote(str(file))}?mode=ro", uri=True, timeout=5, check_same_thread=not any_thread
        )
        with contextlib.closing(ledger):
            try:
                ledger.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
                ledger.execute("SELECT 1 FROM requests LIMIT 1")
                yield ledger
            except sqlite3.OperationalError as fault:
                explain(ledger, file)
                raise fault from None
    except sqlite3.Error as fault:
        raise LedgerBrokenError(f"{file}: the ledger cannot be read: {fault}. `frank doctor` checks it.") from None


def explain(ledger: sqlite3.Connection, file: Path) -> None:
    """Raise what says best why a statement fails, or may fail, if it is the file's kind or version."""
    from franking.ledger.schema import APPLICATION_ID, VERSION

    written_by = ledger.execute("PRAGMA application_id").fetchone()[0]
    version = ledger.execute("PRAGMA user_version").fetchone()[0]
    if not ledger.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise LedgerMissingError(f"{file}: the ledger is empty yet; `frank start` makes it") from None
    if written_by != APPLICATION_ID:
        raise LedgerBrokenError(f"{file}: this is another program's database, not a ledger. Move it away.") from None
    if version > VERSION:
        raise LedgerBrokenError(f"{file}: a newer franking wrote this ledger (version {version}). Update.") from None
    if version < VERSION:
        raise LedgerBrokenError(f"{file}: an older franking wrote this ledger; `frank start` updates it.") from None
