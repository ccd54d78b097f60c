"""The proof that the roll-ups equal the rows and the imported totals, and their rebuilding. Triggers keep them."""

import sqlite3

from franking.ledger.schema_2 import ROLL_UPS, SUMS
from franking.ledger.schema_7_eighths import EIGHTH, EIGHTHS, NOBODY, remainder

__all__ = ["TOTALS_BEFORE", "BeyondError", "differences", "rebuild"]

TOTALS_BEFORE = "totals_before"
"""The fact that names the moment (microseconds UTC, a midnight) before which rows were dropped and totals kept."""


_FROM_ROWS = {table: ROLL_UPS[table] for table in ("quarters", "days")}
_SPANS = (
    f"SELECT bucket / {ROLL_UPS['spans'] // ROLL_UPS['days']}, scope, {', '.join(f'SUM({name})' for name in SUMS)}"  # noqa: S608
    " FROM days GROUP BY 1, 2"
)
"""Spans are made of days, which may hold totals of rows that are gone."""

_COUNTS = ", ".join(f"SUM({value.format(row='')})" for value in SUMS.values())
_OF_CALLERS = (
    f"SELECT started_at / {EIGHTH}, scope, caller, {_COUNTS} FROM entries"  # noqa: S608
    " WHERE status <> 'in_flight' AND started_at >= {since} GROUP BY 1, 2, 3"
)
_EIGHTHS_OF_QUARTERS = (
    f"SELECT bucket / {EIGHTH // ROLL_UPS['quarters']} AS bucket, scope, {', '.join(f'SUM({name})' for name in SUMS)}"  # noqa: S608
    " FROM quarters GROUP BY 1, 2"
)
"""What the callers' sums and NOBODY's come to together."""

_LARGE = ("cost", *(name for name in SUMS if name.endswith("_tokens")))


class BeyondError(Exception):
    """The sums of what the requests say do not fit 64 bits. The text names the request that says most."""


def differences(ledger: sqlite3.Connection, since: int | None = None) -> int:
    """How many buckets of the roll-ups differ from rows and imported totals; from ``since`` (microseconds UTC), or all.

    Totals of rows that were dropped on purpose are left out: there is nothing to prove them by. Raises sqlite3.Error,
    and BeyondError where nothing can be proved.
    """
    try:
        return _differences(ledger, since)
    except sqlite3.OperationalError as fault:
        if str(fault) != "integer overflow":
            raise
        raise BeyondError(_largest(ledger)) from None


def _differences(ledger: sqlite3.Connection, since: int | None) -> int:
    begin = _begin(ledger, since)
    count = 0
    for table, length in _FROM_ROWS.items():
        bucket = -(-begin // length)
        kept = f"SELECT bucket, scope, {', '.join(SUMS)} FROM {table} WHERE bucket >= {bucket}"  # noqa: S608
        count += _apart(ledger, kept, _counted(length, bucket * length))
    count += _apart(ledger, f"SELECT bucket, scope, {', '.join(SUMS)} FROM spans", _SPANS)  # noqa: S608
    return count + _apart_by_callers(ledger, -(-(since or 0) // EIGHTH))


def rebuild(ledger: sqlite3.Connection) -> None:
    """Make the roll-ups anew from rows and imported totals. Within the caller's transaction; raises sqlite3.Error."""
    begin = _begin(ledger, None)
    columns = f"bucket, scope, {', '.join(SUMS)}"
    for table, length in _FROM_ROWS.items():
        bucket = -(-begin // length)
        ledger.execute(f"DELETE FROM {table} WHERE bucket >= {bucket}")  # noqa: S608 - our own names and a number
        ledger.execute(f"INSERT INTO {table} ({columns}) {_counted(length, bucket * length)}")
    ledger.execute("DELETE FROM spans")
    ledger.execute(f"INSERT INTO spans ({columns}) {_SPANS}")
    ledger.execute(f"DELETE FROM {EIGHTHS}")  # noqa: S608
    every = _OF_CALLERS.format(since=-(2**63))
    ledger.execute(f"INSERT INTO {EIGHTHS} (bucket, scope, caller, {', '.join(SUMS)}) {every}")
    ledger.execute(remainder("SUM({})"))


def _apart_by_callers(ledger: sqlite3.Connection, bucket: int) -> int:
    kept = f"SELECT bucket, scope, caller, {', '.join(SUMS)} FROM {EIGHTHS} WHERE caller <> {NOBODY}"  # noqa: S608
    together = f"SELECT bucket, scope, {', '.join(f'SUM({name})' for name in SUMS)} FROM {EIGHTHS} GROUP BY 1, 2"  # noqa: S608
    return _apart(ledger, f"{kept} AND bucket >= {bucket}", _OF_CALLERS.format(since=bucket * EIGHTH)) + _apart(
        ledger, together, _EIGHTHS_OF_QUARTERS
    )


def _apart(ledger: sqlite3.Connection, one: str, other: str) -> int:
    """How many rows of either the other does not have; a row that differs counts once."""
    found: list[int] = [
        ledger.execute(f"SELECT COUNT(*) FROM ({left} EXCEPT {right})").fetchone()[0]  # noqa: S608
        for left, right in ((one, other), (other, one))
    ]
    return max(found)


def _counted(length: int, since: int) -> str:
    """What the roll-up with buckets of that length must hold, from ``since`` on, a border of its buckets."""
    sums = ", ".join(f"SUM({value.format(row='')}) AS {name}" for name, value in SUMS.items())
    quarter = ROLL_UPS["quarters"]
    return (
        f"SELECT bucket, scope, {', '.join(f'SUM({name})' for name in SUMS)} FROM ("  # noqa: S608
        f"SELECT started_at / {length} AS bucket, scope, {sums} FROM entries"
        f" WHERE status <> 'in_flight' AND started_at >= {since} GROUP BY 1, 2"
        f" UNION ALL SELECT bucket / {length // quarter}, scope, {', '.join(SUMS)} FROM imported_totals"
        f" WHERE bucket >= {since // quarter}"
        ") GROUP BY 1, 2"
    )


def _begin(ledger: sqlite3.Connection, since: int | None) -> int:
    kept = ledger.execute("SELECT value FROM facts WHERE name = ?", (TOTALS_BEFORE,)).fetchone()
    return max(since or 0, kept[0] if kept else 0)


def _largest(ledger: sqlite3.Connection) -> str:
    says = ", ".join(f"ABS(COALESCE({name}, 0))" for name in _LARGE)
    found = ledger.execute(f"SELECT id, MAX({says}) AS most FROM entries ORDER BY most DESC LIMIT 1").fetchone()  # noqa: S608
    alone = f"; request {found[0]} alone says {found[1]:,}" if found else ""
    return f"tokens or cost of the requests add up to more than 64 bits hold{alone}"
