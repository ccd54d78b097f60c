"""Record: one request as the ledger keeps it; a field a column, in the contract's order.

Times are integer microseconds since 1970 UTC, money integer nano-dollars, sizes bytes on the wire (bodies, as sent).
None is NULL: not known, which is not 0.
"""

from typing import Literal

import msgspec

__all__ = ["Record", "Status"]

Status = Literal[
    "in_flight",
    "ok",
    "http_error",
    "stream_error",
    "client_aborted",
    "upstream_aborted",
    "blocked",
    "interrupted",
]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request, whatever became of it. ``id`` is a UUIDv7 in its 36-character form.

    provenance: JSON text: every attribution candidate, the headers as sent, notes on faults.
    gateway to wire_format are known of every request that went through the proxy, not of every imported one.
    """

    id: str
    started_at: int
    first_token_at: int | None = None
    ended_at: int | None = None
    status: Status = "in_flight"
    http_status: int | None = None
    gateway: str | None
    host: str | None
    method: str | None
    path: str | None
    wire_format: str | None
    streamed: bool | None = None
    requested_model: str | None = None
    model: str | None = None
    inference_provider: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost: int | None = None
    cost_source: str | None = None
    reported_cost: int | None = None
    estimated_cost: int | None = None
    is_byok: bool | None = None
    upstream_cost: int | None = None
    project_id: str | None = None
    project_source: str | None = None
    feature: str | None = None
    feature_source: str | None = None
    rejected_feature: str | None = None
    organization_id: str | None = None
    user: str | None = None
    session_id: str | None = None
    task_id: str | None = None
    client: str | None = None
    client_version: str | None = None
    editor_name: str | None = None
    machine_id: str | None = None
    repository: str | None = None
    branch: str | None = None
    worktree: str | None = None
    pid: int | None = None
    command: str | None = None
    message_id: str | None = None
    finish_reason: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    request_bytes: int | None = None
    response_bytes: int | None = None
    prompt_preview: str | None = None
    provenance: str | None = None
