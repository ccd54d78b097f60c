"""The dashboard's saved views: a name for the question of an address. A ledger from before there were any has none.

What changes them runs within the caller's transaction, and raises ViewsError and sqlite3.Error.
"""

import sqlite3
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

__all__ = ["View", "ViewsError", "delete", "rename", "save", "views"]

LONGEST = 80
"""Characters of a name."""

LONGEST_QUERY = 4000

MOST = 200


class ViewsError(Exception):
    """It cannot be done. The text says why, for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class View:
    """query: the address after its question mark. created_at: microseconds UTC."""

    number: int
    name: str
    query: str
    created_at: int


def views(ledger: sqlite3.Connection) -> list[View]:
    """All of them, by name."""
    said = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'views'"
    if ledger.execute(said).fetchone() is None:
        return []
    found = [View(*row) for row in ledger.execute("SELECT number, name, query, created_at FROM views")]
    return sorted(found, key=lambda view: (view.name.casefold(), view.name))


def save(ledger: sqlite3.Connection, name: str, query: str, at: int) -> View:
    """A new view of that name. query: as in an address; kept as ``urlencode`` writes it."""
    there = views(ledger)
    name = _free(there, name)
    if len(there) >= MOST:
        raise ViewsError(f"there are {MOST} views already; delete one that is no longer needed")
    query = urlencode(parse_qsl(query, keep_blank_values=True))
    if len(query) > LONGEST_QUERY:
        raise ViewsError("this page's address is too long to be kept; take a filter away")
    row = ledger.execute(
        "INSERT INTO views (name, query, created_at) VALUES (?, ?, ?) RETURNING number", (name, query, at)
    ).fetchone()
    return View(int(row[0]), name, query, at)


def rename(ledger: sqlite3.Connection, number: int, name: str) -> None:
    """Another name for the same view."""
    name = _free([view for view in _with(ledger, number) if view.number != number], name)
    ledger.execute("UPDATE views SET name = ? WHERE number = ?", (name, number))


def delete(ledger: sqlite3.Connection, number: int) -> None:
    """The view is no more; what it showed is not touched."""
    _with(ledger, number)
    ledger.execute("DELETE FROM views WHERE number = ?", (number,))


def _with(ledger: sqlite3.Connection, number: int) -> list[View]:
    there = views(ledger)
    if all(view.number != number for view in there):
        raise ViewsError("there is no such view any more; somebody has deleted it")
    return there


def _free(there: list[View], name: str) -> str:
    """The name as it is kept, if it can be and no other view has it, in upper or lower case."""
    name = " ".join(name.split())
    if not name:
        raise ViewsError("type a name")
    if len(name) > LONGEST:
        raise ViewsError(f"the name has {len(name)} characters; {LONGEST} is the most")
    if not name.isprintable():
        raise ViewsError("the name has characters that cannot be seen")
    if any(view.name.casefold() == name.casefold() for view in there):
        raise ViewsError(f"there is a view named {name!r} already")
    return name
