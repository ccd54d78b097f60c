"""Budgets and their raises as rows of the ledger, read without the classes that ``store`` makes of them.

A prompt cannot wait for those. A ledger from before there were any has none.
"""

import json
import sqlite3
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = ["Raise", "budgets", "raised", "raises", "there"]

_COLUMNS = (
    "number, name, amount, period, zone, scope, thresholds, hard, starts, ends, unknown_cost, created_at, changed_at"
)


class Raise(NamedTuple):
    """So much more, from since until then; several add up. budget: its number."""

    budget: int
    amount: int
    since: int
    until: int
    note: str | None = None


def budgets(ledger: sqlite3.Connection) -> "list[dict[str, Any]]":
    """All of them, by name: the fields of a Budget."""
    if not there(ledger):
        return []
    columns = _COLUMNS.split(", ")
    rows = ledger.execute(f"SELECT {_COLUMNS} FROM budgets ORDER BY name")  # noqa: S608 - our own names
    return [_fields(dict(zip(columns, row, strict=True))) for row in rows]


def _fields(row: "dict[str, Any]") -> "dict[str, Any]":
    include = {dimension: tuple(values) for dimension, values in json.loads(row.pop("scope")).items()}
    return row | {
        "include": include,
        "thresholds": tuple(json.loads(row["thresholds"])),
        "hard": bool(row["hard"]),
    }


def raises(ledger: sqlite3.Connection, at: int) -> list[Raise]:
    """Those that have not ended by then, also ones that have not begun; by their ends."""
    if not there(ledger):
        return []
    said = "SELECT budget, amount, since, until, note FROM budget_raises WHERE until > ? ORDER BY until, number"
    return [Raise(*row) for row in ledger.execute(said, (at,))]


def raised(number: int | None, raises: "Iterable[Raise]", at: int) -> int:
    """What the raises of the budget with that number add at that moment."""
    return sum(each.amount for each in raises if each.budget == number and each.since <= at < each.until)


def there(ledger: sqlite3.Connection) -> bool:
    """Has the ledger any place for budgets?"""
    said = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'budgets'"
    return ledger.execute(said).fetchone() is not None
