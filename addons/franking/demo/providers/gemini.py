"""Gemini's generateContent: whole, as server-sent events, and as one JSON array written bit by bit."""

from typing import Any

from franking.demo.providers.figures import REPLY, encode, figures, sse

__all__ = ["content", "content_array", "content_stream"]


def content(body: bytes, model: str) -> bytes:
    """A whole answer."""
    return encode(_chunk(body, model, "".join(REPLY), last=True))


def content_stream(body: bytes, model: str) -> list[bytes]:
    """Server-sent events (``alt=sse``); every chunk carries the counts so far."""
    return [sse(chunk) for chunk in _chunks(body, model)]


def content_array(body: bytes, model: str) -> list[bytes]:
    """The stream without ``alt=sse``: the chunks as elements of one array."""
    chunks = [encode(chunk) for chunk in _chunks(body, model)]
    return [b"[" + chunks[0], *(b",\r\n" + chunk for chunk in chunks[1:]), b"]"]


def _chunks(body: bytes, model: str) -> list[dict[str, Any]]:
    return [_chunk(body, model, word, last=word is REPLY[-1]) for word in REPLY]


def _chunk(body: bytes, model: str, text: str, *, last: bool) -> dict[str, Any]:
    counts = figures(body)
    candidate: dict[str, Any] = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    usage: dict[str, Any] = {
        "promptTokenCount": counts.input,
        "cachedContentTokenCount": counts.cache_read,
        "candidatesTokenCount": counts.output - counts.reasoning if last else 1,
        "totalTokenCount": counts.input + (counts.output if last else 1),
    }
    if last:
        candidate["finishReason"] = "STOP"
        usage["thoughtsTokenCount"] = counts.reasoning
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model, "responseId": "demo-1"}
