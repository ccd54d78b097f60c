"""The proof that the roll-ups equal the rows and the imported totals, and their rebuilding. Triggers keep them."""

import sqlite3

from franking.ledger import session_numbers
from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.schema_7_eighths import EIGHTH, EIGHTHS, NOBODY
from franking.ledger.schema_9_filled import NOWHERE, PLACE, SUMS, TOKENS, known, left
from franking.ledger.schema_10 import KEYS, LENGTHS, NOBODYS, OWNERS_NEW, of_owners

__all__ = ["TOTALS_BEFORE", "BeyondError", "differences", "rebuild"]

TOTALS_BEFORE = "totals_before"
"""The fact that names the moment (microseconds UTC, a midnight) before which rows were dropped and totals kept."""

_NAMES = ", ".join(SUMS)
_SUMMED = ", ".join(f"SUM({name}) AS {name}" for name in SUMS)
_FROM_ROWS = ("quarters", "placed_days")
_DAYS = ROLL_UPS["spans"] // ROLL_UPS["days"]
_MADE = {
    "days": f"SELECT bucket, scope, {_SUMMED} FROM placed_days GROUP BY 1, 2",  # noqa: S608
    "spans": f"SELECT bucket / {_DAYS}, scope, {_SUMMED} FROM placed_days GROUP BY 1, 2",  # noqa: S608
    "placed_spans": f"SELECT bucket / {_DAYS}, scope, place, {_SUMMED} FROM placed_days GROUP BY 1, 2, 3",  # noqa: S608
    **{table: of_owners(table) for table in LENGTHS if "owner" in KEYS[table]},
}
"""What is made of other roll-ups, which may hold totals of rows that are gone; in an order in which it can be."""

_OF_CALLERS = (
    f"SELECT e.started_at / {EIGHTH} AS bucket, e.scope, {PLACE.format(caller='e.caller')} AS place, e.caller,"  # noqa: S608
    f" {', '.join(f'SUM({value.format(row="e.")})' for value in SUMS.values())} FROM entries AS e"
    " WHERE e.status <> 'in_flight' AND e.started_at >= {since} GROUP BY 1, 2, 4"
)
_EIGHTHS_OF_QUARTERS = (
    f"SELECT bucket / {EIGHTH // ROLL_UPS['quarters']} AS bucket, scope, place, {_SUMMED} FROM quarters"  # noqa: S608
    " GROUP BY 1, 2, 3"
)
"""What the callers' sums and NOBODY's come to together."""

_NOBODYS = (
    f"INSERT INTO {EIGHTHS} (bucket, scope, place, caller, {_NAMES})"  # noqa: S608
    f" SELECT bucket, scope, place, {NOBODY}, {left('SUM({})'.format)} FROM ({_EIGHTHS_OF_QUARTERS}"
    f" UNION ALL SELECT bucket, scope, place, {', '.join(f'-{name}' for name in SUMS)} FROM {EIGHTHS}"
    ") GROUP BY 1, 2, 3 HAVING SUM(requests) <> 0"
)

_LARGE = ("cost", *TOKENS)


class BeyondError(Exception):
    """The sums of what the requests say do not fit 64 bits. The text names the request that says most."""


def differences(ledger: sqlite3.Connection, since: int | None = None) -> int:
    """How many buckets of the roll-ups differ from rows and imported totals; from ``since`` (microseconds UTC), or all;
    and what is wrong among the numbers of sessions.

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
    for table in _FROM_ROWS:
        length = LENGTHS[table]
        bucket = -(-begin // length)
        kept = f"SELECT {KEYS[table]}, {_NAMES} FROM {table} WHERE bucket >= {bucket}"  # noqa: S608
        count += _apart(ledger, kept, _counted(length, bucket * length))
    for table, said in _MADE.items():
        count += _apart(ledger, f"SELECT {KEYS[table]}, {_NAMES} FROM {table}", said)  # noqa: S608
    return count + _apart_by_callers(ledger, -(-(since or 0) // EIGHTH)) + session_numbers.differences(ledger)


def rebuild(ledger: sqlite3.Connection) -> None:
    """Make the roll-ups anew from rows and imported totals. Within the caller's transaction; raises sqlite3.Error."""
    begin = _begin(ledger, None)
    for table, number in (("places", NOWHERE), ("owners", NOBODYS)):
        ledger.execute(f"INSERT INTO {table} (id) VALUES ({number}) ON CONFLICT DO NOTHING")  # noqa: S608
    ledger.execute(
        "INSERT INTO places (repository, branch) SELECT DISTINCT repository, branch FROM callers WHERE 1 = 1"
        " ON CONFLICT DO NOTHING"
    )
    ledger.execute(OWNERS_NEW)
    for table in _FROM_ROWS:
        length = LENGTHS[table]
        bucket = -(-begin // length)
        ledger.execute(f"DELETE FROM {table} WHERE bucket >= {bucket}")  # noqa: S608 - our own names and a number
        ledger.execute(f"INSERT INTO {table} ({KEYS[table]}, {_NAMES}) {_counted(length, bucket * length)}")
    ledger.execute(f"DELETE FROM {EIGHTHS}")  # noqa: S608
    ledger.execute(f"INSERT INTO {EIGHTHS} ({KEYS[EIGHTHS]}, {_NAMES}) {_OF_CALLERS.format(since=-(2**63))}")
    ledger.execute(_NOBODYS)
    for table, said in _MADE.items():
        ledger.execute(f"DELETE FROM {table}")  # noqa: S608
        ledger.execute(f"INSERT INTO {table} ({KEYS[table]}, {_NAMES}) {said}")
    session_numbers.rebuild(ledger)


def _apart_by_callers(ledger: sqlite3.Connection, bucket: int) -> int:
    kept = f"SELECT {KEYS[EIGHTHS]}, {_NAMES} FROM {EIGHTHS} WHERE caller <> {NOBODY}"  # noqa: S608
    together = f"SELECT bucket, scope, place, {_SUMMED} FROM {EIGHTHS} GROUP BY 1, 2, 3"  # noqa: S608
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
    """What the roll-up with buckets of that length must hold, from ``since`` on, a border of its buckets.

    A place is looked up once a caller's sums, not once a row.
    """
    sums = ", ".join(f"SUM({value.format(row='e.')}) AS {name}" for name, value in SUMS.items())
    quarter = ROLL_UPS["quarters"]
    return (
        f"SELECT bucket, scope, place, {_SUMMED} FROM ("  # noqa: S608
        f"SELECT e.started_at / {length} AS bucket, e.scope, {PLACE.format(caller='e.caller')} AS place, {sums}"
        f" FROM entries AS e WHERE e.status <> 'in_flight' AND e.started_at >= {since} GROUP BY 1, 2, e.caller"
        f" UNION ALL SELECT t.bucket / {length // quarter}, t.scope, {NOWHERE}, {', '.join(known('t').values())}"
        f" FROM imported_totals AS t WHERE t.bucket >= {since // quarter}"
        ") GROUP BY 1, 2, 3"
    )


def _begin(ledger: sqlite3.Connection, since: int | None) -> int:
    kept = ledger.execute("SELECT value FROM facts WHERE name = ?", (TOTALS_BEFORE,)).fetchone()
    return max(since or 0, kept[0] if kept else 0)


def _largest(ledger: sqlite3.Connection) -> str:
    says = ", ".join(f"ABS(COALESCE({name}, 0))" for name in _LARGE)
    found = ledger.execute(f"SELECT id, MAX({says}) AS most FROM entries ORDER BY most DESC LIMIT 1").fetchone()  # noqa: S608
    alone = f"; request {found[0]} alone says {found[1]:,}" if found else ""
    return f"tokens or cost of the requests add up to more than 64 bits hold{alone}"
