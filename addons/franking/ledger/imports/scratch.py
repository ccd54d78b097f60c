"""Room for what must be remembered of a file of any size: a temporary database, on disk once it is large."""

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from franking.ledger.imports.identity import total_key
from franking.ledger.imports.values import Total
from franking.ledger.schema_2 import SUMS

__all__ = ["Scratch"]

_SUMS = ", ".join(SUMS)
_ADDED = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
_WIDTH = 11  # of key, line, length, begins, ends and the seven dimensions, without the key


class Scratch:
    """A context: nothing of it is left behind. Raises sqlite3.Error where the disk is full."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, times INTEGER) WITHOUT ROWID")
        columns = "line, length, begins INTEGER, ends INTEGER, d0, d1, d2, d3, d4, d5, d6"
        self._base.execute(f"CREATE TABLE totals (key BLOB PRIMARY KEY, {columns}, {_SUMS}) WITHOUT ROWID")
        self._base.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def before(self, key: bytes) -> int:
        """How often it was asked for before."""
        found = self._base.execute(
            "INSERT INTO seen VALUES (?, 0) ON CONFLICT (key) DO UPDATE SET times = times + 1 RETURNING times", (key,)
        ).fetchone()
        return int(found[0])

    def add(self, total: Total, shape: str) -> None:
        """A line's total; lines that tell the same apart add up."""
        key = total_key(shape, total.begins, total.ends, total.dimensions)
        places = ", ".join("?" * (1 + _WIDTH + len(SUMS)))
        self._base.execute(
            f"INSERT INTO totals VALUES ({places}) ON CONFLICT (key) DO UPDATE SET {_ADDED}",  # noqa: S608
            (key, total.line, total.length, total.begins, total.ends, *total.dimensions, *total.sums),
        )

    def totals(self) -> Iterator[tuple[bytes, Total]]:
        """What the lines came to, by key, in the order of time."""
        for row in self._base.execute("SELECT * FROM totals ORDER BY begins, line"):
            key, line, length, begins, ends = row[:5]
            yield key, Total(line, length, begins, ends, tuple(row[5:12]), tuple(row[12:]))
