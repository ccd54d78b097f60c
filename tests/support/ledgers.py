"""Ledgers for tests: real SQLite files of the real schema, filled with the rows that a test names."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from franking.ledger.connection import connect, transaction
from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record
from franking.ledger.rows import write
from franking.ledger.sides import Sides

__all__ = ["add", "made", "record"]


def record(started_at: int = 0, **values: Any) -> Record:
    """A row with what a test does not care about filled in; it ended well after a second, unless told otherwise."""
    status = values.get("status", "ok")
    base: dict[str, Any] = {
        "id": uuid7(),
        "gateway": "kilo",
        "host": "api.kilo.ai",
        "method": "POST",
        "path": "/api/openrouter/chat/completions",
        "wire_format": "openai-chat",
        "status": status,
        "ended_at": None if status == "in_flight" else started_at + 1_000_000,
    }
    return Record(started_at=started_at, **(base | values))


def made(file: Path, rows: Iterable[Record] = ()) -> Path:
    """A ledger with these rows, as the writer leaves it: WAL."""
    with closing(connect(file)):
        pass
    add(file, *rows)
    return file


def add(file: Path, *rows: Record) -> None:
    """Write or overwrite rows, in one transaction."""
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger, transaction(ledger):
        write(ledger, rows, Sides())
