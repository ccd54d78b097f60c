"""Version 9: roll-ups that tell places apart, a repository and a branch of it. Never edited once released.

A row of ``places`` is never changed; NOWHERE is where neither is known: imported totals, and requests whose totals
stayed before this version. ``days`` and ``spans`` tell no places: most questions ask for none, and in two months a
scope is at many. A sum of tokens is NULL where no request of the bucket tells it. What nearly every question reads
stands first in a row. ``caller`` NOBODY of ``eighths`` keeps the place of requests that were dropped.
``schema_9_filled.py`` brings an older ledger's roll-ups here.
"""

from franking.ledger import schema_9_filled
from franking.ledger.schema_2 import ROLL_UPS, TOTALS_STAY
from franking.ledger.schema_7_eighths import EIGHTH, EIGHTHS, NOBODY
from franking.ledger.schema_9_filled import CHANGES, NOWHERE, PLACE, SUMS, TOKENS, known

__all__ = ["KEYS", "LENGTHS", "STATEMENTS", "TRIGGERS"]

LENGTHS = {**ROLL_UPS, **{f"placed_{table}": ROLL_UPS[table] for table in ("days", "spans")}, EIGHTHS: EIGHTH}
"""Roll-up → its buckets' length in microseconds."""

KEYS = {
    **dict.fromkeys(LENGTHS, "bucket, scope, place"),
    **dict.fromkeys(("days", "spans"), "bucket, scope"),
    EIGHTHS: "bucket, scope, place, caller",
}
"""Roll-up → what it tells apart."""

_QUARTER = ROLL_UPS["quarters"]


def _table(table: str) -> str:
    key = KEYS[table]
    listed = ", ".join(f"{name} INTEGER{'' if name in TOKENS else ' NOT NULL'}" for name in SUMS)
    # Not STRICT: an absurd number may make a sum imprecise, but must not keep a row out.
    columns = ", ".join(f"{name} INTEGER" for name in key.split(", "))
    return f"CREATE TABLE {table} ({columns}, {listed}, PRIMARY KEY ({key})) WITHOUT ROWID"


def _counted(table: str, places: dict[str, str], sign: str, values: dict[str, str]) -> str:
    """Statements of a trigger that bring sums into a roll-up, or take them out. places: SQL of what KEYS names."""
    key = KEYS[table]
    told = {name: places[name] for name in key.split(", ")}
    listed = ", ".join([*told.values(), *(f"{sign}({value})" for value in values.values())])
    said = (
        f" INSERT INTO {table} ({key}, {', '.join(SUMS)}) VALUES ({listed})"  # noqa: S608 - our own names
        f" ON CONFLICT ({key}) DO UPDATE SET {CHANGES};"
    )
    if sign:
        there = " AND ".join(f"{name} = {place}" for name, place in told.items())
        said += f" DELETE FROM {table} WHERE {there} AND requests = 0;"  # noqa: S608
    return said


def _entry(row: str, sign: str = "", tables: tuple[str, ...] = tuple(LENGTHS), caller: str | None = None) -> str:
    """caller: in place of the row's own."""
    values = {name: value.format(row=f"{row}.") for name, value in SUMS.items()}
    place = f"COALESCE({PLACE.format(caller=f'{row}.caller')}, {NOWHERE})"
    said = "" if sign else _placed(row)
    places = {"scope": f"{row}.scope", "place": place, "caller": caller or f"{row}.caller"}
    for table in tables:
        said += _counted(table, {"bucket": f"{row}.started_at / {LENGTHS[table]}", **places}, sign, values)
    return said


def _placed(row: str) -> str:
    find = f"SELECT c.repository, c.branch FROM callers AS c WHERE c.id = {row}.caller"  # noqa: S608
    return f" INSERT INTO places (repository, branch) {find} ON CONFLICT DO NOTHING;"


def _total(row: str, sign: str = "") -> str:
    """Of an imported total, which tells no place."""
    places = {"scope": f"{row}.scope", "place": str(NOWHERE), "caller": str(NOBODY)}
    return "".join(
        _counted(table, {"bucket": f"{row}.bucket / {length // _QUARTER}", **places}, sign, known(row))
        for table, length in LENGTHS.items()
    )


def _trigger(name: str, event: str, table: str, condition: str, work: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {event} ON {table}{condition} BEGIN{work} END"


_NEW, _OLD = (f" WHEN {row}.status <> 'in_flight'" for row in ("NEW", "OLD"))
_STAY = f"EXISTS (SELECT 1 FROM facts WHERE name = '{TOTALS_STAY}')"  # noqa: S608
_KEPT = _entry("OLD", "-", (EIGHTHS,)) + _entry("OLD", "", (EIGHTHS,), str(NOBODY))

TRIGGERS = (
    _trigger("entries_added", "INSERT", "entries", _NEW, _entry("NEW")),
    _trigger("entries_left", "UPDATE", "entries", _OLD, _entry("OLD", "-")),
    _trigger("entries_came", "UPDATE", "entries", _NEW, _entry("NEW")),
    _trigger("entries_removed", "DELETE", "entries", f"{_OLD} AND NOT {_STAY}", _entry("OLD", "-")),
    _trigger("entries_kept", "DELETE", "entries", f"{_OLD} AND {_STAY}", _KEPT),
)
"""Those on ``entries``."""

_OLDER = (
    *(f"entries_{name}" for name in ("added", "left", "came", "removed")),
    *(f"entries_{name}_{EIGHTHS}" for name in ("added", "left", "came", "removed", "kept")),
    *(f"imported_totals_{event}" for event in ("insert", "update", "delete")),
    *(f"imported_totals_{name}_{EIGHTHS}" for name in ("added", "changed", "removed")),
)

_THERE = (*ROLL_UPS, EIGHTHS)

STATEMENTS: tuple[str, ...] = (
    # First of all: a table that gets another name would take the triggers along.
    *(f"DROP TRIGGER {name}" for name in _OLDER),
    "CREATE TABLE places (id INTEGER PRIMARY KEY, repository TEXT, branch TEXT) STRICT",
    # 0 is no text: so what is not known is itself, where an index would take every NULL for another one.
    "CREATE UNIQUE INDEX places_once ON places (COALESCE(repository, 0), COALESCE(branch, 0))",
    f"INSERT INTO places (id) VALUES ({NOWHERE})",  # noqa: S608
    *(f"ALTER TABLE {table} RENAME TO {table}_8" for table in _THERE),
    *(_table(table) for table in LENGTHS),
    *schema_9_filled.STATEMENTS,
    *(f"DROP TABLE {table}_8" for table in _THERE),
    *TRIGGERS,
    _trigger("imported_totals_added", "INSERT", "imported_totals", "", _total("NEW")),
    _trigger("imported_totals_changed", "UPDATE", "imported_totals", "", _total("OLD", "-") + _total("NEW")),
    _trigger("imported_totals_removed", "DELETE", "imported_totals", "", _total("OLD", "-")),
)
