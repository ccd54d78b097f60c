"""What a budget can be for, as the ledger knows it: suggestions of the form. Read-only."""

import sqlite3
from collections.abc import Mapping
from zoneinfo import available_timezones

from franking.budgets.values import DIMENSIONS
from franking.ledger.filters import SCOPED
from franking.projects import questions, store

__all__ = ["Choices", "choices", "zones"]

Choices = Mapping[str, tuple[str, ...]]
"""Dimension → values that there are."""

_MOST = 300
_SESSIONS = 50


def choices(ledger: sqlite3.Connection) -> Choices:
    """Of each dimension what was seen, projects and organizations by their names of now; of sessions the last ones."""
    projects = [each for each in questions.known(ledger) if each.archived_at is None]
    organizations = {each.name for each in store.organizations(ledger)} | {*_seen(ledger, "organization", -1)}
    found = {
        "project": tuple(each.name for each in projects)[:_MOST],
        "organization": tuple(sorted(organizations)),
        "session": _sessions(ledger),
    }
    return {name: found[name] if name in found else _seen(ledger, name) for name in DIMENSIONS}


def zones() -> list[str]:
    """Time zones to choose from."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


def _seen(ledger: sqlite3.Connection, dimension: str, most: int = _MOST) -> tuple[str, ...]:
    """most: -1 is all."""
    column = SCOPED[dimension]
    said = f"SELECT DISTINCT {column} FROM scopes AS s WHERE {column} IS NOT NULL ORDER BY 1 LIMIT ?"  # noqa: S608 - our own names
    return tuple(row[0] for row in ledger.execute(said, (most,)))


def _sessions(ledger: sqlite3.Connection) -> tuple[str, ...]:
    said = "SELECT session_id FROM callers WHERE session_id IS NOT NULL ORDER BY id DESC LIMIT ?"
    return tuple(dict.fromkeys(row[0] for row in ledger.execute(said, (_SESSIONS,))))
