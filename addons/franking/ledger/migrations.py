"""Brings a ledger to this program's version: each migration in one transaction with its record, a copy taken before.

The caller is the ledger's only writer. Readers ask ``check_version`` alone.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from franking.ledger.schema import APPLICATION_ID, MIGRATIONS, VERSION, LedgerError

__all__ = ["check_version", "migrate"]


def check_version(connection: sqlite3.Connection, file: Path) -> int:
    """The ledger's version; 0 is an empty database. Raises LedgerError for a newer one, or another program's."""
    version = _pragma(connection, "user_version")
    application = _pragma(connection, "application_id")
    empty = not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    if application != APPLICATION_ID and not (application == 0 and version == 0 and empty):
        raise LedgerError(f"{file} is another program's database, not a ledger; move it away, or set FRANKING_HOME")
    if version > VERSION:
        raise LedgerError(
            f"{file} was written by a newer franking (ledger version {version}; this one knows {VERSION}); "
            "use that franking, or a newer one"
        )
    return version


def migrate(connection: sqlite3.Connection, file: Path, *, to: int = VERSION) -> None:
    """Run what is missing, up to version ``to``. Raises LedgerError as check_version does, sqlite3.Error and OSError.

    connection: in autocommit mode (isolation_level None). A failure leaves the ledger at the last whole version, and
    the copy of an existing ledger as ``ledger.db.before-N``, N being the version it was to have.
    """
    version = check_version(connection, file)
    if 0 < version < to:
        _copy(connection, file.with_name(f"{file.name}.before-{to}"))
    for number in range(version, to):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """A whole copy under the target's name, or none: it gets its name when it is complete."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(partial)) as copy:
            connection.backup(copy)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
