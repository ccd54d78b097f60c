"""A connection to the ledger for its writer: the file made if missing, checked, and brought to this version."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from franking.ledger.faults import is_busy
from franking.ledger.migrations import check_version, migrate

__all__ = ["connect", "patient", "transaction"]

_BUSY_SECONDS = 0.25
_CHECKED_WHOLE = 32 << 20
"""A ledger up to this size is checked whole whenever it is opened; ``frank doctor`` checks any."""


def connect(file: Path, *, thorough: bool = False) -> sqlite3.Connection:
    """Open the ledger for writing, in autocommit mode. thorough: check it whole, whatever its size.

    Raises LedgerError (a newer version, another program's file), OSError, and sqlite3.Error: SQLITE_CORRUPT or
    SQLITE_NOTADB where the file is damaged.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Only ever a new file: closing a second descriptor of an open database would drop this process's locks on it.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(file, isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        check_version(connection, file)
        state = file.stat()
        if thorough or state.st_size <= _CHECKED_WHOLE:
            _check(connection)
        # Pages of pruned rows can be given back step by step; it takes effect in a new file only.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        # A commit is in the kernel's hands, so that no kill of ours can take it, and waits for no disk.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(f"PRAGMA journal_size_limit = {32 << 20}")
        migrate(connection, file)
        if state.st_mode & 0o077:
            file.chmod(state.st_mode & 0o700)
    except BaseException:
        connection.close()
        raise
    return connection


def patient(file: Path, seconds: float = 10.0) -> sqlite3.Connection:
    """The ledger for a command that writes beside a sidecar: it waits for whoever holds it. Raises as connect."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = connect(file)
        except sqlite3.OperationalError as fault:
            if not is_busy(fault) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
            return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything within is committed together, or nothing is. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite rolls back by itself after a full disk or an I/O error.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check(connection: sqlite3.Connection) -> None:
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        fault = sqlite3.DatabaseError(verdict)
        fault.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise fault
