"""The ledger's second shape: what repeats is kept once, and roll-ups stand beside the rows. Never edited once released.

``key`` tells an earlier row of a side table from a new one: the writer's digest of its columns; NULL in rows that
came from the first shape. Plain SQL throughout, so that any SQLite can bring an older ledger here.
"""

from franking.ledger.schema_1 import MICRODOLLAR_USAGE

__all__ = ["CALLER", "KIND", "ROLL_UPS", "SCOPE", "STATEMENTS", "SUMS", "TOTALS_STAY"]

SCOPE = (
    "project_id", "feature", "model", "user", "client", "organization_id", "gateway", "project_source",
    "feature_source",
)  # fmt: skip
"""Columns of ``scopes``. ``model`` is the answer's, or the one asked for where there was none."""

CALLER = (
    "rejected_feature", "session_id", "task_id", "client_version", "editor_name", "machine_id", "repository", "branch",
    "worktree", "pid", "command", "provenance",
)  # fmt: skip
"""Columns of ``callers``; ``provenance`` without metering's part."""

KIND = (
    "http_status", "host", "method", "path", "wire_format", "streamed", "requested_model", "model",
    "inference_provider", "cost_source", "is_byok", "finish_reason", "error_type", "metering",
)  # fmt: skip
"""Columns of ``kinds``; ``metering`` is that part of ``provenance``, where it has no counts of its own."""

_NUMBERS = {"pid", "http_status", "streamed", "is_byok"}

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")

SUMS: dict[str, str] = {
    "requests": "1",
    "cost": "COALESCE({row}cost, 0)",
    "priced": "{row}cost IS NOT NULL",
    "ok": "{row}status = 'ok'",
    "unpriced_ok": "{row}status = 'ok' AND {row}cost IS NULL",
    "errors": "{row}status IN ('http_error', 'stream_error', 'upstream_aborted', 'interrupted')",
    **{name: f"COALESCE({{row}}{name}, 0)" for name in _TOKENS},
    **{f"{name}_known": f"{{row}}{name} IS NOT NULL" for name in _TOKENS},
}
"""Column of a roll-up → what a row adds to it. The counts tell a sum of nothing known from 0."""

ROLL_UPS = {"quarters": 900_000_000, "days": 86_400_000_000, "spans": 64 * 86_400_000_000}
"""Roll-up → its buckets' length in microseconds: quarter-hours, days of UTC, and 64 of these."""


def _side(table: str, columns: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{name}" {"INTEGER" if name in _NUMBERS else "TEXT"}' for name in columns)
    return f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, key ANY UNIQUE, {listed}) STRICT"


_ENTRIES = """
CREATE TABLE entries (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    first_token_at INTEGER,
    ended_at INTEGER,
    status TEXT NOT NULL,
    scope INTEGER NOT NULL,
    caller INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost INTEGER,
    reported_cost INTEGER,
    estimated_cost INTEGER,
    upstream_cost INTEGER,
    message_id TEXT,
    error_message TEXT,
    request_bytes INTEGER,
    response_bytes INTEGER,
    prompt_preview TEXT,
    metering TEXT
) STRICT
"""

_REQUESTS = """
CREATE VIEW requests AS
SELECT
    e.id, e.started_at, e.first_token_at, e.ended_at, e.status, k.http_status, s.gateway, k.host, k.method, k.path,
    k.wire_format, k.streamed, k.requested_model, k.model, k.inference_provider, e.input_tokens, e.output_tokens,
    e.cache_read_tokens, e.cache_write_tokens, e.reasoning_tokens, e.cost, k.cost_source, e.reported_cost,
    e.estimated_cost, k.is_byok, e.upstream_cost, s.project_id, s.project_source, s.feature, s.feature_source,
    c.rejected_feature, s.organization_id, s."user", c.session_id, c.task_id, s.client, c.client_version, c.editor_name,
    c.machine_id, c.repository, c.branch, c.worktree, c.pid, c.command, e.message_id, k.finish_reason, k.error_type,
    e.error_message, e.request_bytes, e.response_bytes, e.prompt_preview,
    CASE
        WHEN COALESCE(e.metering, k.metering) IS NULL THEN c.provenance
        ELSE substr(c.provenance, 1, length(c.provenance) - 1) || CASE c.provenance WHEN '{}' THEN '' ELSE ',' END
            || '"metering":' || COALESCE(e.metering, k.metering) || '}'
    END AS provenance,
    e.started_at / 900000000 AS bucket
FROM entries AS e
LEFT JOIN scopes AS s ON s.id = e.scope
LEFT JOIN callers AS c ON c.id = e.caller
LEFT JOIN kinds AS k ON k.id = e.kind
"""
# LEFT: every row has all three, but so SQLite leaves out those that a question does not ask for.


def _roll_up(table: str) -> str:
    listed = ", ".join(f"{name} INTEGER NOT NULL" for name in SUMS)
    # Not STRICT: an absurd number may make a sum imprecise, but must not keep a row out.
    return f"CREATE TABLE {table} (bucket INTEGER, scope INTEGER, {listed}, PRIMARY KEY (bucket, scope)) WITHOUT ROWID"


def _counted(row: str, sign: str) -> str:
    """Statements of a trigger that bring a row into the roll-ups, or take it out."""
    said = ""
    for table, length in ROLL_UPS.items():
        values = ", ".join(f"{sign}({value.format(row=row)})" for value in SUMS.values())
        changes = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
        said += (
            f" INSERT INTO {table} (bucket, scope, {', '.join(SUMS)})"  # noqa: S608 - our own names
            f" VALUES ({row}started_at / {length}, {row}scope, {values})"
            f" ON CONFLICT (bucket, scope) DO UPDATE SET {changes};"
        )
        if sign == "-":
            place = f"bucket = {row}started_at / {length} AND scope = {row}scope AND requests = 0"
            said += f" DELETE FROM {table} WHERE {place};"  # noqa: S608
    return said


_ENDED = "{row}.status <> 'in_flight'"
TOTALS_STAY = "totals_stay"
"""The fact that, while it stands, keeps rows that are dropped in the roll-ups; never outlives a transaction."""

_TOTALS_GO = f"NOT EXISTS (SELECT 1 FROM facts WHERE name = '{TOTALS_STAY}')"  # noqa: S608


def _trigger(name: str, event: str, condition: str, work: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {event} ON entries WHEN {condition} BEGIN{work} END"


def _text(columns: tuple[str, ...], values: dict[str, str]) -> str:
    """A key of plain SQL: the columns' values as SQL writes them."""
    return " || ',' || ".join(f"quote({values.get(name, f'old."{name}"')})" for name in columns)


_HAS_METERING = """instr(old.provenance, '"metering":{') IN (2, instr(old.provenance, ',"metering":{') + 1)"""
_HEAD = f"""CASE WHEN {_HAS_METERING}
    THEN substr(old.provenance, 1, max(1, instr(old.provenance, '"metering":{{') - 2)) || '}}'
    ELSE old.provenance END"""
_METERING = f"""CASE WHEN {_HAS_METERING}
    THEN substr(old.provenance, instr(old.provenance, '"metering":{{') + 11,
        length(old.provenance) - instr(old.provenance, '"metering":{{') - 11) END"""
_OLD = {"scopes": {"model": "COALESCE(old.model, old.requested_model)"}, "callers": {"provenance": _HEAD},
        "kinds": {"metering": _METERING}}  # fmt: skip
_SIDES = {"scopes": SCOPE, "callers": CALLER, "kinds": KIND}


def _moved() -> tuple[str, ...]:
    """Bring the first shape's rows here."""
    keys = {table: _text(columns, _OLD[table]) for table, columns in _SIDES.items()}
    fill = [
        f"INSERT INTO {table} (key, {', '.join(f'"{name}"' for name in columns)})"  # noqa: S608
        f" SELECT {keys[table]}, {', '.join(_OLD[table].get(name, f'old."{name}"') for name in columns)}"
        " FROM first_shape AS old GROUP BY 1"
        for table, columns in _SIDES.items()
    ]
    own = (
        "id, started_at, first_token_at, ended_at, status, input_tokens, output_tokens, cache_read_tokens,"
        " cache_write_tokens, reasoning_tokens, cost, reported_cost, estimated_cost, upstream_cost, message_id,"
        " error_message, request_bytes, response_bytes, prompt_preview"
    )
    places = ", ".join(f"(SELECT id FROM {table} WHERE key = {keys[table]})" for table in _SIDES)  # noqa: S608
    entries = (
        f"INSERT INTO entries ({own}, scope, caller, kind)"  # noqa: S608
        f" SELECT {own}, {places} FROM first_shape AS old ORDER BY started_at"
    )
    forget = [f"UPDATE {table} SET key = NULL" for table in _SIDES]  # noqa: S608
    return (*fill, entries, *forget, "DROP TABLE first_shape")


STATEMENTS: tuple[str, ...] = (
    "DROP VIEW microdollar_usage",
    "ALTER TABLE requests RENAME TO first_shape",
    *(_side(table, columns) for table, columns in _SIDES.items()),
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID",
    _ENTRIES,
    *(_roll_up(table) for table in ROLL_UPS),
    _trigger("entries_added", "INSERT", _ENDED.format(row="NEW"), _counted("NEW.", "")),
    _trigger("entries_left", "UPDATE", _ENDED.format(row="OLD"), _counted("OLD.", "-")),
    _trigger("entries_came", "UPDATE", _ENDED.format(row="NEW"), _counted("NEW.", "")),
    _trigger("entries_removed", "DELETE", f"{_ENDED.format(row='OLD')} AND {_TOTALS_GO}", _counted("OLD.", "-")),
    *_moved(),
    "CREATE INDEX entries_started_at ON entries (started_at)",
    "CREATE INDEX entries_caller ON entries (caller, started_at)",
    # Nearly always empty: it lets a start find what an earlier run left open, at any size of ledger.
    "CREATE INDEX entries_in_flight ON entries (started_at) WHERE status = 'in_flight'",
    "CREATE INDEX callers_session ON callers (session_id) WHERE session_id IS NOT NULL",
    "CREATE INDEX scopes_project ON scopes (project_id)",
    "CREATE INDEX scopes_feature ON scopes (feature) WHERE feature IS NOT NULL",
    _REQUESTS,
    MICRODOLLAR_USAGE,
)
