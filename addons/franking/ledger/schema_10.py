"""Version 10: roll-ups by owner, which is a project and a user. Never edited once released.

What is asked for most is projects and users over days: of these there are fewer than half as many rows as of scopes. A
row of ``owners`` is never changed; NOBODYS is where neither is known.
"""

from collections.abc import Callable

from franking.ledger import schema_9
from franking.ledger.schema_2 import ROLL_UPS
from franking.ledger.schema_7_eighths import EIGHTH, NOBODY
from franking.ledger.schema_9 import AT_PLACE, PLACE_NEW
from franking.ledger.schema_9_filled import NOWHERE, SUMS, safe
from franking.ledger.schema_triggers import RollUps

__all__ = ["KEYS", "LENGTHS", "NOBODYS", "OWNER", "OWNERS_NEW", "STATEMENTS", "TRIGGERS", "of_owners"]

NOBODYS = 0
"""The owner of what has no known project and no known user."""

OWNER = (
    "(SELECT o.id FROM scopes AS s CROSS JOIN owners AS o WHERE s.id = {scope}"
    ' AND COALESCE(o.project_id, 0) = COALESCE(s.project_id, 0) AND COALESCE(o."user", 0) = COALESCE(s."user", 0))'
)
"""SQL of a scope's owner; NULL where there is no such owner yet."""

_OWNED = {"owned_days": ROLL_UPS["days"], "owned_spans": ROLL_UPS["spans"], "owned_eighths": EIGHTH}

LENGTHS = {**schema_9.LENGTHS, **_OWNED}
"""Roll-up → its buckets' length in microseconds."""

KEYS = {**schema_9.KEYS, **dict.fromkeys(_OWNED, "bucket, owner")}
"""Roll-up → what it tells apart."""

_OWNERS = 'INSERT INTO owners (project_id, "user") SELECT s.project_id, s."user" FROM scopes AS s WHERE {0}'
_OWNER_NEW = f" {_OWNERS.format('s.id = {row}.scope')} ON CONFLICT DO NOTHING;"

OWNERS_NEW = f"{_OWNERS.format('1 = 1')} GROUP BY 1, 2 ON CONFLICT DO NOTHING"
"""Notes the owners of all scopes."""

_ITS_OWNER = f"COALESCE({OWNER.format(scope='{row}.scope')}, {NOBODYS})"

_KEPT = RollUps(
    LENGTHS,
    KEYS,
    of_entry={"scope": "{row}.scope", "place": AT_PLACE, "caller": "{row}.caller", "owner": _ITS_OWNER},
    of_total={"scope": "{row}.scope", "place": str(NOWHERE), "caller": str(NOBODY), "owner": _ITS_OWNER},
    entry_new=PLACE_NEW + _OWNER_NEW,
    total_new=_OWNER_NEW,
)

TRIGGERS = _KEPT.on_entries()
"""Those on ``entries``."""


def of_owners(table: str, total: Callable[[str], str] = "SUM({})".format) -> str:
    """What a roll-up by owners comes to, as the scopes' roll-ups of the same length have it. total: SQL of a sum."""
    sums = ", ".join(total(f"r.{name}") for name in SUMS)
    shorter, ratio = (
        ("days", LENGTHS["spans"] // LENGTHS["days"]) if table == "owned_spans" else (table.removeprefix("owned_"), 1)
    )
    return (
        f"SELECT r.bucket / {ratio}, COALESCE({OWNER.format(scope='r.scope')}, {NOBODYS}), {sums}"  # noqa: S608
        f" FROM {shorter} AS r GROUP BY 1, 2"
    )


STATEMENTS: tuple[str, ...] = (
    *(f"DROP TRIGGER entries_{name}" for name in ("added", "left", "came", "removed", "kept")),
    *(f"DROP TRIGGER imported_totals_{name}" for name in ("added", "changed", "removed")),
    'CREATE TABLE owners (id INTEGER PRIMARY KEY, project_id TEXT, "user" TEXT) STRICT',
    # 0 is no text: so what is not known is itself, where an index would take every NULL for another one.
    'CREATE UNIQUE INDEX owners_once ON owners (COALESCE(project_id, 0), COALESCE("user", 0))',
    f"INSERT INTO owners (id) VALUES ({NOBODYS})",  # noqa: S608
    OWNERS_NEW,
    *(_KEPT.table(table) for table in _OWNED),
    *(f"INSERT INTO {table} ({KEYS[table]}, {', '.join(SUMS)}) {of_owners(table, safe)}" for table in _OWNED),
    *_KEPT.on_entries(),
    *_KEPT.on_totals(),
)
