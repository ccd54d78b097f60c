"""openai-responses: usage in the last event's response, over SSE or a WebSocket, or at the body's top.

``input_tokens`` includes the cached ones, ``output_tokens`` the reasoning. The answer ends with ``response.completed``,
``.incomplete``, ``.failed`` or ``.cancelled``; an ``error`` event may stand alone. finish_reason is the response's
status, or for an incomplete one its reason. OpenRouter's costs stand in the usage, as in openai-chat.
"""

from dataclasses import replace
from typing import Any

from franking.metering.errors import read_error
from franking.metering.formats.format import Format
from franking.metering.formats.openai import costs, known, named, tokens
from franking.metering.parts import Parts, load, nested, table, text
from franking.metering.values import Usage

__all__ = ["RESPONSES", "read"]

_OVER = frozenset({"completed", "incomplete", "failed", "cancelled"})


def read(usage: Usage, parts: Parts) -> Usage:
    """One event, or the whole answer."""
    if text(load(parts.get("type"))) == "error":
        return replace(usage, **_error(parts))
    response = nested(parts, "response") if "response" in parts else parts
    changes = named(response)
    if changes.get("service_tier") == "auto":
        del changes["service_tier"]  # what was asked for; the tier that served it stands in the last event
    status = text(load(response.get("status")))
    if status in _OVER:
        reason = text(table(load(response.get("incomplete_details"))).get("reason"), 100)
        changes |= {"finish_reason": reason or status, "complete": True}
    if numbers := table(load(response.get("usage"))):
        changes |= known(tokens(numbers, "input", "output")) | costs(numbers)
    if "error" in response:
        changes |= _error(response)
    return replace(usage, **changes) if changes else usage


def _error(parts: Parts) -> dict[str, Any]:
    """An error's code tells more than its type, where the type is only ``error``."""
    found = read_error(parts)
    if found.get("error_type") == "error":
        code = text(load(parts.get("code")), 100)
        found["error_type"] = code or "error"
    return found


def _worth(data: bytes) -> bool:
    return (
        b'"response.completed"' in data
        or b'"response.incomplete"' in data
        or b'"response.failed"' in data
        or b'"response.cancelled"' in data
        or b'"error"' in data
    )


RESPONSES = Format(
    read=read,
    worth=_worth,
    keys={
        "id": 1024, "model": 1024, "status": 256, "service_tier": 256, "usage": 65536, "error": 65536,
        "incomplete_details": 4096, "type": 256, "code": 1024, "message": 65536, "detail": 65536,
    },
)  # fmt: skip
