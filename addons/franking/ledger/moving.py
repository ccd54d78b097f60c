"""Moves rows from one scope and caller to another, many at once, and their share of the roll-ups with them."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from franking.ledger.totals import Totals

__all__ = ["Move", "move"]

_AT_ONCE = 500
"""Parameters in one statement; far below SQLite's bound."""


class Move(NamedTuple):
    """An entry's rowid, the scope and caller that it is thought to have, and those that it is to have."""

    entry: int
    scope_was: int
    caller_was: int
    scope: int
    caller: int


def move(ledger: sqlite3.Connection, moves: Sequence[Move], totals: Totals) -> set[int]:
    """Move them, within the caller's transaction; the entries that were, for others were changed or dropped since.

    totals: of the same connection. Raises sqlite3.Error; then the transaction must be rolled back.
    """
    held = _held(ledger, [one.entry for one in moves])
    fit = [one for one in moves if held.get(one.entry, ("", 0, 0))[1:] == (one.scope_was, one.caller_was)]
    with totals.by_ids([held[one.entry][0] for one in fit]):
        ledger.executemany(
            "UPDATE entries SET scope = ?, caller = ? WHERE rowid = ?",
            [(one.scope, one.caller, one.entry) for one in fit],
        )
    return {one.entry for one in fit}


def _held(ledger: sqlite3.Connection, entries: Sequence[int]) -> dict[int, tuple[str, int, int]]:
    """Entry → its id, scope and caller."""
    found: dict[int, tuple[str, int, int]] = {}
    for first in range(0, len(entries), _AT_ONCE):
        part = entries[first : first + _AT_ONCE]
        said = f"SELECT rowid, id, scope, caller FROM entries WHERE rowid IN ({', '.join('?' * len(part))})"  # noqa: S608
        found |= {row[0]: row[1:] for row in ledger.execute(said, part)}
    return found
