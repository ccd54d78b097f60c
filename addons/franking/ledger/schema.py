"""The ledger's shape, as ordered, append-only migrations; what they give is the contract's table and view.

``MIGRATIONS[n]`` takes a ledger from version n to n + 1 by plain statements (``migrations.py`` runs them, each
migration in one transaction with its record, ``PRAGMA user_version``). A migration that was ever released is
never edited: a further one is added at the end.

View ``requests``: one row a request, the columns of Record in their order, and after them ``bucket``, the quarter-hour
since 1970 UTC in which the request started (every zone of the world has days that are whole quarter-hours). View
``microdollar_usage``: the same rows under the gateway's own names: cost in whole micro-dollars, ``created_at`` as
ISO 8601 UTC, ``latency`` (to the first token) and ``generation_time`` (from there to the end) in milliseconds.

Beneath them what repeats is kept once (``schema_2.py``): a row of ``entries`` points at its ``scopes`` (the dimensions
of the roll-ups), ``callers`` (why it is whose it is) and ``kinds`` (what was asked and how it ended). ``quarters``,
``days`` and ``spans`` are roll-ups by scope, some of them by place (``schema_9.py``) or by owner (``schema_10.py``)
too, and ``eighths`` the one that tells callers apart, whose sessions have numbers (``schema_11.py``); triggers keep
them, so that no program that writes a row can forget them. A request in flight is in none.
"""

from franking.ledger import (
    schema_1,
    schema_2,
    schema_3,
    schema_4,
    schema_5,
    schema_6,
    schema_7,
    schema_8,
    schema_9,
    schema_10,
    schema_11,
)
from franking.ledger.record import Record

__all__ = ["APPLICATION_ID", "BUCKET_MICROSECONDS", "COLUMNS", "MIGRATIONS", "VERSION", "LedgerError"]


class LedgerError(Exception):
    """The ledger cannot be used. Its text says what is wrong, whose fault it is, and what to do."""


APPLICATION_ID = 0x4652414E
"""``FRAN``, in the database's header: tells a ledger from any other program's SQLite file."""

COLUMNS: tuple[str, ...] = Record.__struct_fields__
"""The columns of ``requests``, in order; ``bucket`` follows them."""

BUCKET_MICROSECONDS = 900_000_000
"""A quarter of an hour: every offset from UTC in use is a multiple of it."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    schema_1.STATEMENTS,
    schema_2.STATEMENTS,
    schema_3.STATEMENTS,
    schema_4.STATEMENTS,
    schema_5.STATEMENTS,
    schema_6.STATEMENTS,
    schema_7.STATEMENTS,
    schema_8.STATEMENTS,
    schema_9.STATEMENTS,
    schema_10.STATEMENTS,
    schema_11.STATEMENTS,
)

VERSION = len(MIGRATIONS)
"""The version that this program writes, ``PRAGMA user_version``."""
