"""Version 8: which monthly report went to which channel; links for clients. Never edited once released.

``reports_sent`` has one row for each scheduled report (by its configured name), month (``2026-11``) and channel; times
are microseconds UTC, ``delivered_at`` is NULL until the channel took it. ``schema_8_links.py`` tells of the links.
"""

from franking.ledger import schema_8_links

__all__ = ["STATEMENTS"]

_REPORTS = """
CREATE TABLE reports_sent (
    report TEXT NOT NULL,
    month TEXT NOT NULL,
    channel TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_at INTEGER,
    delivered_at INTEGER,
    fault TEXT,
    PRIMARY KEY (report, month, channel)
) STRICT, WITHOUT ROWID
"""

STATEMENTS: tuple[str, ...] = (_REPORTS, *schema_8_links.STATEMENTS)
