"""The request's tap: model, stream flag, bound, preview; compressed, cut anywhere, long, or no JSON at all."""

import json
import os
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.metering.request_tap import RequestTap
from franking.metering.values import Asked
from support.corpus import ENCODINGS
from support.examples import thorough

GEMINI = "/v1beta/models/gemini-2.5-pro"
MESSAGES = [
    {"role": "system", "content": "be brief"},
    {"role": "user", "content": "first"},
    {"role": "assistant", "content": "yes?"},
    {
        "role": "user",
        "content": [{"type": "text", "text": "  last\nwords “ü” "}, {"type": "image_url", "image_url": {}}],
    },
    {"role": "assistant", "content": "", "tool_calls": []},
]


def asked(
    body: Any, wire_format: str = "openai-chat", path: str = "/v1/chat/completions", preview: int | None = None
) -> Asked:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    tap = RequestTap(wire_format, path, "", preview, len(raw))
    tap.feed(raw)
    return tap.finish()


@pytest.mark.parametrize(
    ("wire_format", "path", "body", "expected"),
    [
        ("openai-chat", "/", {"model": "m", "stream": True}, Asked("m", True)),
        (
            "openai-chat",
            "/",
            {"stream": False, "max_tokens": 5, "messages": MESSAGES, "model": "m"},
            Asked("m", False, 5),
        ),
        ("openai-chat", "/", {"model": "m", "max_tokens": 5, "max_completion_tokens": 7}, Asked("m", None, 7)),
        ("openai-responses", "/", {"model": "m", "max_output_tokens": 9}, Asked("m", None, 9)),
        ("openai-chat", "/", {"metadata": {"model": "inner", "stream": True}, "model": "m"}, Asked("m")),
        ("openai-chat", "/", {"model": 7, "stream": "yes", "max_tokens": -1}, Asked()),
        (
            "openai-chat",
            "/openai/deployments/my%20gpt/chat/completions?api-version=1",
            {"stream": True},
            Asked("my gpt", True),
        ),
        ("openai-chat", "/openai/deployments/x/chat/completions", {"model": "m"}, Asked("m")),
        ("anthropic-messages", "/", {"model": "m", "max_tokens": 1024, "stream": True}, Asked("m", True, 1024)),
        (
            "anthropic-messages",
            "/v1/projects/p/locations/l/publishers/anthropic/models/claude-x@20250929:streamRawPredict",
            {"anthropic_version": "vertex"},
            Asked("claude-x@20250929", True),
        ),
        ("gemini-generate", GEMINI + ":streamGenerateContent?alt=sse", {"contents": []}, Asked("gemini-2.5-pro", True)),
        (
            "gemini-generate",
            GEMINI + ":generateContent",
            {"generationConfig": {"maxOutputTokens": 8}},
            Asked("gemini-2.5-pro", False, 8),
        ),
        ("openai-chat", "/", [], Asked()),
        ("openai-chat", "/", b"", Asked()),
        ("openai-chat", "/", b"no json", Asked(unparsed="the request's body is not whole JSON")),
        (
            "openai-chat",
            "/",
            b'{"model": "m", "messages": [',
            Asked("m", unparsed="the request's body is not whole JSON"),
        ),
    ],
)
def test_asked(wire_format: str, path: str, body: Any, expected: Asked) -> None:
    assert asked(body, wire_format, path) == expected


@pytest.mark.parametrize(
    ("wire_format", "body", "words"),
    [
        ("openai-chat", {"messages": MESSAGES}, "last words “ü”"),
        ("openai-chat", {"messages": [{"role": "system", "content": "x"}]}, None),
        ("openai-chat", {"messages": "not a list"}, "not a list"),
        ("openai-chat", {"messages": [1, None, {"role": "user", "content": 5}]}, None),
        ("openai-chat", {"model": "m"}, None),
        ("anthropic-messages", {"messages": MESSAGES[:2]}, "first"),
        ("openai-responses", {"input": "hello"}, "hello"),
        ("openai-responses", {"input": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]}, "hi"),
        ("openai-completions", {"prompt": "def f(", "suffix": "x"}, "def f("),
        ("openai-embeddings", {"input": ["a", "b"]}, "b"),
        (
            "gemini-generate",
            {"contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": []}]},
            "q",
        ),
        ("gemini-generate", {"contents": {"parts": [{"text": "q"}]}}, "q"),
        ("unheard-of", {"messages": MESSAGES}, None),
    ],
)
def test_preview(wire_format: str, body: Any, words: str | None) -> None:
    assert asked(body, wire_format, preview=100).preview == words
    assert asked(body, wire_format).preview is None


def test_the_preview_is_cut() -> None:
    assert asked({"messages": [{"role": "user", "content": "é" * 500}]}, preview=100).preview == "é" * 100


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("step", [1, 13, 10**6])
def test_compressed_and_cut(encoding: str, step: int) -> None:
    name, encode = ENCODINGS[encoding]
    raw = encode(json.dumps({"messages": MESSAGES, "model": "m", "stream": True, "max_tokens": 5}).encode())
    tap = RequestTap("openai-chat", "/", name, 100, None)
    for i in range(0, len(raw), step):
        tap.feed(raw[i : i + step])
    assert tap.finish() == Asked("m", True, 5, "last words “ü”")
    assert tap.size == len(raw)


def test_known_so_far() -> None:
    tap = RequestTap("openai-chat", "/", "", 100, None)
    assert tap.asked == Asked()
    tap.feed(b'{"model": "m", "stream": true, "messages": [')
    assert tap.asked == Asked("m", True)
    tap.feed(b'{"role": "user", "content": "x"}]}')
    assert tap.asked == Asked("m", True)
    first = tap.finish()
    assert first.preview == "x"
    tap.feed(b"more")
    assert tap.finish() is first
    assert tap.asked is first


@pytest.mark.parametrize("preview", [None, 100])
def test_a_long_body_is_read_and_not_held(preview: int | None) -> None:
    tap = RequestTap("openai-chat", "/", "", preview, None)
    tap.feed(b'{"messages": [{"role": "user", "content": "')
    piece = os.urandom(32768).hex().encode()
    tracemalloc.start()
    for _ in range(100):
        tap.feed(piece)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < (1_150_000 if preview else 10_000)
    tap.feed(b'"}], "model": "m", "stream": true}')
    assert tap.finish() == Asked("m", True)


@thorough(300)
@given(
    pieces=st.lists(
        st.binary(max_size=60) | st.sampled_from([b'{"model":', b'"messages":[', b'"', b"}", b"]", b"\\"]), max_size=10
    ),
    wire_format=st.sampled_from(["openai-chat", "openai-responses", "gemini-generate", "other"]),
    path=st.text(max_size=40) | st.just(GEMINI + ":generateContent"),
    encoding=st.sampled_from(["", "gzip", "zstd", "br", "deflate", "?"]),
    preview=st.sampled_from([None, 0, 100]),
)
def test_any_bytes_at_all(pieces: list[bytes], wire_format: str, path: str, encoding: str, preview: int | None) -> None:
    tap = RequestTap(wire_format, path, encoding, preview, None)
    for piece in pieces:
        tap.feed(piece)
        assert isinstance(tap.asked, Asked)
    assert isinstance(tap.finish(), Asked)
