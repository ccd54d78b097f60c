"""OpenAI's formats, with OpenRouter's and Kilo's additions: chat, fill-in-the-middle, embeddings.

``charged`` is for the gateways that bill: they always send usage, with ``cost``, ``is_byok`` and ``provider``.
"""

import base64
import struct
from typing import Any

from franking.demo.providers.figures import REPLY, dollars, encode, figures, sse

__all__ = ["DONE", "chat", "chat_stream", "completion", "embeddings"]

DONE = b"data: [DONE]\n\n"
CREATED = 1_760_000_000


def chat(body: bytes, asked: dict[str, Any], *, charged: bool, byok: bool) -> bytes:
    """A whole chat completion."""
    message = {"role": "assistant", "content": "".join(REPLY), "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    whole = _head(asked, "chat.completion", charged) | {"choices": [choice], "usage": _usage(body, charged, byok)}
    return encode(whole)


def completion(body: bytes, asked: dict[str, Any], *, charged: bool, byok: bool) -> bytes:
    """A whole legacy completion."""
    choice = {"index": 0, "text": "".join(REPLY), "logprobs": None, "finish_reason": "stop"}
    return encode(
        _head(asked, "text_completion", charged) | {"choices": [choice], "usage": _usage(body, charged, byok)}
    )


def chat_stream(body: bytes, asked: dict[str, Any], *, charged: bool, byok: bool) -> list[bytes]:
    """A streamed chat completion, an element an event, the last one ``[DONE]``."""
    head = _head(asked, "chat.completion.chunk", charged)
    options = asked.get("stream_options")
    wanted = charged or (isinstance(options, dict) and options.get("include_usage") is True)
    silent: dict[str, Any] = {"usage": None} if wanted and not charged else {}
    events = [b": OPENROUTER PROCESSING\n\n"] if charged else []
    for nth, word in enumerate(REPLY):
        delta = {"role": "assistant", "content": word} if nth == 0 else {"content": word}
        events.append(sse(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} | silent))
    events.append(sse(head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]} | silent))
    if wanted:
        events.append(sse(head | {"choices": [], "usage": _usage(body, charged, byok)}))
    return [*events, DONE]


def embeddings(body: bytes, asked: dict[str, Any], *, charged: bool, byok: bool) -> bytes:
    """Embeddings of every input, as floats or base64."""
    given = asked.get("input")
    count = len(given) if isinstance(given, list) else 1
    vector: Any = [0.25, -0.5, 0.125, 1.0]
    if asked.get("encoding_format") == "base64":
        vector = base64.b64encode(struct.pack("<4f", *vector)).decode()
    usage = {"prompt_tokens": figures(body).input, "total_tokens": figures(body).input}
    data = [{"object": "embedding", "index": nth, "embedding": vector} for nth in range(count)]
    return encode({"object": "list", "data": data, "model": asked.get("model", "unknown"), "usage": usage})


def _head(asked: dict[str, Any], kind: str, charged: bool) -> dict[str, Any]:
    head = {"id": "gen-demo-1", "object": kind, "created": CREATED, "model": asked.get("model", "unknown")}
    return head | ({"provider": "Demo Inference"} if charged else {})


def _usage(body: bytes, charged: bool, byok: bool) -> dict[str, Any]:
    counts = figures(body)
    cached: dict[str, int] = {"cached_tokens": counts.cache_read}
    usage: dict[str, Any] = {
        "prompt_tokens": counts.input,
        "completion_tokens": counts.output,
        "total_tokens": counts.input + counts.output,
        "prompt_tokens_details": cached,
        "completion_tokens_details": {"reasoning_tokens": counts.reasoning},
    }
    if not charged:
        return usage
    cached["cache_write_tokens"] = counts.cache_write
    cost = {
        "cost": dollars(counts.fee if byok else counts.cost),
        "is_byok": byok,
        "cost_details": {"upstream_inference_cost": dollars(counts.cost) if byok else None},
    }
    return usage | cost
