"""Ledgers for tests: real SQLite files of the real schema, filled with the rows that a test names."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record
from franking.ledger.schema import COLUMNS, MIGRATIONS, VERSION

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
    file.parent.mkdir(parents=True, exist_ok=True)
    ledger = sqlite3.connect(file)
    ledger.execute("PRAGMA journal_mode = WAL")
    for migration in MIGRATIONS:
        for statement in migration:
            ledger.execute(statement)
    ledger.execute(f"PRAGMA user_version = {VERSION}")
    ledger.commit()
    ledger.close()
    add(file, *rows)
    return file


def add(file: Path, *rows: Record) -> None:
    """Write or overwrite rows, in one transaction."""
    ledger = sqlite3.connect(file)
    marks = ", ".join("?" * len(COLUMNS))
    with ledger:
        ledger.executemany(
            f"INSERT OR REPLACE INTO requests ({', '.join(COLUMNS)}) VALUES ({marks})",
            [tuple(getattr(row, name) for name in COLUMNS) for row in rows],
        )
    ledger.close()
