"""The proof that the roll-ups equal the rows, and their rebuilding. The triggers of the schema keep them."""

import sqlite3

from franking.ledger.schema_2 import ROLL_UPS, SUMS

__all__ = ["TOTALS_BEFORE", "differences", "rebuild"]

TOTALS_BEFORE = "totals_before"
"""The fact that names the moment (microseconds UTC, a midnight) before which rows were dropped and totals kept."""


_FROM_ROWS = {table: ROLL_UPS[table] for table in ("quarters", "days")}
_SPANS = (
    f"SELECT bucket / {ROLL_UPS['spans'] // ROLL_UPS['days']}, scope, {', '.join(f'SUM({name})' for name in SUMS)}"  # noqa: S608
    " FROM days GROUP BY 1, 2"
)
"""Spans are made of days, which may hold totals of rows that are gone."""


def differences(ledger: sqlite3.Connection, since: int | None = None) -> int:
    """How many buckets of the roll-ups differ from the rows; from ``since`` on (microseconds UTC), else all.

    Totals of rows that were dropped on purpose are left out: there is nothing to prove them by. Raises sqlite3.Error.
    """
    begin = _begin(ledger, since)
    count = 0
    for table, length in _FROM_ROWS.items():
        bucket = -(-begin // length)
        kept = f"SELECT bucket, scope, {', '.join(SUMS)} FROM {table} WHERE bucket >= {bucket}"  # noqa: S608
        count += _apart(ledger, kept, _counted(length, bucket * length))
    return count + _apart(ledger, f"SELECT bucket, scope, {', '.join(SUMS)} FROM spans", _SPANS)  # noqa: S608


def rebuild(ledger: sqlite3.Connection) -> None:
    """Make the roll-ups anew from the rows. Within the caller's transaction; raises sqlite3.Error."""
    begin = _begin(ledger, None)
    columns = f"bucket, scope, {', '.join(SUMS)}"
    for table, length in _FROM_ROWS.items():
        bucket = -(-begin // length)
        ledger.execute(f"DELETE FROM {table} WHERE bucket >= {bucket}")  # noqa: S608 - our own names and a number
        ledger.execute(f"INSERT INTO {table} ({columns}) {_counted(length, bucket * length)}")
    ledger.execute("DELETE FROM spans")
    ledger.execute(f"INSERT INTO spans ({columns}) {_SPANS}")


def _apart(ledger: sqlite3.Connection, one: str, other: str) -> int:
    """How many rows of either the other does not have; a row that differs counts once."""
    found: list[int] = [
        ledger.execute(f"SELECT COUNT(*) FROM ({left} EXCEPT {right})").fetchone()[0]  # noqa: S608
        for left, right in ((one, other), (other, one))
    ]
    return max(found)


def _counted(length: int, since: int) -> str:
    sums = ", ".join(f"SUM({value.format(row='')})" for value in SUMS.values())
    return (
        f"SELECT started_at / {length}, scope, {sums} FROM entries"  # noqa: S608
        f" WHERE status <> 'in_flight' AND started_at >= {since} GROUP BY 1, 2"
    )


def _begin(ledger: sqlite3.Connection, since: int | None) -> int:
    kept = ledger.execute("SELECT value FROM facts WHERE name = ?", (TOTALS_BEFORE,)).fetchone()
    return max(since or 0, kept[0] if kept else 0)
