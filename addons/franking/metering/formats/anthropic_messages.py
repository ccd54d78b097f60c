"""anthropic-messages: ``message_start`` gives the input, ``message_delta`` cumulative numbers that replace the earlier.

The provider's ``input_tokens`` excludes what was read from and written to the cache; here it is all input. Cache writes
for 5 minutes and for an hour differ in price, so the hour's are kept apart. Server tools make several iterations in one
answer: the last cumulative numbers count them all, but for a compaction, which is billed beside them.
"""

from dataclasses import replace
from typing import Any

from franking.metering.errors import read_error
from franking.metering.formats.format import Format
from franking.metering.formats.openai import costs
from franking.metering.parts import Parts, count, load, nested, table, text
from franking.metering.values import Usage

__all__ = ["MESSAGES", "read"]

_MOST_ITERATIONS = 1000


def read(usage: Usage, parts: Parts) -> Usage:
    """One event, or the whole answer."""
    kind = text(load(parts.get("type")))
    if kind == "message_stop":
        return replace(usage, complete=True)
    if kind == "error" or "error" in parts:
        return replace(usage, **read_error(parts))
    message = nested(parts, "message") if kind == "message_start" else parts
    changes: dict[str, Any] = {}
    for key, field in (("id", "message_id"), ("model", "model"), ("provider", "inference_provider")):
        if key in message and (value := text(load(message[key]))):
            changes[field] = value
    reason = load(message.get("stop_reason")) or table(load(message.get("delta"))).get("stop_reason")
    if reason := text(reason, 100):
        changes["finish_reason"] = reason
    if numbers := table(load(message.get("usage"))):
        changes |= _tokens(usage, numbers) | costs(numbers)
    return replace(usage, **changes) if changes else usage


def _tokens(known: Usage, numbers: dict[str, Any]) -> dict[str, Any]:
    read, written = known.cache_read_tokens, known.cache_write_tokens
    fresh = None if known.input_tokens is None else known.input_tokens - (read or 0) - (written or 0)
    fresh = _newer(numbers.get("input_tokens"), fresh)
    read = _newer(numbers.get("cache_read_input_tokens"), read)
    split = table(numbers.get("cache_creation"))
    hour, minutes = count(split.get("ephemeral_1h_input_tokens")), count(split.get("ephemeral_5m_input_tokens"))
    by_kind = None if hour is None and minutes is None else (hour or 0) + (minutes or 0)
    written = _newer(numbers.get("cache_creation_input_tokens"), written if by_kind is None else by_kind)
    output = _newer(numbers.get("output_tokens"), known.output_tokens)
    rounds = _iterations(numbers.get("iterations"))
    new = count(numbers.get("input_tokens")) is not None and count(numbers.get("output_tokens")) is not None
    for kind, (given, made, hit, kept) in rounds:
        if kind == "compaction" and new and fresh is not None and output is not None:
            fresh, output = fresh + given - hit - kept, output + made
            read, written = (read or 0) + hit if hit else read, (written or 0) + kept if kept else written
    tier = "fast" if numbers.get("speed") == "fast" else text(numbers.get("service_tier"))
    return {
        "input_tokens": None if fresh is None else fresh + (read or 0) + (written or 0),
        "output_tokens": output,
        "cache_read_tokens": read,
        "cache_write_tokens": written,
        "cache_write_1h_tokens": known.cache_write_1h_tokens if hour is None else hour,
        "reasoning_tokens": _newer(
            table(numbers.get("output_tokens_details")).get("thinking_tokens"), known.reasoning_tokens
        ),
        "web_searches": _newer(table(numbers.get("server_tool_use")).get("web_search_requests"), known.web_searches),
        "service_tier": tier or known.service_tier,
        "iterations": tuple(counts for _, counts in rounds) or known.iterations,
    }


def _iterations(entries: Any) -> list[tuple[Any, tuple[int, int, int, int]]]:
    """Of each round its type and counts, as Usage has them."""
    found = []
    for entry in map(table, entries[:_MOST_ITERATIONS] if isinstance(entries, list) else ()):
        names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        given, made, hit, kept = (count(entry.get(name)) or 0 for name in names)
        found.append((entry.get("type"), (given + hit + kept, made, hit, kept)))
    return found


def _newer(number: Any, known: int | None) -> int | None:
    """The number where it is one; what is null or absent says nothing new."""
    found = count(number)
    return known if found is None else found


def _worth(data: bytes) -> bool:
    return b'"message_' in data or b'"error"' in data


MESSAGES = Format(
    read=read,
    worth=_worth,
    keys={
        "type": 256, "id": 1024, "model": 1024, "provider": 1024, "stop_reason": 1024, "usage": 65536, "error": 65536,
        "message": 65536, "detail": 65536,
    },
)  # fmt: skip
