"""What metering costs, in CPU time on this machine, against the project's own limits: ``scripts/bench metering``.

Each figure is the median of several rounds.
"""

import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from franking.metering.pricing import Pricer
from franking.metering.request_tap import RequestTap
from franking.metering.tap import ResponseTap
from franking.metering.values import Usage

__all__ = ["metering"]

EVENTS = 2000
PIECE = 65536


def cpu(work: Callable[[], object], rounds: int = 9) -> float:
    """Median seconds of CPU time."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def chat_events() -> list[bytes]:
    """A stream as a client gets it: an event a piece, usage null until the last but one."""
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "usage": None}
    events = [
        b"data: "
        + json.dumps(chunk | {"choices": [{"index": 0, "delta": {"content": f"word {n}"}}]}).encode()
        + b"\n\n"
        for n in range(EVENTS)
    ]
    usage = {"prompt_tokens": 9, "completion_tokens": EVENTS, "total_tokens": EVENTS + 9}
    return [
        *events,
        b"data: " + json.dumps(chunk | {"choices": [], "usage": usage}).encode() + b"\n\n",
        b"data: [DONE]\n\n",
    ]


def gemini_events() -> list[bytes]:
    """A stream whose every chunk has a usage."""
    return [
        b"data: "
        + json.dumps(
            {
                "candidates": [{"content": {"parts": [{"text": f"word {n}"}], "role": "model"}}],
                "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": n, "totalTokenCount": n + 9},
                "modelVersion": "gemini-2.5-pro",
            }
        ).encode()
        + b"\r\n\r\n"
        for n in range(EVENTS)
    ]


def answer(wire_format: str, content_type: str, pieces: list[bytes]) -> Usage:
    """Through the tap, piece by piece."""
    tap = ResponseTap(wire_format, 200, content_type, "")
    for piece in pieces:
        tap.feed(piece)
    return tap.finish(True)


def request(pieces: list[bytes]) -> object:
    """Through the tap, in the pieces that a proxy sees."""
    tap = RequestTap("openai-chat", "/v1/chat/completions", "", None, None)
    for piece in pieces:
        tap.feed(piece)
    return tap.finish()


def code_chat(size: int) -> bytes:
    """A coding agent's request: long messages with quotes, escapes and line ends."""
    text = 'def f(name):\n    return {"key": f"hello {name}", \'n\': [1, 2]}\n\n# a comment as people write it\n'
    message = {"role": "user", "content": text * 40}
    count = size // len(json.dumps(message))
    return json.dumps({"messages": [message] * count, "model": "gpt-4o", "stream": True}).encode()


def large_answer(size: int) -> list[bytes]:
    """A JSON answer of escaped text, its usage at the very end."""
    words = json.dumps('some "quoted" text, and\na line \\ more ' * 1500).encode()[1:-1]
    pieces = [b'{"id":"x","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"']
    pieces += [words] * (size // len(words))
    return [*pieces, b'"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":9}}']


def numbers_answer(size: int) -> list[bytes]:
    """Embeddings: nothing but numbers."""
    row = json.dumps({"object": "embedding", "embedding": [0.0123456789, -0.25] * 768}).encode() + b","
    return [b'{"data":[', *([row] * (size // len(row))), b'{}],"model":"e","usage":{"prompt_tokens":7}}']


def held(pieces: list[bytes]) -> float:
    """The most memory at any time beside the pieces themselves, in megabytes."""
    tracemalloc.start()
    answer("openai-chat", "application/json", pieces)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def price() -> float:
    """Microseconds to price one usage whose rates are cached, p50."""
    pricer = Pricer()
    usage = Usage(model="openai/gpt-4o", input_tokens=1200, output_tokens=50, cache_read_tokens=1000, reported_cost=7)
    now = time.time_ns() // 1000
    pricer.price(usage, "openai/gpt-4o", "kilo", "openai-chat", now)
    taken = []
    for _ in range(5000):
        began = time.perf_counter_ns()
        pricer.price(usage, "openai/gpt-4o", "kilo", "openai-chat", now)
        taken.append(time.perf_counter_ns() - began)
    return statistics.median(taken) / 1000


def figures() -> list[tuple[str, float, float, str]]:
    """(what, figure, limit, unit)."""
    chat, gemini = chat_events(), gemini_events()
    small: dict[str, Any] = {
        "id": "x",
        "model": "gpt-4o",
        "choices": [{"index": 0, "message": {"content": "word " * 340}}],
    }
    small["usage"] = {"prompt_tokens": 7, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 0}}
    two_kilobytes = json.dumps(small).encode()
    body, large, numbers = code_chat(2_000_000), large_answer(50_000_000), numbers_answer(50_000_000)
    pieces = [body[start : start + PIECE] for start in range(0, len(body), PIECE)]
    return [
        ("openai-chat event", cpu(lambda: answer("openai-chat", "text/event-stream", chat)) / len(chat) * 1e6, 5, "µs"),
        (
            "gemini event",
            cpu(lambda: answer("gemini-generate", "text/event-stream", gemini)) / len(gemini) * 1e6,
            5,
            "µs",
        ),
        (
            f"JSON answer of {len(two_kilobytes)} bytes",
            cpu(lambda: [answer("openai-chat", "application/json", [two_kilobytes]) for _ in range(200)]) / 200 * 1e3,
            0.3,
            "ms",
        ),
        (f"request of {len(body) / 1e6:.1f} MB", cpu(lambda: request(pieces)) * 1e3, 3, "ms"),
        ("64 KB of it, at once on the loop", cpu(lambda: request(pieces)) / len(pieces) * 1e3, 0.5, "ms"),
        ("JSON answer of 50 MB, text", cpu(lambda: answer("openai-chat", "application/json", large), 3), 1, "s"),
        (
            "JSON answer of 50 MB, numbers",
            cpu(lambda: answer("openai-embeddings", "application/json", numbers), 3),
            1,
            "s",
        ),
        ("held of 50 MB", held(large), 1, "MB"),
        ("price, rates cached, p50", price(), 20, "µs"),
    ]


def metering(seconds: float) -> dict[str, Any]:
    """Each figure with its limit; one that is past it is said to be."""
    report: dict[str, Any] = {}
    for what, figure, limit, unit in figures():
        past = "" if figure <= limit else "  PAST ITS LIMIT"
        print(f"{what:34} {figure:9.3f} {unit:2}  (at most {limit:g} {unit}){past}", flush=True)
        report[what] = {"figure": figure, "limit": limit, "unit": unit}
    return report
