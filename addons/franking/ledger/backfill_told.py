"""What of a request was filled in later, by which rule, from which neighbour: for ``frank explain``. Read-only."""

import sqlite3
from dataclasses import dataclass

from franking.attribution.values import INFERRED
from franking.ledger.backfill_notes import notes
from franking.ledger.backfill_rules import FIELDS, Field
from franking.ledger.listings import Row

__all__ = ["Later", "later"]

_RUN = """
SELECT b.run, b.project_neighbour, b.feature_neighbour
FROM entries AS e JOIN backfilled AS b ON b.entry = e.rowid JOIN backfills AS r ON r.run = b.run
WHERE e.id = ? AND r.started_at = ?
"""


@dataclass(frozen=True, slots=True)
class Later:
    """A value that was filled in.

    where: what the request itself says, or shares with its neighbours.  at: when the run began, microseconds UTC.
    run: its number; None where it was another ledger's.  neighbour: the nearest of them, and neighbour_at its start;
    None where the value is from none, or it was dropped since.
    """

    field: Field
    value: str
    source: str
    where: str = ""
    at: int | None = None
    run: int | None = None
    neighbour: str | None = None
    neighbour_at: int | None = None

    @property
    def rule(self) -> str:
        """The rule's name."""
        return self.source.removeprefix(INFERRED)


def later(ledger: sqlite3.Connection, row: Row) -> tuple[Later, ...]:
    """Of a row of ``requests``. Raises sqlite3.Error."""
    return tuple(
        _told(ledger, row, field)
        for field in FIELDS
        if (row[f"{field}_source"] or "").startswith(INFERRED) and row[_column(field)] is not None
    )


def _told(ledger: sqlite3.Connection, row: Row, field: Field) -> Later:
    value, source = row[_column(field)], row[f"{field}_source"]
    note = next((note for note in notes(row["provenance"]) if (note.field, note.source) == (field, source)), None)
    if note is None:
        return Later(field, value, source)
    run, *neighbours = ledger.execute(_RUN, (row["id"], note.at)).fetchone() or (None, None, None)
    said = "SELECT id, started_at FROM entries WHERE rowid = ?"
    found = ledger.execute(said, (neighbours[FIELDS.index(field)],)).fetchone() or (None, None)
    return Later(field, value, source, note.where, note.at, run, *found)


def _column(field: Field) -> str:
    return "project_id" if field == "project" else field
