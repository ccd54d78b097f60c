"""OpenAI's Responses format, whole and streamed."""

from typing import Any

from franking.demo.providers.figures import REPLY, encode, figures, sse

__all__ = ["FAILED", "response", "response_stream"]

ITEM = "msg_demo_1"
FAILED = {"code": "server_error", "message": "The model stopped."}


def response(body: bytes, asked: dict[str, Any]) -> bytes:
    """A whole response."""
    return encode(_whole(body, asked))


def response_stream(body: bytes, asked: dict[str, Any], *, fails: bool = False) -> list[bytes]:
    """A streamed response, an element an event, the last one ``response.completed`` (or ``response.failed``)."""
    started = _whole(body, asked) | {"status": "in_progress", "output": [], "usage": None}
    place = {"item_id": ITEM, "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "text": "", "annotations": []}
    item = {"id": ITEM, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    facts: list[tuple[str, dict[str, Any]]] = [
        ("response.created", {"response": started}),
        ("response.in_progress", {"response": started}),
        ("response.output_item.added", {"output_index": 0, "item": item}),
        ("response.content_part.added", place | {"part": part}),
        *(("response.output_text.delta", place | {"delta": word, "logprobs": []}) for word in REPLY),
    ]
    if fails:
        facts.append(("response.failed", {"response": started | {"status": "failed", "error": FAILED}}))
    else:
        text = "".join(REPLY)
        facts += [
            ("response.output_text.done", place | {"text": text, "logprobs": []}),
            ("response.content_part.done", place | {"part": part | {"text": text}}),
            ("response.output_item.done", {"output_index": 0, "item": _message()}),
            ("response.completed", {"response": _whole(body, asked)}),
        ]
    return [sse({"type": kind, "sequence_number": nth} | fact, kind) for nth, (kind, fact) in enumerate(facts)]


def _message() -> dict[str, Any]:
    content = [{"type": "output_text", "text": "".join(REPLY), "annotations": [], "logprobs": []}]
    return {"id": ITEM, "type": "message", "role": "assistant", "status": "completed", "content": content}


def _whole(body: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    counts = figures(body)
    return {
        "id": "resp_demo_1",
        "object": "response",
        "created_at": 1_760_000_000,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "model": asked.get("model", "unknown"),
        "output": [_message()],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": counts.input,
            "input_tokens_details": {"cached_tokens": counts.cache_read},
            "output_tokens": counts.output,
            "output_tokens_details": {"reasoning_tokens": counts.reasoning},
            "total_tokens": counts.input + counts.output,
        },
    }
