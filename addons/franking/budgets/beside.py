"""The ledger for budgets' own short reads and writes beside the sidecar's writer, followed when it is replaced."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from franking.ledger.migrations import check_version
from franking.ledger.schema import VERSION, LedgerError

__all__ = ["Beside"]

_BUSY_SECONDS = 0.25


class Beside:
    """Belongs to one thread. renewed: how often another file was found in the ledger's place."""

    def __init__(self, file: Path, busy_seconds: float = _BUSY_SECONDS) -> None:
        self.renewed = 0
        self._file = file
        self._busy = busy_seconds
        self._ledger: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._writable = True

    def opened(self) -> sqlite3.Connection:
        """The ledger that stands there now, in autocommit mode. It is never made here.

        Raises OSError, sqlite3.Error, and LedgerError where it is of another version.
        """
        found = os.stat(self._file)  # noqa: PTH116 - asked four times a second
        identity = found.st_dev, found.st_ino
        # What was opened read-only would stay so, for every connection of this process: SQLite shares its index. Where
        # another of them still has it so while this one is opened anew, it has to be opened once more.
        healed = not self._writable and self._may_be_written()
        if self._ledger is None or identity != self._identity or healed:
            self.close()
            self._writable = self._may_be_written()
            self.renewed += 1
            where = f"file:{quote(str(self._file))}?mode=rw"
            ledger = sqlite3.connect(where, uri=True, isolation_level=None, timeout=self._busy)
            try:
                if check_version(ledger, self._file) != VERSION:
                    raise LedgerError(f"{self._file} is of another version")
                ledger.execute("PRAGMA synchronous = NORMAL")
                ledger.execute("PRAGMA wal_autocheckpoint = 0")  # the writer's work
                self._writable = self._writable and _takes_writes(ledger)
            except BaseException:
                ledger.close()
                raise
            self._ledger, self._identity = ledger, identity
        return self._ledger

    def version(self) -> tuple[int, int]:
        """Another one whenever others have committed something. Raises as ``opened``."""
        version = int(self.opened().execute("PRAGMA data_version").fetchone()[0])
        return self.renewed, version

    def _may_be_written(self) -> bool:
        return os.access(self._file, os.W_OK) and os.access(self._file.parent, os.W_OK)

    def close(self) -> None:
        """Let go of it."""
        if self._ledger is not None:
            with suppress(sqlite3.Error):
                self._ledger.close()
        self._ledger = None


def _takes_writes(ledger: sqlite3.Connection) -> bool:
    try:
        ledger.execute("BEGIN IMMEDIATE")
        ledger.execute("ROLLBACK")
    except sqlite3.OperationalError as fault:
        return fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY
    return True
