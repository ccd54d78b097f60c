"""gemini-generate: each chunk's ``usageMetadata`` is the sum so far, so the last counts; SSE, JSON, or a JSON array.

``promptTokenCount`` includes the cached content, and the tool's prompt stands beside it; ``candidatesTokenCount``
excludes the thoughts. Zeros are left out on the wire: where no output is named, the total tells whether there was none.
Google's code assistants wrap the same in ``response``.
"""

from dataclasses import replace
from typing import Any

import msgspec

from franking.metering.errors import read_error
from franking.metering.formats.format import Format
from franking.metering.parts import Parts, count, load, nested, table, text
from franking.metering.values import Usage

__all__ = ["GENERATE", "read"]


class _Candidate(msgspec.Struct, rename="camel"):
    finish_reason: str | None = None


_CANDIDATES = msgspec.json.Decoder(list[_Candidate])


def read(usage: Usage, parts: Parts) -> Usage:
    """One chunk, or the whole answer."""
    if "response" in parts:
        parts = nested(parts, "response")
    changes: dict[str, Any] = {}
    for key, field in (("responseId", "message_id"), ("modelVersion", "model")):
        if key in parts and (value := text(load(parts[key]))):
            changes[field] = value
    if "candidates" in parts and (reason := _finish_reason(parts["candidates"])):
        changes |= {"finish_reason": reason, "complete": True}
    if blocked := text(table(load(parts.get("promptFeedback"))).get("blockReason"), 100):
        changes |= {"finish_reason": blocked, "complete": True}
    if numbers := table(load(parts.get("usageMetadata"))):
        changes |= _tokens(numbers)
    if "error" in parts:
        changes |= read_error(parts)
    return replace(usage, **changes) if changes else usage


def _finish_reason(raw: Any) -> str | None:
    try:
        reasons = [candidate.finish_reason for candidate in _CANDIDATES.decode(raw)]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return text(next(filter(None, reasons), None), 100)


def _tokens(numbers: dict[str, Any]) -> dict[str, Any]:
    prompt, tools = count(numbers.get("promptTokenCount")), count(numbers.get("toolUsePromptTokenCount"))
    given = None if prompt is None else prompt + (tools or 0)
    said, thought = count(numbers.get("candidatesTokenCount")), count(numbers.get("thoughtsTokenCount"))
    made = None if said is None and thought is None else (said or 0) + (thought or 0)
    total = count(numbers.get("totalTokenCount"))
    if made is None and total is not None and given is not None and total >= given:
        made = total - given
    found: dict[str, Any] = {
        "input_tokens": given,
        "output_tokens": made,
        "cache_read_tokens": count(numbers.get("cachedContentTokenCount")),
        "reasoning_tokens": thought,
        "service_tier": text(numbers.get("serviceTier")),
    }
    for modality in ("audio", "image"):
        found[f"{modality}_input_tokens"] = _of(
            modality, numbers.get("promptTokensDetails"), numbers.get("toolUsePromptTokensDetails")
        )
        found[f"{modality}_output_tokens"] = _of(modality, numbers.get("candidatesTokensDetails"))
        found[f"{modality}_cache_read_tokens"] = _of(modality, numbers.get("cacheTokensDetails"))
    return {field: value for field, value in found.items() if value is not None}


def _of(modality: str, *lists: Any) -> int | None:
    """One modality's tokens, summed; None where nothing names it."""
    entries = [table(entry) for details in lists if isinstance(details, list) for entry in details]
    found = [count(entry.get("tokenCount")) for entry in entries if entry.get("modality") == modality.upper()]
    known = [number for number in found if number is not None]
    return sum(known) if known else None


def _worth(data: bytes) -> bool:
    return b'"finishReason"' in data or b'"error"' in data or b'"blockReason"' in data


def _has_usage(data: bytes) -> bool:
    return b'"usageMetadata"' in data


GENERATE = Format(
    read=read,
    worth=_worth,
    latest=_has_usage,
    keys={
        "responseId": 1024, "modelVersion": 1024, "candidates": 262144, "usageMetadata": 65536, "promptFeedback": 65536,
        "error": 65536, "response": 524288, "message": 65536, "type": 256,
    },
)  # fmt: skip
