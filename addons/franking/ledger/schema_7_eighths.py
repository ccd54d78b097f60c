"""Version 7: the roll-up that knows callers too, by eighths of a day of UTC. Never edited once released.

A session seldom outlives an eighth, so it has hardly more rows than ``days``. What stands under a caller is what its
requests come to, and those of no other: ``caller`` 0 is what is of no single request that is there, imported totals
and requests that were dropped while their totals stay. So over all callers it comes to what ``quarters`` come to.
"""

from franking.ledger.schema_2 import ROLL_UPS, SUMS, TOTALS_STAY

__all__ = ["EIGHTH", "EIGHTHS", "NOBODY", "STATEMENTS", "TRIGGERS", "remainder"]

EIGHTHS = "eighths"

EIGHTH = ROLL_UPS["days"] // 8
"""Microseconds of a bucket: three hours."""

NOBODY = 0
"""The caller of what is of no single request."""

_QUARTERS = EIGHTH // ROLL_UPS["quarters"]
_NAMES = ", ".join(SUMS)
_COLUMNS = f"bucket, scope, caller, {_NAMES}"

_TABLE = f"""
CREATE TABLE {EIGHTHS} (
    bucket INTEGER,
    scope INTEGER,
    caller INTEGER,
    {", ".join(f"{name} INTEGER NOT NULL" for name in SUMS)},
    PRIMARY KEY (bucket, scope, caller)
) WITHOUT ROWID
"""


def _counted(row: str, caller: str, sign: str, values: dict[str, str], bucket: str) -> str:
    """Statements of a trigger that bring a row's sums in under a caller, or take them out."""
    changes = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
    said = (
        f" INSERT INTO {EIGHTHS} ({_COLUMNS})"  # noqa: S608 - our own names
        f" VALUES ({bucket}, {row}.scope, {caller}, {', '.join(f'{sign}({value})' for value in values.values())})"
        f" ON CONFLICT (bucket, scope, caller) DO UPDATE SET {changes};"
    )
    if sign:
        place = f"bucket = {bucket} AND scope = {row}.scope AND caller = {caller}"
        said += f" DELETE FROM {EIGHTHS} WHERE {place} AND requests = 0;"  # noqa: S608
    return said


def _entry(row: str, sign: str = "", caller: str | None = None) -> str:
    values = {name: value.format(row=f"{row}.") for name, value in SUMS.items()}
    return _counted(row, caller or f"{row}.caller", sign, values, f"{row}.started_at / {EIGHTH}")


def _total(row: str, sign: str = "") -> str:
    return _counted(row, str(NOBODY), sign, {name: f"{row}.{name}" for name in SUMS}, f"{row}.bucket / {_QUARTERS}")


def _trigger(table: str, name: str, event: str, condition: str, work: str) -> str:
    return f"CREATE TRIGGER {table}_{name}_{EIGHTHS} AFTER {event} ON {table}{condition} BEGIN{work} END"


_NEW, _OLD = (f" WHEN {row}.status <> 'in_flight'" for row in ("NEW", "OLD"))
_TOTALS_STAY = f"{_OLD} AND EXISTS (SELECT 1 FROM facts WHERE name = '{TOTALS_STAY}')"  # noqa: S608

TRIGGERS = (
    _trigger("entries", "added", "INSERT", _NEW, _entry("NEW")),
    _trigger("entries", "left", "UPDATE", _OLD, _entry("OLD", "-")),
    _trigger("entries", "came", "UPDATE", _NEW, _entry("NEW")),
    _trigger("entries", "removed", "DELETE", _OLD, _entry("OLD", "-")),
    _trigger("entries", "kept", "DELETE", _TOTALS_STAY, _entry("OLD", caller=str(NOBODY))),
)
"""Those on ``entries``."""


def _safe(value: str) -> str:
    """A sum that becomes imprecise where SUM would fail: an absurd number must not keep a ledger at its version."""
    return f"SUM({value} / 1048576) * 1048576 + SUM({value} % 1048576)"


def remainder(total: str) -> str:
    """Brings under NOBODY what ``quarters`` hold beyond the requests that are there. total: SQL of a sum."""
    sums = ", ".join(total.format(name) for name in SUMS)
    return (
        f"INSERT INTO {EIGHTHS} ({_COLUMNS}) SELECT bucket, scope, {NOBODY}, {sums} FROM ("  # noqa: S608
        f"SELECT bucket / {_QUARTERS} AS bucket, scope, {_NAMES} FROM quarters UNION ALL"
        f" SELECT bucket, scope, {', '.join(f'-{name}' for name in SUMS)} FROM {EIGHTHS}"
        ") GROUP BY 1, 2 HAVING SUM(requests) <> 0"
    )


_FILLED = f"""
INSERT INTO {EIGHTHS} ({_COLUMNS})
SELECT started_at / {EIGHTH}, scope, caller, {", ".join(_safe(f"({value.format(row='')})") for value in SUMS.values())}
FROM entries WHERE status <> 'in_flight' GROUP BY 1, 2, 3
"""  # noqa: S608

STATEMENTS: tuple[str, ...] = (
    _TABLE,
    _FILLED,
    remainder(_safe("{0}")),
    *TRIGGERS,
    _trigger("imported_totals", "added", "INSERT", "", _total("NEW")),
    _trigger("imported_totals", "changed", "UPDATE", "", _total("OLD", "-") + _total("NEW")),
    _trigger("imported_totals", "removed", "DELETE", "", _total("OLD", "-")),
)
