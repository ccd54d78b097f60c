"""Anthropic's Messages format, whole and streamed: input counts exclude the cached parts, deltas are cumulative."""

from typing import Any

from franking.demo.providers.figures import REPLY, encode, figures, sse

__all__ = ["message", "message_stream"]


def message(body: bytes, asked: dict[str, Any]) -> bytes:
    """A whole message."""
    content = [{"type": "text", "text": "".join(REPLY)}]
    return encode(_head(asked) | {"content": content, "stop_reason": "end_turn", "usage": _usage(body)})


def message_stream(body: bytes, asked: dict[str, Any]) -> list[bytes]:
    """A streamed message, an element an event, the last one ``message_stop``."""
    started = _head(asked) | {"content": [], "stop_reason": None, "usage": _usage(body) | {"output_tokens": 1}}
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    facts: list[dict[str, Any]] = [
        {"type": "message_start", "message": started},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}} for word in REPLY),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": end, "usage": {"output_tokens": figures(body).output}},
        {"type": "message_stop"},
    ]
    return [sse(fact, fact["type"]) for fact in facts]


def _head(asked: dict[str, Any]) -> dict[str, Any]:
    name = asked.get("model", "unknown")
    return {"id": "msg_demo_1", "type": "message", "role": "assistant", "model": name, "stop_sequence": None}


def _usage(body: bytes) -> dict[str, Any]:
    counts = figures(body)
    written = {"ephemeral_5m_input_tokens": counts.cache_write, "ephemeral_1h_input_tokens": 0}
    return {
        "input_tokens": counts.input - counts.cache_read - counts.cache_write,
        "cache_creation_input_tokens": counts.cache_write,
        "cache_read_input_tokens": counts.cache_read,
        "cache_creation": written,
        "output_tokens": counts.output,
        "service_tier": "standard",
    }
