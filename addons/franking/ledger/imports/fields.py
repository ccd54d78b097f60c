"""What a file's column may say: fields, and the kind of value that each takes.

A field is a column of the ledger, by its name, or one of the few others that are put together into such.
"""

from typing import Literal

__all__ = ["DIMENSIONS", "PERIODS", "REQUESTS", "TOTALS", "Kind", "fields"]

Kind = Literal["text", "count", "money", "moment", "period", "truth", "milliseconds"]

PERIODS = ("hour", "day", "week", "month")

DIMENSIONS = ("project_id", "feature", "model", "user", "client", "organization_id", "gateway")
"""What totals can be told apart by: columns of the ledger's scopes."""

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")


def _of(kind: Kind, *names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, kind)


TOTALS: dict[str, Kind] = {
    **_of("period", *PERIODS),
    **_of("text", *DIMENSIONS),
    **_of("count", "requests", "unpriced", "errors", "running", *_TOKENS),
    **_of("money", "cost", "upstream_cost"),
}

REQUESTS: dict[str, Kind] = {
    **_of("moment", "started_at", "first_token_at", "ended_at"),
    **_of(
        "text",
        "id", "status", "host", "method", "path", "wire_format", "requested_model", "inference_provider", "cost_source",
        "project_source", "feature_source", "rejected_feature", "session_id", "task_id", "client_version",
        "editor_name", "machine_id", "repository", "branch", "worktree", "command", "message_id", "finish_reason",
        "error_type", "error_message", "prompt_preview", "provenance", *DIMENSIONS,
    ),
    **_of("count", "http_status", "pid", "request_bytes", "response_bytes", *_TOKENS),
    **_of("money", "cost", "reported_cost", "estimated_cost", "upstream_cost"),
    **_of("truth", "streamed", "is_byok", "has_error", "cancelled"),
    **_of("milliseconds", "latency_ms", "generation_ms"),
}  # fmt: skip


def fields(kind: str) -> dict[str, Kind]:
    """The fields of ``requests`` or of ``totals``."""
    return TOTALS if kind == "totals" else REQUESTS
