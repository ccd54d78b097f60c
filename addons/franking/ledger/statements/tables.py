"""The tables that the views' questions are asked of, as any engine may hold them."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from franking.ledger.record import Record
from franking.ledger.schema_2 import SCOPE
from franking.ledger.schema_7_eighths import EIGHTHS
from franking.ledger.schema_9_filled import SUMS
from franking.ledger.schema_10 import KEYS

__all__ = [
    "AT_PLACES",
    "BY_CALLER",
    "CALLERS",
    "ENTRIES",
    "IMPORTED",
    "METADATA",
    "OWNERS",
    "PLACES",
    "REQUESTS",
    "ROLLED_UP",
    "SCOPES",
    "SESSION_NUMBERS",
]

_NUMBERS = {
    "started_at", "first_token_at", "ended_at", "http_status", "streamed", "input_tokens", "output_tokens",
    "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "cost", "reported_cost", "estimated_cost", "is_byok",
    "upstream_cost", "pid", "request_bytes", "response_bytes", "bucket",
}  # fmt: skip
"""Columns of ``requests`` that are numbers; its two booleans are 0 and 1."""

METADATA = MetaData()

REQUESTS = Table(
    "requests",
    METADATA,
    *(Column(name, BigInteger if name in _NUMBERS else Text) for name in (*Record.__struct_fields__, "bucket")),
)

SCOPES = Table("scopes", METADATA, Column("id", BigInteger), *(Column(name, Text) for name in SCOPE))

ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", Text),
    *(Column(name, BigInteger) for name in ("started_at", "scope", "caller")),
)
"""What is asked of the rows beneath ``requests``; each has a scope and a caller."""

CALLERS = Table(
    "callers",
    METADATA,
    Column("id", BigInteger),
    *(Column(name, Text) for name in ("rejected_feature", "session_id", "branch", "repository", "provenance")),
    Column("pid", BigInteger),
)

SESSION_NUMBERS = Table("session_numbers", METADATA, Column("caller", BigInteger), Column("session", BigInteger))
"""Callers of one session have a number in common; where the session is not known they have none."""

PLACES = Table("places", METADATA, Column("id", BigInteger), Column("repository", Text), Column("branch", Text))

OWNERS = Table("owners", METADATA, Column("id", BigInteger), Column("project_id", Text), Column("user", Text))

ROLLED_UP = {
    table: Table(table, METADATA, *(Column(name, BigInteger) for name in (*key.split(", "), *SUMS)))
    for table, key in KEYS.items()
}
"""Roll-up → its table. A sum of tokens is NULL where no request tells it."""

AT_PLACES = {
    f"placed_{table.removeprefix('placed_')}": rolled_up
    for table, rolled_up in ROLLED_UP.items()
    if "place" in rolled_up.c
}
"""Roll-up, as statements name it that ask for places too → the table that tells them."""

BY_CALLER = ROLLED_UP[EIGHTHS]
"""The roll-up that tells callers apart too."""

IMPORTED = Table("imported_totals", METADATA, *(Column(name, BigInteger) for name in ("bucket", "scope", *SUMS)))
"""Totals that came from a file: so many requests, with what the scope names."""
