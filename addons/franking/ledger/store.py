"""The ledger's file as its one writer sees it: opened and healed, written in batches, watched. Belongs to one thread.

A batch is one transaction in few statements: the interpreter's lock is given up and asked for again a few times a
batch, not once a row, which under a busy event loop is the difference between milliseconds and seconds.

Faults of the surroundings (locked, full, read-only, disk error) are raised; the caller keeps the rows and tries again.
Faults of the file are healed here: a corrupt ledger is moved aside, a deleted or replaced one is left for the new
one, and a new one is begun.
"""

import contextlib
import logging
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from franking.ledger.checkpoints import Checkpoints
from franking.ledger.connection import connect, transaction
from franking.ledger.faults import is_busy, is_corrupt, say, set_aside
from franking.ledger.record import Record
from franking.ledger.retention import Retention
from franking.ledger.rows import clean, write
from franking.ledger.sides import Sides

__all__ = ["Store"]

_LOG = logging.getLogger(__name__)

_UNSTORABLE = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    UnicodeError,
)

_Identity = tuple[int, int] | None


class Store:
    """inherited: what the journal held of an earlier run. It is brought in at the first opening, together with the
    verdict ``interrupted`` on every row that an earlier run left open.

    Attributes: recovered, interrupted: rows brought in, rows settled so; None until the first opening.
    refused: rows that could not be stored at all; each is logged by its id.
    aside: where a corrupt ledger was moved to, None when none was.
    """

    def __init__(self, file: Path, inherited: Sequence[Record] = (), *, retention_days: int | None = None) -> None:
        self.file = file
        self.recovered: int | None = None
        self.interrupted: int | None = None
        self.refused = 0
        self.aside: Path | None = None
        self._inherited = inherited
        self._connection: sqlite3.Connection | None = None
        self._checkpoints = Checkpoints(file)
        self._identity: _Identity = None
        self._wal_identity: _Identity = None
        self._suspect = False
        self._rows = 0
        self._sides = Sides()
        self._version: int | None = None
        self._retention = Retention(retention_days)

    def open(self) -> sqlite3.Connection:
        """Open the ledger, if it is not open. Raises LedgerError (a newer version, another program's file),
        sqlite3.Error and OSError.
        """
        if self._connection is None:
            try:
                self._connection = self._connect()
            except sqlite3.DatabaseError as fault:
                if not is_corrupt(fault):
                    raise
                self._begin_anew(fault)
                self._connection = self._connect()
        if self.recovered is None:
            self._bring_in(self._connection, self._inherited, settle=True)
            self.recovered, self._inherited = len(self._inherited), ()
        return self._connection

    def write(self, records: Sequence[Record]) -> None:
        """Commit the records, opening the ledger if need be.

        Raises as open does; then none of the records is committed for sure, and all may be given again.
        """
        try:
            self._bring_in(self.open(), records)
            if self._moved():
                _LOG.warning("%s was deleted or replaced; going on in what stands there now", self.file)
                self._leave_moved()
                self._bring_in(self.open(), records)
        except sqlite3.Error as fault:
            if not is_busy(fault):
                self._drop_connection()
            if is_corrupt(fault):
                # The first time the next opening looks closer; the second time there is no doubt.
                if self._suspect:
                    self._begin_anew(fault)
                self._suspect = not self._suspect
            raise
        self._suspect = False
        self._rows += len(records)

    def tidy(self) -> None:
        """Work that nobody waits for, between batches. Raises sqlite3.Error."""
        if self._connection is not None and self._rows:
            rows, self._rows = self._rows, 0
            self._checkpoints.after(rows, self._connection)
            self._retention.after(self._connection)

    def close(self) -> None:
        """Close the ledger; the last to close it moves its write-ahead log into it."""
        if self._connection is not None and self._moved():
            self._leave_moved()
        self._drop_connection()

    def _connect(self) -> sqlite3.Connection:
        connection = connect(self.file, thorough=self._suspect)
        self._sides.forget()
        self._identity = _identity(self.file)
        self._wal_identity = _identity(_wal(self.file))
        return connection

    def _bring_in(self, connection: sqlite3.Connection, records: Sequence[Record], *, settle: bool = False) -> None:
        """One transaction. Where a row cannot be stored the others are, and it is tried without what is wrong."""
        if not records and not settle:
            return
        try:
            try:
                with transaction(connection):
                    self._look_up_again(connection)
                    write(connection, records, self._sides)
                    if settle:
                        self._settle(connection)
            except _UNSTORABLE:
                self._sides.forget()
                with transaction(connection):
                    for record in records:
                        self._bring_in_alone(connection, record)
                    if settle:
                        self._settle(connection)
        except BaseException:
            self._sides.forget()
            raise

    def _bring_in_alone(self, connection: sqlite3.Connection, record: Record) -> None:
        try:
            write(connection, [clean(record)], self._sides)
        except _UNSTORABLE as fault:
            self.refused += 1
            _LOG.error("request %s is lost: the ledger cannot hold it (%s)", record.id, type(fault).__name__)

    def _look_up_again(self, connection: sqlite3.Connection) -> None:
        """After another program's commit: it may have dropped side rows (``pruning.tidy``)."""
        version = int(connection.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self._version = version
            self._sides.forget()

    def _settle(self, connection: sqlite3.Connection) -> None:
        statement = "UPDATE entries SET status = 'interrupted' WHERE status = 'in_flight'"
        self.interrupted = connection.execute(statement).rowcount

    def _moved(self) -> bool:
        return _identity(self.file) != self._identity

    def _leave_moved(self) -> None:
        """Close what is no longer the ledger. Its write-ahead log must not be taken for the next one's."""
        own = _identity(_wal(self.file)) == self._wal_identity is not None
        self._drop_connection()
        if own:
            _wal(self.file).unlink(missing_ok=True)

    def _begin_anew(self, fault: sqlite3.Error) -> None:
        self._drop_connection()
        self.aside = set_aside(self.file)
        _LOG.error("%s; it was moved to %s and a new one is begun", say(fault, self.file), self.aside)

    def _drop_connection(self) -> None:
        self._checkpoints.finish()
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with contextlib.suppress(sqlite3.Error):
                connection.close()


def _wal(file: Path) -> Path:
    return Path(f"{file}-wal")


def _identity(file: Path) -> _Identity:
    try:
        found = os.stat(file)  # noqa: PTH116 - asked after every batch; Path.stat costs more
    except OSError:
        return None
    return found.st_dev, found.st_ino
