"""The ledger's requests written out: CSV, JSON Lines, Parquet, and FOCUS; and what there will be to write."""

import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO

from franking.ledger import queries
from franking.ledger.filters import Filters
from franking.ledger.rollups import TOTALS_BEFORE
from franking.reports import columns, files, focus, forms, lines, parquet

__all__ = ["FORMATS", "Expected", "expected", "export", "left_out", "written"]

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


@dataclass(frozen=True, slots=True)
class Expected:
    """What there is to write, as totals tell it. whole: all of it. days: its first and last, None of nothing.

    at_most: of some only totals are known, so that there may be fewer requests than that.
    """

    whole: queries.Group
    days: tuple[str, str] | None
    at_most: bool

    def lines(self, form: str) -> int:
        """How many requests the file will have."""
        # A request on its way has no cost yet, so that it is among the unpriced ones.
        gone = self.whole.unpriced if form == "focus" else self.whole.running
        return self.whole.requests - gone


def export(
    ledger: sqlite3.Connection,
    meant: Sequence[Filters],
    form: str,
    file: Path,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the meant requests that have ended; how many.

    file: ``-`` is standard output; else it is there whole or not at all. told: how many more are written. meant, and
    what is raised: as of ``written``; and OSError.
    """
    whole = 0
    with files.written(file) as target, closing(written(ledger, meant, form, target)) as pages:
        for count in pages:
            whole += count
            told(count)
    return whole


def written(ledger: sqlite3.Connection, meant: Sequence[Filters], form: str, target: BinaryIO) -> Generator[int]:
    """Write the meant requests that have ended, step by step; how many each step wrote. All are of one moment.

    meant: parts without a request in common. To be closed, whether it came to its end or not. Raises sqlite3.Error,
    parquet.MissingError, and what the target raises.
    """
    ledger.execute("BEGIN")
    try:
        yield from FORMATS[form](ledger, meant, target)
    finally:
        if ledger.in_transaction:
            ledger.execute("ROLLBACK")


def expected(ledger: sqlite3.Connection, meant: Sequence[Filters], zone: tzinfo | None = None) -> Expected:
    """What there is to write, from the roll-ups. zone: whose days, None is the machine's. Raises sqlite3.Error."""
    found = queries.folded(ledger, [(filters, queries.unturned) for filters in meant], ("day",), zone)
    days = [group.key[0] for group in found.groups if group.key[0] is not None]
    return Expected(found.total, (days[0], days[-1]) if days else None, _of_totals(ledger, meant))


def _of_totals(ledger: sqlite3.Connection, meant: Sequence[Filters]) -> bool:
    """May some be known by totals alone: imported so, or what stayed of requests that were dropped?"""
    if ledger.execute("SELECT 1 FROM imported_totals LIMIT 1").fetchone() is not None:
        return True
    kept = ledger.execute("SELECT value FROM facts WHERE name = ?", (TOTALS_BEFORE,)).fetchone()
    return kept is not None and any(filters.since is None or filters.since < kept[0] for filters in meant)


def left_out(whole: queries.Group, count: int, form: str) -> list[str]:
    """Which of the meant requests are not among those that are written, in words; none of none.

    count: how many are written.
    """
    running, left = whole.running, whole.requests - whole.running - count
    said = [f"{_left_out(running)}, still on {'its' if running == 1 else 'their'} way"] if running else []
    if left > 0:
        why = "FOCUS has no unknown cost, nor totals without requests" if form == "focus" else "only totals are known"
        said.append(f"{_left_out(left)}: {why}")
    return said


def _left_out(number: int) -> str:
    return f"{number:,} {'is' if number == 1 else 'are'} left out"
