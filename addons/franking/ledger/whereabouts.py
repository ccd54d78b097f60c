"""Where the requests of some sessions are: in a few eighths of a day of a year's thousands. Read-only, portable SQL."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from franking.ledger.by_rows import AT_ONCE
from franking.ledger.filters import Filters, Value
from franking.ledger.pieces import Piece
from franking.ledger.schema_7_eighths import EIGHTH
from franking.ledger.statements import kept

__all__ = ["narrowed"]


def narrowed(
    ledger: sqlite3.Connection, filters: Filters, pieces: Sequence[Piece]
) -> list[tuple[Filters, list[Piece]]]:
    """A question about eighths as one or two that have no request in common: of known sessions only where these were,
    and of no known one. The same question where it names no session, or very many.

    pieces: in the order of time, as those that are left of them are.
    """
    sessions = filters.include.get("session", ())
    known = tuple(session for session in sessions if session is not None)
    if not sessions or len(known) > AT_ONCE:
        return [(filters, [*pieces])]
    places = [*_within(pieces, _places(ledger, known))]
    if len(places) > AT_ONCE:
        return [(filters, [*pieces])]
    found = [(_of(filters, known), places)] if places else []
    if len(known) < len(sessions) and ledger.execute(kept.statement("of no session")).fetchone()[0]:
        found.append((_of(filters, (None,)), [*pieces]))
    return found


def _of(filters: Filters, sessions: tuple[Value, ...]) -> Filters:
    return replace(filters, include={**filters.include, "session": sessions})


def _places(ledger: sqlite3.Connection, sessions: Sequence[str]) -> list[tuple[int, int]]:
    """The eighths, from one on and before another, in which callers of the sessions have requests; none twice."""
    asked = kept.statement("moments of sessions", listed=len(sessions))
    found: list[tuple[int, int]] = []
    for first, last in sorted(row for row in ledger.execute(asked, sessions) if row[0] is not None):
        begins, ends = first // EIGHTH, last // EIGHTH + 1
        if found and begins <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((begins, ends))
    return found


def _within(pieces: Iterable[Piece], places: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    for piece in pieces:
        for begins, ends in places:
            if begins < piece.end and piece.first < ends:
                yield piece._replace(first=max(begins, piece.first), end=min(ends, piece.end))
