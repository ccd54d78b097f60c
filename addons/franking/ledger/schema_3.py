"""The ledger's shape, version 3: what ``frank backfill`` has filled in, to be taken back exactly. Never edited once
released.

``backfills`` has a row a run; times are microseconds UTC, ``undone_at`` tells when all of it was taken back.
``backfilled`` has a row for each entry (``entries.rowid``) that a run changed: its scope before and after, which say
what was filled in, and the entries that a value was taken from, NULL where it was from none.
"""

__all__ = ["STATEMENTS"]

_BACKFILLS = """
CREATE TABLE backfills (
    run INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    undone_at INTEGER,
    requests INTEGER NOT NULL
) STRICT
"""

_BACKFILLED = """
CREATE TABLE backfilled (
    entry INTEGER NOT NULL,
    run INTEGER NOT NULL,
    scope_before INTEGER NOT NULL,
    scope_after INTEGER NOT NULL,
    project_neighbour INTEGER,
    feature_neighbour INTEGER,
    PRIMARY KEY (entry, run)
) STRICT, WITHOUT ROWID
"""

STATEMENTS: tuple[str, ...] = (_BACKFILLS, _BACKFILLED)
