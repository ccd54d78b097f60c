"""Version 9: roll-ups that tell places apart, a repository and a branch of it. Never edited once released.

A row of ``places`` is never changed; NOWHERE is where neither is known: imported totals, and requests whose totals
stayed before this version. ``days`` and ``spans`` tell no places: most questions ask for none, and in two months a
scope is at many. ``caller`` NOBODY of ``eighths`` keeps the place of requests that were dropped.
``schema_9_filled.py`` brings an older ledger's roll-ups here.
"""

from franking.ledger import schema_9_filled
from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.schema_7_eighths import EIGHTH, EIGHTHS, NOBODY
from franking.ledger.schema_9_filled import NOWHERE, PLACE
from franking.ledger.schema_triggers import RollUps

__all__ = ["AT_PLACE", "KEYS", "LENGTHS", "PLACE_NEW", "STATEMENTS"]

LENGTHS = {**ROLL_UPS, **{f"placed_{table}": ROLL_UPS[table] for table in ("days", "spans")}, EIGHTHS: EIGHTH}
"""Roll-up → its buckets' length in microseconds."""

KEYS = {
    **dict.fromkeys(LENGTHS, "bucket, scope, place"),
    **dict.fromkeys(("days", "spans"), "bucket, scope"),
    EIGHTHS: "bucket, scope, place, caller",
}
"""Roll-up → what it tells apart."""

AT_PLACE = f"COALESCE({PLACE.format(caller='{row}.caller')}, {NOWHERE})"
"""SQL of the place of a ``{row}`` of entries."""

PLACE_NEW = (
    " INSERT INTO places (repository, branch) SELECT c.repository, c.branch FROM callers AS c WHERE c.id = {row}.caller"
    " ON CONFLICT DO NOTHING;"
)
"""Notes it, if it is the first there."""

_KEPT = RollUps(
    LENGTHS,
    KEYS,
    of_entry={"scope": "{row}.scope", "place": AT_PLACE, "caller": "{row}.caller"},
    of_total={"scope": "{row}.scope", "place": str(NOWHERE), "caller": str(NOBODY)},
    entry_new=PLACE_NEW,
)

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
    *(_KEPT.table(table) for table in LENGTHS),
    *schema_9_filled.STATEMENTS,
    *(f"DROP TABLE {table}_8" for table in _THERE),
    *_KEPT.on_entries(),
    *_KEPT.on_totals(),
)
