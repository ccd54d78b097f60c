"""Rows of the roll-ups' statements, by pieces (``pieces.py``). Read-only, portable SQL."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched

from franking.ledger.adding import Row
from franking.ledger.filters import OWNED, PLACED, SCOPED, Filters, meant
from franking.ledger.pieces import Piece
from franking.ledger.statements import kept

__all__ = ["Pieces", "each_day", "read", "signed", "takes_away", "users_of"]

Pieces = Mapping[str, Sequence[Piece]]
"""What to read of each roll-up, by its name."""

_AT_ONCE = 512
"""Pieces in one statement: a year's days."""

_OF_PLACES = {*PLACED}.difference(SCOPED)
_BEYOND_OWNERS = {"attribution", *PLACED}.difference(OWNED)


def signed(chosen: Pieces, sign: int) -> Pieces:
    """The pieces that are added, or taken away."""
    return {table: [piece for piece in listed if piece.sign == sign] for table, listed in chosen.items()}


def read(ledger: sqlite3.Connection, name: str, chosen: Pieces, filters: Filters) -> Iterator[tuple[int, list[Row]]]:
    """(1 to be added or -1 to be taken away, rows) of each time that a statement is asked, its name without that of
    the roll-up.
    """
    further, parameters = meant(filters, PLACED, PLACED)
    condition = " AND ".join([kept.ALL, *further])
    for table, listed in chosen.items():
        for sign in (1, -1):
            for part in batched([piece for piece in listed if piece.sign == sign], _AT_ONCE):
                asked = kept.statement(_named(name, table, filters), condition, pieces=len(part))
                yield sign, ledger.execute(asked, [*_numbers(part), *parameters]).fetchall()


def each_day(ledger: sqlite3.Connection, name: str, days: Sequence[Piece], filters: Filters) -> Sequence[Row]:
    """Rows of a statement over days of UTC that follow one another, each under its own number."""
    if not days:
        return ()
    further, parameters = meant(filters, PLACED, PLACED)
    asked = kept.statement(_named(name, "days", filters), " AND ".join([kept.ALL, *further]))
    return ledger.execute(asked, [days[0].first, days[-1].end, *parameters]).fetchall()


def users_of(ledger: sqlite3.Connection, name: str, chosen: Pieces, filters: Filters) -> Iterator[Row]:
    """Rows of the dimensions in the statement's order and a known user who has a request there."""
    seen: dict[Row, int] = {}
    for sign, rows in read(ledger, f"people of {{}} by {name}", chosen, filters):
        for row in rows:
            seen[row[:-1]] = seen.get(row[:-1], 0) + sign * row[-1]
    return (row for row, requests in seen.items() if requests)


def takes_away(ledger: sqlite3.Connection, eighths: Sequence[Piece]) -> bool:
    """Is there anything in those of them that count against a stretch?"""
    for part in batched([piece for piece in eighths if piece.sign == -1], _AT_ONCE):
        asked = kept.statement("some of eighths", pieces=len(part))
        if ledger.execute(asked, [*_numbers(part), 1, 0]).fetchone():
            return True
    return False


def _numbers(pieces: Iterable[Piece]) -> list[int]:
    return [number for piece in pieces for number in (piece.number, piece.first, piece.end)]


def _named(name: str, table: str, filters: Filters) -> str:
    """A statement's name with that of the roll-up: with places only where the question asks for any, and by owners,
    which are fewest, wherever that will do.
    """
    asked = {*name.split(), *filters.include, *filters.exclude}
    if not _OF_PLACES.isdisjoint(asked):
        return name.format(f"placed_{table}")
    owned = table != "quarters" and _BEYOND_OWNERS.isdisjoint(asked)
    return name.format(f"owned_{table}" if owned else table)
