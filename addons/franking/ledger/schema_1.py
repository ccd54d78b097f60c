"""The ledger's first shape: one wide table. Kept for ledgers of that time; never edited."""

__all__ = ["MICRODOLLAR_USAGE", "STATEMENTS"]

_REQUESTS = """
CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    started_at INTEGER NOT NULL,
    first_token_at INTEGER,
    ended_at INTEGER,
    status TEXT NOT NULL,
    http_status INTEGER,
    gateway TEXT,
    host TEXT,
    method TEXT,
    path TEXT,
    wire_format TEXT,
    streamed INTEGER,
    requested_model TEXT,
    model TEXT,
    inference_provider TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost INTEGER,
    cost_source TEXT,
    reported_cost INTEGER,
    estimated_cost INTEGER,
    is_byok INTEGER,
    upstream_cost INTEGER,
    project_id TEXT,
    project_source TEXT,
    feature TEXT,
    feature_source TEXT,
    rejected_feature TEXT,
    organization_id TEXT,
    user TEXT,
    session_id TEXT,
    task_id TEXT,
    client TEXT,
    client_version TEXT,
    editor_name TEXT,
    machine_id TEXT,
    repository TEXT,
    branch TEXT,
    worktree TEXT,
    pid INTEGER,
    command TEXT,
    message_id TEXT,
    finish_reason TEXT,
    error_type TEXT,
    error_message TEXT,
    request_bytes INTEGER,
    response_bytes INTEGER,
    prompt_preview TEXT,
    provenance TEXT,
    bucket INTEGER GENERATED ALWAYS AS (started_at / 900000000) VIRTUAL
) STRICT
"""

MICRODOLLAR_USAGE = """
CREATE VIEW microdollar_usage AS
SELECT
    id,
    user AS kilo_user_id,
    (cost + CASE WHEN cost < 0 THEN -500 ELSE 500 END) / 1000 AS cost,
    input_tokens,
    output_tokens,
    cache_write_tokens,
    cache_read_tokens AS cache_hit_tokens,
    strftime('%Y-%m-%dT%H:%M:%S', started_at / 1000000, 'unixepoch')
        || printf('.%06dZ', started_at % 1000000) AS created_at,
    gateway AS provider,
    model,
    requested_model,
    CASE status WHEN 'in_flight' THEN NULL ELSE status NOT IN ('ok', 'client_aborted') END AS has_error,
    organization_id,
    inference_provider,
    project_id,
    message_id,
    finish_reason,
    (first_token_at - started_at) / 1000.0 AS latency,
    (ended_at - first_token_at) / 1000.0 AS generation_time,
    is_byok,
    streamed,
    CASE status WHEN 'in_flight' THEN NULL ELSE status = 'client_aborted' END AS cancelled,
    editor_name,
    machine_id,
    feature
FROM requests
"""

STATEMENTS: tuple[str, ...] = (
    "PRAGMA application_id = 1179795790",
    _REQUESTS,
    "CREATE INDEX requests_started_at ON requests (started_at)",
    "CREATE INDEX requests_project ON requests (project_id, started_at)",
    "CREATE INDEX requests_feature ON requests (feature, started_at) WHERE feature IS NOT NULL",
    "CREATE INDEX requests_session ON requests (session_id, started_at) WHERE session_id IS NOT NULL",
    # Nearly always empty: it lets a start find what an earlier run left open, at any size of ledger.
    "CREATE INDEX requests_in_flight ON requests (id) WHERE status = 'in_flight'",
    MICRODOLLAR_USAGE,
)
