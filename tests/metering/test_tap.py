"""The tap: what kind of body it is, endings, bounds, and no exception for any bytes at all."""

import gzip
import itertools
import json
import os
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.metering.formats import PARSERS
from franking.metering.tap import ResponseTap
from franking.metering.values import Usage
from support.corpus import ENCODINGS, cases
from support.examples import thorough

CORPUS = {case.name: case for case in cases()}
CHAT = CORPUS["openai_chat_json"]
STREAM = CORPUS["openai_chat_stream"]


def tap(body: bytes, content_type: str = "", status: int | None = 200, wire_format: str = "openai-chat") -> Usage:
    reader = ResponseTap(wire_format, status, content_type, "")
    reader.feed(body)
    return reader.finish(True)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/octet-stream", "text/event-stream", "nonsense"]
)
def test_the_first_byte_decides_where_the_type_is_missing_or_wrong(content_type: str) -> None:
    assert tap(CHAT.body, content_type) == CHAT.usage
    assert tap(b" \r\n" + CHAT.body, content_type) == CHAT.usage
    assert tap(STREAM.body, content_type) == STREAM.usage
    assert tap(STREAM.body, "application/json") == STREAM.usage


@pytest.mark.parametrize(
    ("body", "content_type", "status", "expected"),
    [
        (b"", "application/json", 200, Usage()),
        (b"", "", 500, Usage()),
        (b"no healthy upstream", "text/plain", 503, Usage(error_message="no healthy upstream", complete=True)),
        (b'{"error":"Unauthorized"}', "", 401, Usage(error_message="Unauthorized", complete=True)),
        (
            b'{"message":"No key","type":"auth"}',
            "",
            401,
            Usage(error_type="auth", error_message="No key", complete=True),
        ),
        (b'{"usage":{"prompt_tokens":1}}', "", 500, Usage(complete=True)),
        (b'{"usage":{"prompt_tokens":1', "", 200, Usage(unparsed="the JSON is not whole")),
        (b"<html>hello</html>", "text/html", 200, Usage(unparsed="the body is neither events nor JSON")),
        (b"data: {broken\n\ndata: [DONE]\n\n", "", 200, Usage(complete=True, unparsed="an event is not JSON")),
        (b'{"usage": null, "error": null}', "", 200, Usage(complete=True)),
        (b'{"usage": [], "model": {}, "id": 7, "choices": {"a": 1}}', "", 200, Usage(complete=True)),
        (b'{"usage": {"prompt_tokens": -1, "completion_tokens": true, "cost": "x"}}', "", 200, Usage(complete=True)),
        (
            b'{"usage": {"prompt_tokens": 1e400, "completion_tokens": 12.0}}',
            "",
            200,
            Usage(output_tokens=12, complete=True),
        ),
        (b'{"usage": {"prompt_tokens": 99999999999999999999999, "cost": 1e99999}}', "", 200, Usage(complete=True)),
        (b'{"usage": ' + b"[" * 60000, "", 200, Usage(unparsed="the JSON is not whole")),
        (b'{"usage": ' + b'{"a":' * 8000 + b"1" + b"}" * 8000 + b"}", "", 200, Usage(complete=True)),
    ],
)
def test_odd_bodies(body: bytes, content_type: str, status: int, expected: Usage) -> None:
    assert tap(body, content_type, status) == expected


@pytest.mark.parametrize(
    ("wire_format", "body"),
    [
        ("openai-chat", b'{"choices":[{"finish_reason":"s\xac"}],"usage":{"prompt_tokens":7}}'),
        ("gemini-generate", b'{"candidates":[{"finishReason":"s\xac"}],"usageMetadata":{"promptTokenCount":7}}'),
    ],
)
def test_a_text_that_is_no_utf_8_costs_nothing_else(wire_format: str, body: bytes) -> None:
    assert tap(body, "application/json", 200, wire_format).input_tokens == 7


@pytest.mark.parametrize("wire_format", ["unheard-of", *PARSERS])
def test_an_error_is_read_whatever_the_format(wire_format: str) -> None:
    usage = tap(b'{"error": {"type": "t", "message": "m"}}', "application/json", 500, wire_format)
    assert (usage.error_type, usage.error_message) == ("t", "m")


def test_complete_while_it_runs() -> None:
    reader = ResponseTap("openai-chat", 200, "text/event-stream", "")
    body, end = STREAM.body[: -len(b"data: [DONE]\n\n")], b"data: [DONE]\n\n"
    reader.feed(body)
    assert not reader.complete
    reader.feed(end)
    assert reader.complete
    assert reader.size == len(STREAM.body)


@pytest.mark.parametrize("name", ["responses_stream", "anthropic_stream_cache", "gemini_sse", "gemini_array"])
def test_the_answers_own_end_counts_though_the_connection_broke(name: str) -> None:
    case = CORPUS[name]
    reader = ResponseTap(case.wire_format, 200, case.content_type, "")
    reader.feed(case.body)
    assert reader.complete
    assert reader.finish(False) == case.usage


def test_finish_is_idempotent_and_the_first_call_decides() -> None:
    reader = ResponseTap("openai-chat", 200, "application/json", "")
    reader.feed(CHAT.body)
    first = reader.finish(False)
    reader.feed(b"more")
    assert reader.finish(True) is first
    assert first == CHAT.usage


def test_a_broken_encoding_keeps_what_was_read() -> None:
    squeezed = gzip.compress(STREAM.body, mtime=0)
    reader = ResponseTap("openai-chat", 200, "text/event-stream", "gzip")
    reader.feed(squeezed[:-8])
    reader.feed(b"\xff" * 8)
    usage = reader.finish(True)
    assert usage == replace(STREAM.usage, unparsed="the body is not what its content encoding says")


def test_a_long_event_is_skipped_and_counted_and_the_rest_is_read() -> None:
    usage = tap(b'data: {"x":"' + b"x" * 1_200_000 + b'"}\n\n' + STREAM.body, "text/event-stream")
    assert usage == replace(STREAM.usage, skipped_events=1)


@pytest.mark.parametrize("kind", ["json", "events", "line", "array", "text"])
def test_at_most_about_a_megabyte_is_held(kind: str) -> None:
    piece = os.urandom(49152).hex().encode()[:65536]
    head, middle, status = {
        "json": (b'{"choices":[{"message":{"content":"', piece, 200),
        "events": (b"", b"data: " + piece + b"\n", 200),
        "line": (b"data: ", piece, 200),
        "array": (b"[", b'{"usageMetadata":{"promptTokenCount":1},"candidates":[{"content":"' + piece + b'"}]},', 200),
        "text": (b"some error: ", piece, 500),
    }[kind]
    reader = ResponseTap("gemini-generate" if kind == "array" else "openai-chat", status, "", "")
    tracemalloc.start()
    reader.feed(head)
    for _ in range(100):
        reader.feed(middle)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1_200_000
    reader.finish(False)


def test_the_usage_of_a_large_json_answer_is_read() -> None:
    body = json.loads(CHAT.body)
    body["choices"][0]["message"]["content"] = 'some "quoted" text \\ {[ ' * 200_000
    raw = json.dumps(body).encode()
    reader = ResponseTap("openai-chat", 200, "application/json", "")
    for i in range(0, len(raw), 65536):
        reader.feed(raw[i : i + 65536])
    assert reader.finish(True) == replace(CHAT.usage, finish_reason=None)


def test_what_comes_after_the_answers_own_end_is_counted_too() -> None:
    """Gemini may tell the tokens behind the finish reason."""
    chunks = (
        b'data: {"candidates":[{"finishReason":"STOP"}],"modelVersion":"m"}\n\n',
        b'data: {"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3}}\n\n',
    )
    reader = ResponseTap("gemini-generate", 200, "text/event-stream", "")
    reader.feed(chunks[0])
    assert reader.complete
    assert reader.so_far == Usage(model="m", finish_reason="STOP", complete=True)
    reader.feed(chunks[1])
    told = Usage(model="m", finish_reason="STOP", complete=True, input_tokens=7, output_tokens=3)
    assert reader.so_far == told
    assert reader.finish(False) == told
    assert reader.so_far is reader.finish(True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_an_encoding_that_breaks_off_is_no_clean_end(encoding: str) -> None:
    name, encode = ENCODINGS[encoding]
    body = b"".join(b'data: {"model":"m","choices":[{"finish_reason":"stop"}],"n":%d}\n\n' % n for n in range(3000))
    raw = encode(body)
    for kept, unparsed in ((len(raw), None), (len(raw) - 1, "the body's content encoding breaks off")):
        reader = ResponseTap("openai-chat", 200, "text/event-stream", name)
        reader.feed(raw[:kept])
        usage = reader.finish(True)
        assert (usage.complete, usage.unparsed, usage.model) == (unparsed is None, unparsed, "m")


@thorough(400)
@given(
    wire_format=st.sampled_from([*PARSERS, "other"]),
    status=st.sampled_from([None, 200, 500]),
    content_type=st.sampled_from(["", "text/event-stream", "application/json", "text/html"]),
    encoding=st.sampled_from(["", "gzip", "br", "zstd", "deflate", "br, gzip", "who knows"]),
    pieces=st.lists(
        st.binary(max_size=80)
        | st.sampled_from(
            [b"data: ", b"\n\n", b"{", b"[", b'{"usage":', b'{"error":', b'"type":"error"', b"null}", b"\r"]
        ),
        max_size=12,
    ),
    ended=st.booleans(),
)
def test_any_bytes_at_all(
    wire_format: str, status: int | None, content_type: str, encoding: str, pieces: list[bytes], ended: bool
) -> None:
    reader = ResponseTap(wire_format, status, content_type, encoding)
    for piece in pieces:
        reader.feed(piece)
        assert isinstance(reader.complete, bool)
    assert isinstance(reader.finish(ended), Usage)
    assert reader.size == sum(map(len, pieces))


@thorough(300)
@given(
    case=st.sampled_from(sorted(CORPUS)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.binary(max_size=6)), max_size=5),
)
def test_any_damage_to_an_answer(case: str, changes: list[tuple[float, int, bytes]]) -> None:
    body = bytearray(CORPUS[case].body)
    for where, length, new in changes:
        at = int(where * len(body))
        body[at : at + length] = new
    reader = ResponseTap(CORPUS[case].wire_format, CORPUS[case].http_status, CORPUS[case].content_type, "")
    for start, end in itertools.pairwise([0, len(body) // 2, len(body)]):
        reader.feed(bytes(body[start:end]))
    assert isinstance(reader.finish(True), Usage)
