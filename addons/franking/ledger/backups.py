"""A copy of the ledger while it is written to."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

__all__ = ["backup"]

_PAGES = 20_000
"""Copied at a time; the writer may go on at any moment, for the ledger keeps a write-ahead log."""


def backup(ledger: sqlite3.Connection, target: Path) -> None:
    """A whole copy under that name, or none; its owner's alone. Raises FileExistsError, OSError, sqlite3.Error."""
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(partial)) as copy:
            # One transaction for the whole of it: the copy is of one moment, however long it takes.
            ledger.execute("BEGIN")
            ledger.execute("SELECT 1 FROM entries LIMIT 1").fetchall()
            ledger.backup(copy, pages=_PAGES)
            ledger.execute("ROLLBACK")
            verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise sqlite3.DatabaseError(f"the copy is damaged: {verdict}")
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
