"""The ledger's shape, version 6: invoices as they were issued. Never edited once released.

``invoices``: ``document`` is the whole invoice as JSON and ``pdf`` its page as it was first made; triggers keep both as
they are. ``starts``, ``ends``: the period, microseconds UTC, its end not included. ``project``: the name at that time.
``invoice_requests``: which requests an invoice charges, so that none is charged twice; they name requests and are not
pointed at, so that old requests can be dropped.
"""

__all__ = ["STATEMENTS"]

_INVOICES = """
CREATE TABLE invoices (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    series TEXT NOT NULL,
    place INTEGER NOT NULL,
    project TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    pdf BLOB NOT NULL,
    UNIQUE (series, place)
) STRICT
"""

_REQUESTS = """
CREATE TABLE invoice_requests (
    request TEXT PRIMARY KEY,
    invoice INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""


def _stays(table: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stay_{event.lower()} BEFORE {event} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'an issued invoice never changes'); END"
    )


STATEMENTS: tuple[str, ...] = (
    _INVOICES,
    _REQUESTS,
    "CREATE INDEX invoices_project ON invoices (project, starts)",
    *(_stays(table, event) for table in ("invoices", "invoice_requests") for event in ("UPDATE", "DELETE")),
)
