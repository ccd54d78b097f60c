"""Ledgers for tests: real SQLite files of the real schema, filled with the rows that a test names."""

import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from functools import cache
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
    """A ledger with these rows, as the writer leaves it: WAL. Of one that is there the rows are added."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        whole = file.with_name(f"{file.name}.new")
        whole.touch(0o600)
        whole.write_bytes(_empty())
        whole.replace(file)
    add(file, *rows)
    return file


@cache
def _empty() -> bytes:
    """A new ledger. Made once: its migrations take longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        connect(file).close()
        return file.read_bytes()


def add(file: Path, *rows: Record) -> None:
    """Write or overwrite rows, in one transaction."""
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        ledger.execute("PRAGMA synchronous = OFF")  # no test cuts the power
        with transaction(ledger):
            write(ledger, rows, Sides())
