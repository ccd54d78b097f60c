"""Version 9: an older ledger's roll-ups, by places too; what they come to stays to the last unit. Never edited once
released.

Most eighths of a day have a scope at one place alone, and what its callers' requests come to tells which: only of the
others are the requests read. What no request tells any more (imported totals, totals that stayed) is NOWHERE, as it was
nobody's.
"""

from collections.abc import Callable

from franking.ledger import schema_2
from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.schema_7 import TOKENS
from franking.ledger.schema_7_eighths import EIGHTH, EIGHTHS

__all__ = ["CHANGES", "NOWHERE", "PLACE", "STATEMENTS", "SUMS", "TOKENS", "known", "left", "safe"]

NOWHERE = 0
"""The place of what has no known repository and no known branch."""

PLACE = (
    "(SELECT p.id FROM callers AS c CROSS JOIN places AS p WHERE c.id = {caller}"
    " AND COALESCE(p.repository, 0) = COALESCE(c.repository, 0) AND COALESCE(p.branch, 0) = COALESCE(c.branch, 0))"
)
"""SQL of a caller's place; NULL where there is no such place yet."""

_FIRST = ("requests", "cost", "priced", "unpriced_ok", "errors", *TOKENS)

SUMS: dict[str, str] = {
    name: f"{{row}}{name}" if name in TOKENS else schema_2.SUMS[name]
    for name in (*_FIRST, *(name for name in schema_2.SUMS if name not in _FIRST))
}
"""Column of a roll-up → what a row adds to it. Of tokens NULL, where the row does not tell them."""

_NAMES = ", ".join(SUMS)
_QUARTERS = EIGHTH // ROLL_UPS["quarters"]


def _change(name: str) -> str:
    if name not in TOKENS:
        return f"{name} = {name} + excluded.{name}"
    both = f"COALESCE({name}, 0) + COALESCE(excluded.{name}, 0)"
    return f"{name} = CASE WHEN {name}_known + excluded.{name}_known > 0 THEN {both} END"


CHANGES = ", ".join(_change(name) for name in SUMS)
"""What comes to a bucket that is there, or goes from it: after ON CONFLICT … DO UPDATE SET."""


def known(row: str) -> dict[str, str]:
    """Column → SQL of the sums of a row that has a number for tokens that are not known: an imported total's."""
    return {
        name: f"CASE WHEN {row}.{name}_known > 0 THEN {row}.{name} END" if name in TOKENS else f"{row}.{name}"
        for name in SUMS
    }


def left(total: Callable[[str], str]) -> str:
    """SQL of what is left of sums when others have been taken away. total: SQL of a sum."""
    return ", ".join(
        f"CASE WHEN {total(f'{name}_known')} > 0 THEN {total(name)} END" if name in TOKENS else total(name)
        for name in SUMS
    )


def _known(row: str) -> str:
    return ", ".join(f"{value} AS {name}" for name, value in known(row).items())


def safe(value: str) -> str:
    """A sum that becomes imprecise where SUM would fail: an absurd number must not keep a ledger at its version."""
    return f"SUM({value} / 1048576) * 1048576 + SUM({value} % 1048576)"


_PLACES = """
INSERT INTO places (repository, branch) SELECT DISTINCT repository, branch FROM callers WHERE 1 = 1
ON CONFLICT DO NOTHING
"""

_EIGHTHS = f"""
INSERT INTO {EIGHTHS} (bucket, scope, place, caller, {_NAMES})
SELECT r.bucket, r.scope, COALESCE({PLACE.format(caller="r.caller")}, {NOWHERE}), r.caller, {_known("r")}
FROM {EIGHTHS}_8 AS r ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - our own names

_SOLE = f"""
INSERT INTO sole (bucket, scope, place)
SELECT bucket, scope, CASE WHEN MIN(place) = MAX(place) THEN MIN(place) END FROM {EIGHTHS} GROUP BY 1, 2
"""  # noqa: S608

_AT_ONE_PLACE = f"""
INSERT INTO quarters (bucket, scope, place, {_NAMES})
SELECT r.bucket, r.scope, o.place, {_known("r")}
FROM quarters_8 AS r CROSS JOIN sole AS o
WHERE o.bucket = r.bucket / {_QUARTERS} AND o.scope = r.scope AND o.place IS NOT NULL ORDER BY 1, 2
"""  # noqa: S608

_AT_SEVERAL = f"""
INSERT INTO quarters (bucket, scope, place, {_NAMES})
SELECT e.started_at / {ROLL_UPS["quarters"]}, e.scope, r.place,
    {", ".join(safe(f"({value.format(row='e.')})") for value in SUMS.values())}
FROM sole AS o CROSS JOIN {EIGHTHS} AS r CROSS JOIN entries AS e
WHERE o.place IS NULL AND r.bucket = o.bucket AND r.scope = o.scope AND e.caller = r.caller AND e.scope = r.scope
    AND e.started_at >= r.bucket * {EIGHTH} AND e.started_at < (r.bucket + 1) * {EIGHTH} AND e.status <> 'in_flight'
GROUP BY 1, 2, 3
"""  # noqa: S608


_REMAINDER = f"""
INSERT INTO quarters (bucket, scope, place, {_NAMES})
SELECT bucket, scope, {NOWHERE}, {left(safe)} FROM (
    SELECT r.bucket, r.scope, {_known("r")} FROM quarters_8 AS r
    UNION ALL SELECT bucket, scope, {", ".join(f"-{name}" for name in SUMS)} FROM quarters
) GROUP BY 1, 2 HAVING SUM(requests) <> 0 ON CONFLICT (bucket, scope, place) DO UPDATE SET {CHANGES}
"""  # noqa: S608
"""NOWHERE: what a quarter-hour came to beyond the requests that are there."""


def _as_it_was(table: str) -> str:
    return (
        f"INSERT INTO {table} (bucket, scope, {_NAMES})"  # noqa: S608
        f" SELECT r.bucket, r.scope, {_known('r')} FROM {table}_8 AS r ORDER BY 1, 2"
    )


def _longer(table: str, shorter: str, ratio: int) -> str:
    """The buckets of a roll-up from those of a shorter one."""
    return (
        f"INSERT INTO {table} (bucket, scope, place, {_NAMES})"  # noqa: S608
        f" SELECT bucket / {ratio}, scope, place, {', '.join(safe(name) for name in SUMS)} FROM {shorter}"
        " GROUP BY 1, 2, 3"
    )


STATEMENTS: tuple[str, ...] = (
    _PLACES,
    _EIGHTHS,
    "CREATE TABLE sole (bucket INTEGER, scope INTEGER, place INTEGER, PRIMARY KEY (bucket, scope)) WITHOUT ROWID",
    _SOLE,
    _AT_ONE_PLACE,
    _AT_SEVERAL,
    _REMAINDER,
    _longer("placed_days", EIGHTHS, ROLL_UPS["days"] // EIGHTH),
    _longer("placed_spans", "placed_days", ROLL_UPS["spans"] // ROLL_UPS["days"]),
    *(_as_it_was(table) for table in ("days", "spans")),
    "DROP TABLE sole",
)
