"""The ledger's file as its one writer sees it: opened and healed, written in batches, watched. Belongs to one thread.

A batch is one transaction in few statements: the interpreter's lock is given up and asked for again a few times a
batch, not once a row, which under a busy event loop is the difference between milliseconds and seconds.

Faults of the surroundings (locked, full, read-only, disk error) are raised; the caller keeps the rows and tries again.
Faults of the file are healed here: a corrupt ledger is moved aside, a deleted or replaced one is left for the new
one, and a new one is begun.
"""

import contextlib
import json
import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from franking.ledger.checkpoints import Checkpoints
from franking.ledger.connection import connect, transaction
from franking.ledger.faults import UNSTORABLE, is_busy, is_corrupt, is_of_statement, say, set_aside
from franking.ledger.files import Identity, identity
from franking.ledger.record import Record
from franking.ledger.retention import Retention
from franking.ledger.rows import clean, write
from franking.ledger.sides import Sides
from franking.ledger.totals import Totals

__all__ = ["Store"]

_LOG = logging.getLogger(__name__)


_Settling = tuple[str, tuple[str, ...]]
_EVERY: _Settling = ("UPDATE entries SET status = 'interrupted' WHERE status = 'in_flight'", ())
_THESE = (
    "UPDATE entries SET status = 'interrupted' WHERE status = 'in_flight' AND id IN (SELECT value FROM json_each(?))"
)


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
        self._identity: Identity = None
        self._wal_identity: Identity = None
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
            self.interrupted = self._bring_in(self._connection, self._inherited, settle=_EVERY)
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

    def take_over(self, records: Sequence[Record]) -> None:
        """Bring in what a process that is gone left in a journal; its open rows are ``interrupted``. Raises as open."""
        left_open = json.dumps([record.id for record in records if record.status == "in_flight"])
        settled = self._bring_in(self.open(), records, settle=(_THESE, (left_open,)))
        self.recovered = (self.recovered or 0) + len(records)
        self.interrupted = (self.interrupted or 0) + settled

    def tidy(self) -> None:
        """Work that nobody waits for, between batches. Raises sqlite3.Error."""
        if self._connection is not None and self._rows:
            rows, self._rows = self._rows, 0
            self._checkpoints.after(rows, self._connection)
            self._retention.after(self._connection)  # totals stay: with or without the triggers

    @property
    def pause(self) -> float | None:
        """How long (seconds) there may be no batch before ``idle`` has something to do; None is for ever."""
        return None if self._connection is None else self._retention.pause

    def idle(self) -> None:
        """As ``tidy``, when there was no batch for a while. Raises sqlite3.Error."""
        if self._connection is not None and not self._moved():
            self._checkpoints.after(self._retention.after(self._connection), self._connection)

    def close(self) -> None:
        """Close the ledger; the last to close it moves its write-ahead log into it."""
        if self._connection is not None and self._moved():
            self._leave_moved()
        self._drop_connection()

    def _connect(self) -> sqlite3.Connection:
        connection = connect(self.file, thorough=self._suspect)
        self._sides.forget()
        self._totals = Totals(connection)
        self._identity = identity(self.file)
        self._wal_identity = identity(_wal(self.file))
        return connection

    def _bring_in(
        self, connection: sqlite3.Connection, records: Sequence[Record], *, settle: _Settling | None = None
    ) -> int:
        """One transaction. Where a row cannot be stored the others are, and it is tried without what is wrong.

        settle: which rows, once the records are in, are ``interrupted``; how many those were.
        """
        settled = 0
        if not records and settle is None:
            return settled
        try:
            try:
                with transaction(connection):
                    self._look_up_again(connection)
                    if settle is not None:
                        self._totals.by_triggers()
                        write(connection, records, self._sides)
                        settled = connection.execute(*settle).rowcount
                    else:
                        with self._totals.by_batch(records):
                            write(connection, records, self._sides)
            except (*UNSTORABLE, sqlite3.OperationalError) as fault:
                if isinstance(fault, sqlite3.OperationalError) and not is_of_statement(fault):
                    raise
                self._sides.forget()
                self._totals.by_triggers()
                with transaction(connection):
                    for record in records:
                        self._bring_in_alone(connection, record)
                    if settle is not None:
                        settled = connection.execute(*settle).rowcount
        except BaseException:
            self._sides.forget()
            raise
        return settled

    def _bring_in_alone(self, connection: sqlite3.Connection, record: Record) -> None:
        try:
            write(connection, [clean(record)], self._sides)
        except UNSTORABLE as fault:
            self.refused += 1
            _LOG.error("request %s is lost: the ledger cannot hold it (%s)", record.id, type(fault).__name__)

    def _look_up_again(self, connection: sqlite3.Connection) -> None:
        """After another program's commit: it may have dropped side rows (``pruning.tidy``)."""
        version = int(connection.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self._version = version
            self._sides.forget()
            self._totals.look_again()

    def _moved(self) -> bool:
        return identity(self.file) != self._identity

    def _leave_moved(self) -> None:
        """Close what is no longer the ledger. Its write-ahead log must not be taken for the next one's."""
        own = identity(_wal(self.file)) == self._wal_identity is not None
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
