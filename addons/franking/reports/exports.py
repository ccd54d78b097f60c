"""The ledger's requests written out: CSV, JSON Lines, Parquet, and FOCUS."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from franking.ledger import queries
from franking.ledger.filters import SCOPED, Filters
from franking.reports import columns, files, focus, forms, lines, parquet

__all__ = ["FORMATS", "expected", "export"]

_Pages = Iterator[int]


def _text(
    form: forms.Form, listed: Sequence[columns.Column], only: str = "1 = 1"
) -> Callable[[sqlite3.Connection, Sequence[Filters], BinaryIO], _Pages]:
    def write(ledger: sqlite3.Connection, meant: Sequence[Filters], target: BinaryIO) -> _Pages:
        target.write(form.header([column.name for column in listed]).encode())
        for count, page in lines.lines(ledger, meant, form, listed, only):
            target.write(page)
            yield count

    return write


FORMATS: Mapping[str, Callable[[sqlite3.Connection, Sequence[Filters], BinaryIO], _Pages]] = {
    "csv": _text(forms.CSV, columns.REQUESTS),
    "jsonl": _text(forms.JSONL, columns.REQUESTS),
    "parquet": parquet.write,
    "focus": _text(forms.CSV, focus.COLUMNS, focus.PRICED),
}


def export(
    ledger: sqlite3.Connection,
    meant: Sequence[Filters],
    form: str,
    file: Path,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the meant requests that have ended; how many. All are of one moment of the ledger.

    meant: parts without a request in common. file: ``-`` is standard output; else it is there whole or not at all.
    told: how many more are written. Raises sqlite3.Error, OSError, parquet.MissingError.
    """
    whole = 0
    ledger.execute("BEGIN")
    try:
        with files.written(file) as target:
            for count in FORMATS[form](ledger, meant, target):
                whole += count
                told(count)
    finally:
        ledger.execute("ROLLBACK")
    return whole


def expected(ledger: sqlite3.Connection, meant: Sequence[Filters]) -> queries.Group | None:
    """What there is to write, from the roll-ups; None where they do not know it and counting would take as long."""
    if any({*filters.include, *filters.exclude} - {*SCOPED} for filters in meant):
        return None
    return queries.folded(ledger, [(filters, queries.unturned) for filters in meant], ("gateway",)).total
