"""The sums behind a question about sessions, read from the roll-up that tells callers apart.

Whole eighths of a day of UTC come from it; what no roll-up holds (requests in flight) and what lies at the borders, of
the period and of a zone's days, from the rows. The answer is that of the rows to the last nano-dollar, and beside it
what is of no single request any more: totals that stayed when their requests were dropped are of no known session.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import batched

from franking.ledger import by_rows, imported
from franking.ledger.adding import Row, keyed, runs
from franking.ledger.by_rows import AT_ONCE, Found, Period, grouping
from franking.ledger.filters import TIMES, TRACED, Filters, meant
from franking.ledger.pieces import Piece
from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.schema_7_eighths import EIGHTH
from franking.ledger.statements import kept
from franking.ledger.stretches import stretches
from franking.ledger.whereabouts import narrowed

__all__ = ["Cut", "cut", "found", "knows", "read"]

_DAY, _QUARTER = ROLL_UPS["days"], ROLL_UPS["quarters"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A period as eighths and what they do not cover.

    labels: of the stretches of time that the pieces' numbers mean. gaps: (from, until) in microseconds, from first to
    last, the latter not included.
    """

    labels: tuple[str | None, ...]
    pieces: tuple[Piece, ...]
    gaps: tuple[Period, ...]


def knows(filters: Filters, by: Sequence[str]) -> bool:
    """True where this roll-up can answer, and no index leads to few rows: for one time and any dimensions.

    The rows of one session are found by their index; for several of them SQLite would read every row of the period.
    """
    asked = {*by, *filters.include, *filters.exclude}
    sessions = filters.include.get("session", ())
    of_one = len(sessions) == 1 and sessions[0] is not None
    return not of_one and sum(dimension in TIMES for dimension in by) <= 1 and asked <= {*TRACED, *TIMES}


def found(
    ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None, *, named: bool = True
) -> Iterator[Found]:
    """What ``by_rows.found`` and ``imported.found`` find, in another order and other parts.

    named: False where it will do to know how many users a group has.
    """
    live = [*by_rows.found(ledger, filters, by, zone, running=True)]
    time = next((dimension for dimension in by if dimension in TIMES), None)
    whole = cut(ledger, filters, time, zone)
    live += by_rows.between(ledger, filters, by, zone, whole.gaps)
    live += imported.between(ledger, filters, by, zone, whole.gaps)
    yield from live
    name, places = grouping(by)
    key, keys = keyed(places, None if time is None else whole.labels), len(by)
    parts = narrowed(ledger, filters, whole.pieces)
    if not named and not live and (len(parts) == 1 or "session" in by):
        # Each group is one row: a stretch is read at once, and none of its requests is elsewhere.
        for within, pieces in parts:
            for row in read(ledger, f"callers alone by {name}", pieces, within):
                yield key(row), row[keys:]
        return
    for within, pieces in parts:
        for at, users, sums in runs(read(ledger, f"callers by {name}", pieces, within), keys):
            yield key(at), (*sums, users)


def cut(ledger: sqlite3.Connection, filters: Filters, time: str | None, zone: tzinfo | None) -> Cut:
    """The period, as far as there is anything in it, and cut where the time's label changes."""
    oldest, newest = ledger.execute(kept.statement("extent")).fetchone()
    if oldest is None:
        return Cut((), (), ())
    begins, ends = oldest * _DAY, (newest + 1) * _DAY
    begins = begins if filters.since is None else max(begins, filters.since)
    ends = ends if filters.until is None else min(ends, filters.until)
    parts = stretches(time, begins // _QUARTER, -(-ends // _QUARTER), zone)
    pieces, gaps, at = [], [], begins
    for number, part in enumerate(parts):
        first, end = max(begins, part.first * _QUARTER), min(ends, part.end * _QUARTER)
        piece = Piece(number, 1, -(-first // EIGHTH), end // EIGHTH)
        if piece.first < piece.end:
            pieces.append(piece)
            if at < piece.first * EIGHTH:
                gaps.append((at, piece.first * EIGHTH))
            at = piece.end * EIGHTH
    if at < ends:
        gaps.append((at, ends))
    return Cut(tuple(part.label for part in parts), tuple(pieces), tuple(gaps))


def read(ledger: sqlite3.Connection, name: str, pieces: Sequence[Piece], filters: Filters, *last: int) -> Iterator[Row]:
    """Rows of a statement over the pieces. last: parameters after those of the filters."""
    further, parameters = meant(filters, TRACED, TRACED)
    condition = " AND ".join([kept.ALL, *further])
    for part in batched(pieces, AT_ONCE):
        places = [number for piece in part for number in (piece.number, piece.first, piece.end)]
        yield from ledger.execute(kept.statement(name, condition, pieces=len(part)), [*places, *parameters, *last])
