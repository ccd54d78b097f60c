"""A request's row: at its start, from what attribution found; at its end, from what metering read. Pure."""

from dataclasses import dataclass

import msgspec

from franking.attribution.values import Attribution
from franking.ledger.record import Record, Status
from franking.metering.values import Asked, Cost, Usage, unusual_counts

__all__ = ["Ending", "attributed", "closed", "final_status", "opened", "priced"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an exchange stands. Times in microseconds, sizes in bytes; None where there was no answer.

    error_type, error_message: of the transport; the answer's own words come before them.
    """

    status: Status
    ended_at: int
    http_status: int | None = None
    first_token_at: int | None = None
    event_stream: bool = False
    request_bytes: int | None = None
    response_bytes: int | None = None
    error_type: str | None = None
    error_message: str | None = None
    fault: str | None = None
    asked_for_usage: bool = False


def opened(
    *,
    id: str,  # noqa: A002 - the column's name
    started_at: int,
    gateway: str,
    host: str,
    method: str,
    path: str,
    wire_format: str,
    attribution: Attribution,
    provenance: str,
) -> Record:
    """The row of a request that has just begun."""
    begun = Record(
        id=id,
        started_at=started_at,
        gateway=gateway,
        host=host,
        method=method,
        path=path,
        wire_format=wire_format,
    )
    return attributed(begun, attribution, provenance)


def attributed(row: Record, attribution: Attribution, provenance: str) -> Record:
    """The row with whose it is."""
    return msgspec.structs.replace(
        row,
        project_id=attribution.project.value,
        project_source=attribution.project.source,
        feature=attribution.feature.value,
        feature_source=attribution.feature.source,
        rejected_feature=attribution.rejected_feature,
        organization_id=attribution.organization.value,
        user=attribution.user.value,
        session_id=attribution.session.value,
        task_id=attribution.task.value,
        client=attribution.client.value,
        client_version=attribution.client_version,
        editor_name=attribution.editor.value,
        machine_id=attribution.machine.value,
        repository=attribution.repository,
        branch=attribution.branch,
        worktree=attribution.worktree,
        pid=attribution.pid,
        command=attribution.command,
        provenance=provenance,
    )


def final_status(status: Status, http_status: int | None, usage: Usage) -> Status:
    """The status to keep: an answer's own word goes before how its connection ended.

    Codex leaves at the head of a refused upgrade to a WebSocket; it was refused all the same.

    >>> final_status("client_aborted", 200, Usage(complete=True))
    'ok'
    """
    if usage.complete and status in ("client_aborted", "upstream_aborted", "interrupted"):
        status = "ok"
    if status in ("ok", "client_aborted") and http_status is not None and http_status >= 400:
        return "http_error"
    if status == "ok" and usage.error_type is not None:
        return "stream_error"
    return status


def closed(row: Record, ending: Ending, asked: Asked, usage: Usage) -> Record:
    """The row of a request whose answer has ended; its cost is added by ``priced``."""
    answered = ending.http_status is not None
    return msgspec.structs.replace(
        row,
        status=ending.status,
        first_token_at=ending.first_token_at,
        ended_at=ending.ended_at,
        http_status=ending.http_status,
        streamed=(ending.event_stream or bool(asked.streamed)) if answered else asked.streamed,
        requested_model=asked.model,
        model=usage.model,
        inference_provider=usage.inference_provider,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        is_byok=usage.is_byok,
        upstream_cost=usage.upstream_cost,
        message_id=usage.message_id,
        finish_reason=usage.finish_reason,
        error_type=usage.error_type or ending.error_type,
        error_message=usage.error_message or ending.error_message,
        request_bytes=ending.request_bytes,
        response_bytes=ending.response_bytes,
        prompt_preview=asked.preview,
    )


def priced(row: Record, ending: Ending, asked: Asked, usage: Usage, cost: Cost) -> Record:
    """The row with its cost, and with metering's notes beside the attribution's in ``provenance``."""
    notes = {
        "complete": usage.complete,
        "price": cost.price,
        "counts": unusual_counts(usage),
        "request_unparsed": asked.unparsed,
        "answer_unparsed": usage.unparsed,
        "skipped_events": usage.skipped_events or None,
        "fault": ending.fault,
        "asked_for_usage": ending.asked_for_usage or None,
    }
    told = msgspec.json.encode({key: value for key, value in notes.items() if value is not None}).decode()
    head = row.provenance or "{}"
    return msgspec.structs.replace(
        row,
        cost=cost.cost,
        cost_source=cost.cost_source,
        reported_cost=cost.reported_cost,
        estimated_cost=cost.estimated_cost,
        provenance=f'{head[:-1]}{"," if len(head) > 2 else ""}"metering":{told}}}',
    )
