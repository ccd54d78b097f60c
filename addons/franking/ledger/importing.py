"""Brings another ledger's requests and imported totals into this one: each once, however often it is done."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from franking.ledger.connection import transaction
from franking.ledger.imports.fields import DIMENSIONS
from franking.ledger.imports.outcome import Outcome as Totalled
from franking.ledger.imports.outcome import Way
from franking.ledger.imports.overlaps import Overlaps
from franking.ledger.imports.totals import Totals
from franking.ledger.imports.values import Refused, Total
from franking.ledger.record import Record
from franking.ledger.rows import write
from franking.ledger.schema import COLUMNS
from franking.ledger.schema_2 import SUMS
from franking.ledger.sides import Sides

__all__ = ["Outcome", "import_rows", "import_totals"]

_PAGE = 200
"""Rows in one transaction: a sidecar beside waits for milliseconds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """added: rows that were not here. known: rows that were, left as they are."""

    added: int = 0
    known: int = 0


def import_rows(source: sqlite3.Connection, ledger: sqlite3.Connection, *, dry_run: bool = False) -> Outcome:
    """What ``requests`` of the source has, under its own ids. Rows in flight there come as ``interrupted``.

    source: of any version. ledger: in autocommit mode. Raises sqlite3.Error; pages committed by then stay.
    """
    added = known = 0
    sides = Sides()
    for page in _pages(source):
        marks = ", ".join("?" * len(page))
        here = f"SELECT id FROM entries WHERE id IN ({marks})"  # noqa: S608 - question marks only
        ids = [row.id for row in page]
        if dry_run:
            found = {row[0] for row in ledger.execute(here, ids)}
        else:
            with transaction(ledger):
                found = {row[0] for row in ledger.execute(here, ids)}
                write(ledger, [row for row in page if row.id not in found], sides)
        known += len(found)
        added += len(page) - len(found)
    return Outcome(added, known)


def import_totals(
    source: sqlite3.Connection, ledger: sqlite3.Connection, refuse: Callable[[Refused], None], *, dry_run: bool = False
) -> Totalled:
    """What the source has of ``imported_totals``; those that are here stay. refuse: told of what would count twice.

    source: of any version, older ones have none. ledger: in autocommit mode. Raises sqlite3.Error.
    """
    outcome = Totalled()

    def no(refused: Refused) -> None:
        outcome.refused += 1
        refuse(refused)

    if not source.execute("SELECT 1 FROM sqlite_schema WHERE name = 'imported_totals'").fetchone():
        return outcome
    way = Way(ledger, Overlaps(ledger), no, outcome, dry_run)
    listed = ", ".join([*(f's."{name}"' for name in DIMENSIONS), *(f"t.{name}" for name in SUMS)])
    found = source.execute(
        f"SELECT t.key, t.shape, t.begins, t.ends, {listed} FROM imported_totals AS t"  # noqa: S608 - our own names
        " JOIN scopes AS s ON s.id = t.scope ORDER BY t.begins"
    )
    for key, shape, begins, ends, *values in found:
        if ledger.execute("SELECT 1 FROM imported_totals WHERE key = ?", (key,)).fetchone():
            outcome.known += 1
            continue
        dimensions, sums = tuple(values[: len(DIMENSIONS)]), tuple(values[len(DIMENSIONS) :])
        Totals(way, shape).bring([(key, Total(0, shape.split(",")[0], begins, ends, dimensions, sums))])
    return outcome


def _pages(source: sqlite3.Connection) -> Iterator[list[Record]]:
    after = ""
    listed = ", ".join(f'"{name}"' for name in COLUMNS)
    while True:
        rows = source.execute(
            f"SELECT {listed} FROM requests WHERE id > ? ORDER BY id LIMIT {_PAGE}",  # noqa: S608 - our own names
            (after,),
        ).fetchall()
        if not rows:
            return
        yield [_record(row) for row in rows]
        after = rows[-1][0]


def _record(row: tuple[Any, ...]) -> Record:
    # Lax: SQLite knows no booleans.
    found = msgspec.convert(dict(zip(COLUMNS, row, strict=True)), Record, strict=False)
    return msgspec.structs.replace(found, status="interrupted") if found.status == "in_flight" else found
