"""What can go wrong with the ledger's file: said in words, and put out of the way where it is corrupt."""

import datetime
import sqlite3
from pathlib import Path

from franking.ledger.schema import LedgerError

__all__ = ["UNSTORABLE", "is_busy", "is_corrupt", "is_of_statement", "say", "set_aside"]

_WORDS = {
    sqlite3.SQLITE_BUSY: "another program has locked it; close that program, or wait",
    sqlite3.SQLITE_LOCKED: "another program has locked it; close that program, or wait",
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "it cannot be written; give yourself the right to write the file and its folder",
    sqlite3.SQLITE_PERM: "it cannot be written; give yourself the right to write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; see to the rights of the file and its folder",
    sqlite3.SQLITE_IOERR: "the disk reports an error; see to the disk",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is damaged: no SQLite database",
}

UNSTORABLE = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    UnicodeError,
)
"""What is a row's own fault: the ledger cannot hold what it says."""


def _code(fault: BaseException) -> int:
    # Extended codes (SQLITE_IOERR_WRITE …) hold the primary one in their low byte.
    return (getattr(fault, "sqlite_errorcode", 0) or 0) & 0xFF


def is_busy(fault: BaseException) -> bool:
    """Locked by somebody else: the connection is good, and will do later."""
    return _code(fault) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_corrupt(fault: BaseException) -> bool:
    """The file's content is wrong, not its surroundings."""
    return _code(fault) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_of_statement(fault: BaseException) -> bool:
    """What was asked for cannot be done (a sum beyond 64 bits, a missing table); file and surroundings are well."""
    return _code(fault) == sqlite3.SQLITE_ERROR


def say(fault: BaseException, file: Path) -> str:
    """One line: the file, what is wrong, what to do. Holds nothing of a row."""
    if isinstance(fault, sqlite3.Error):
        return f"{file}: {_WORDS.get(_code(fault), f'SQLite says: {fault}')}"
    if isinstance(fault, OSError):
        return f"{file}: {fault.strerror or type(fault).__name__}"
    if isinstance(fault, LedgerError):
        return str(fault)
    return f"{file}: {type(fault).__name__}"


def set_aside(file: Path) -> Path:
    """Rename a corrupt ledger, and its write-ahead log with it, to ``….corrupt-TIME``; nothing is deleted.

    Gives the new name. Nobody may have the ledger open. Raises OSError.
    """
    now = f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}"
    target = file.with_name(f"{file.name}.corrupt-{now}")
    number = 1
    while target.exists():
        number += 1
        target = file.with_name(f"{file.name}.corrupt-{now}-{number}")
    for suffix in ("-wal", "-shm", ""):
        beside = Path(f"{file}{suffix}")
        if beside.exists():
            beside.rename(f"{target}{suffix}")
    return target
