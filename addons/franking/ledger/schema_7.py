"""Version 7: sums of tokens that say by themselves whether they are known; a roll-up that knows callers; saved views.
Never edited once released.

IF_KNOWN are columns of the roll-ups that take no room: a sum of tokens, NULL where no request of the bucket tells them.
With them a question about a year is a third quicker than with the counts that tell the same. ``views`` are the
dashboard's: a name, and the question of the address that it stands for. ``schema_7_eighths.py`` tells of the roll-up.
"""

from franking.ledger import schema_7_eighths
from franking.ledger.schema_2 import ROLL_UPS, SUMS

__all__ = ["IF_KNOWN", "STATEMENTS", "TOKENS"]

TOKENS = tuple(name for name in SUMS if name.endswith("_tokens"))
"""The sums of tokens, in the order of a request's columns."""

IF_KNOWN = tuple(f"{name}_if_known" for name in TOKENS)

_SUMS = tuple(
    f"ALTER TABLE {table} ADD COLUMN {name}_if_known INTEGER"
    f" GENERATED ALWAYS AS (CASE WHEN {name}_known > 0 THEN {name} END) VIRTUAL"
    for table in (*ROLL_UPS, schema_7_eighths.EIGHTHS)
    for name in TOKENS
)

_VIEWS = """
CREATE TABLE views (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT
"""

STATEMENTS: tuple[str, ...] = (
    *schema_7_eighths.STATEMENTS,
    *_SUMS,
    # Nearly always empty: so "was a feature rejected?" looks at no request.
    "CREATE INDEX callers_rejected ON callers (rejected_feature) WHERE rejected_feature IS NOT NULL",
    _VIEWS,
)
