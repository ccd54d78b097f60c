"""The ledger's shape, version 5: projects and organizations as defined, and budgets. Never edited once released.

Nothing here points at a request, and no request at anything here: what a request was stamped with stays, and to which
project it counts is told when a question is asked. Numbers stay while names change; a scope in ``budgets`` names
projects by their names, of which an earlier one still leads to the project (``projects/names.py``).

``project_members``: a row with ``project_id`` and ``repository`` is for requests with both; ``*`` in a repository, and
in a ``project_id`` where ``pattern`` is 1, stands for any part. ``metadata`` and ``scope`` are JSON objects. Money is
nano-dollars, times are microseconds UTC. ``alerts_sent`` has one row for each alert and channel, once a period.
``reservations``: what a running sidecar (``holder``) holds of a hard budget for requests that the ledger does not
count yet; void when it expires.
``callers_repository`` finds the requests of one repository.
"""

__all__ = ["STATEMENTS"]

_LOOKS = """
    display_name TEXT,
    description TEXT,
    colour TEXT,
    icon TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
"""

_ORGANIZATIONS = f"CREATE TABLE organizations (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, {_LOOKS}) STRICT"

_PROJECTS = f"""
CREATE TABLE projects (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    {_LOOKS},
    organization INTEGER,
    merged_into INTEGER,
    archived_at INTEGER
) STRICT
"""

_MEMBERS = """
CREATE TABLE project_members (
    number INTEGER PRIMARY KEY,
    project INTEGER NOT NULL,
    project_id TEXT,
    repository TEXT,
    pattern INTEGER NOT NULL DEFAULT 0,
    CHECK (project_id IS NOT NULL OR repository IS NOT NULL)
) STRICT
"""

_ONCE = """
CREATE UNIQUE INDEX project_members_once ON project_members (
    COALESCE(project_id, ''), COALESCE(repository, ''), pattern
)
"""
# COALESCE: to an index every NULL is another one.

_BUDGETS = """
CREATE TABLE budgets (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL,
    period TEXT NOT NULL,
    zone TEXT NOT NULL,
    scope TEXT NOT NULL,
    thresholds TEXT NOT NULL,
    hard INTEGER NOT NULL,
    starts INTEGER,
    ends INTEGER,
    unknown_cost INTEGER,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT
"""

_RAISES = """
CREATE TABLE budget_raises (
    number INTEGER PRIMARY KEY,
    budget INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    note TEXT
) STRICT
"""

_ALERTS = """
CREATE TABLE alerts_sent (
    budget INTEGER NOT NULL,
    period_start INTEGER NOT NULL,
    threshold INTEGER NOT NULL,
    channel TEXT NOT NULL,
    reached_at INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_at INTEGER,
    delivered_at INTEGER,
    fault TEXT,
    PRIMARY KEY (budget, period_start, threshold, channel)
) STRICT, WITHOUT ROWID
"""

_RESERVATIONS = """
CREATE TABLE reservations (
    holder TEXT NOT NULL,
    budget INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (holder, budget)
) STRICT, WITHOUT ROWID
"""

STATEMENTS: tuple[str, ...] = (
    _ORGANIZATIONS,
    _PROJECTS,
    _MEMBERS,
    _ONCE,
    "CREATE INDEX callers_repository ON callers (repository) WHERE repository IS NOT NULL",
    _BUDGETS,
    _RAISES,
    "CREATE TABLE budget_pauses (number INTEGER PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT",
    _ALERTS,
    _RESERVATIONS,
)
