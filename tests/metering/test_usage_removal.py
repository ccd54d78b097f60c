"""Taking usage out of a stream: what is left is byte for byte the stream of one who did not ask."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.demo.providers.openai import chat_stream
from franking.metering.decoding import Decoder
from franking.metering.events import LIMIT
from franking.metering.usage_removal import UsageRemoval
from support.corpus import ENCODINGS
from support.examples import thorough

BODY = b'{"model":"gpt-4o-mini","stream":true}'
ASKED: dict[str, Any] = {"model": "gpt-4o-mini", "stream": True, "stream_options": {"include_usage": True}}
WITH = b"".join(chat_stream(BODY, ASKED, charged=False, byok=False))
WITHOUT = b"".join(chat_stream(BODY, {"model": "gpt-4o-mini", "stream": True}, charged=False, byok=False))


def removed(pieces: list[bytes], encoding: str = "") -> bytes:
    removal = UsageRemoval(encoding)
    return b"".join(removal.feed(piece) for piece in pieces) + removal.finish()


def decoded(data: bytes, encoding: str) -> bytes:
    decoder = Decoder(encoding)
    plain = b"".join(decoder.feed(data))
    assert not decoder.fault
    assert not decoder.cut
    return plain


def test_the_streams_differ() -> None:
    assert WITH.count(b'"usage":null') == 5
    assert b"usage" not in WITHOUT


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("step", [1, 7, 10**6])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_as_if_nobody_had_asked(encoding: str, step: int, ending: bytes) -> None:
    name, encode = ENCODINGS[encoding]
    raw = encode(WITH.replace(b"\n", ending))
    told = removed([raw[i : i + step] for i in range(0, len(raw), step)], name)
    # A line's end that is cut in two may leave one blank line more, which says nothing.
    plain = decoded(told, name) if name else told
    assert plain.replace(ending, b"\n").replace(b"\n", b"") == WITHOUT.replace(b"\n", b"")
    if step > 1 or ending != b"\r\n":
        assert plain == WITHOUT.replace(b"\n", ending)


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (b'{"choices":[{}],"usage":null}', b'{"choices":[{}]}'),
        (b'{"usage" : null , "choices":[{}]}', b'{"choices":[{}]}'),
        (b'{"a":1 , "usage":\tnull,"choices":[{}]}', b'{"a":1,"choices":[{}]}'),
        (b'{"usage":null}', b'{"usage":null}'),
        (b'{"choices":[],"usage":{"prompt_tokens":1}}', None),
        (b'{"choices":[],"usage":null}', b'{"choices":[]}'),
        (b'{"choices":[],"usage":{}}', b'{"choices":[],"usage":{}}'),
        # Not what asking brings: a chunk with words and a usage.
        (b'{"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}',) * 2,
        (b'{"usage":{"prompt_tokens":1}}',) * 2,
        # A null that is another's, or a text.
        (b'{"x":{"a":1,"usage":null},"choices":[{}]}',) * 2,
        (b'{"x":{"a":1,"usage":null},"usage":null}', b'{"x":{"a":1,"usage":null}}'),
        (b'{"choices":[{"delta":{"content":",\\"usage\\":null"}}]}',) * 2,
        (b'{"usage":null,"usage":null}',) * 2,
        (b'{"broken "usage":null',) * 2,
        (b"[DONE]",) * 2,
    ],
)
def test_events(event: bytes, left: bytes | None) -> None:
    before, after = b": a comment\n\n", b"data: [DONE]\n\n"
    shown = b"" if left is None else b"data: " + left + b"\n\n"
    assert removed([before + b"data: " + event + b"\n\n" + after]) == before + shown + after


def test_an_event_goes_on_as_soon_as_it_is_whole() -> None:
    removal = UsageRemoval()
    assert removal.feed(b"data: {}\n") == b""
    assert removal.feed(b"\ndata:") == b"data: {}\n\n"
    assert removal.finish() == b"data:"


def test_a_long_event_goes_on_as_it_comes() -> None:
    removal = UsageRemoval()
    piece = b"x" * 65536
    told = b"".join(removal.feed(piece) for _ in range(20))
    assert len(told) > LIMIT
    assert told + removal.feed(WITH) + removal.finish() == piece * 20 + WITH


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate"])
def test_an_encoding_that_breaks_off_breaks_off(encoding: str) -> None:
    name, encode = ENCODINGS[encoding]
    told = removed([encode(WITH)[:-1]], name)
    decoder = Decoder(name)
    assert WITHOUT.startswith(b"".join(decoder.feed(told)))
    assert decoder.cut


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_rubbish_stays_rubbish(encoding: str) -> None:
    raw = ENCODINGS[encoding][1](WITH)
    told = removed([raw[: len(raw) // 2], b"\xff" * 64, b"more"], encoding)
    decoder = Decoder(encoding)
    plain = b"".join(decoder.feed(told))
    assert decoder.fault or decoder.cut
    assert WITHOUT.startswith(plain)
    assert told.endswith(b"\xff" * 64 + b"more")


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="compress"):
        UsageRemoval("compress")


CHUNKS = st.lists(
    st.fixed_dictionaries(
        {
            "choices": st.just([])
            | st.lists(st.fixed_dictionaries({"delta": st.text(max_size=5)}), min_size=1, max_size=2)
        },
        optional={"id": st.text(max_size=3), "x": st.none() | st.dictionaries(st.just("usage"), st.none())},
    ),
    max_size=5,
)


@thorough(300)
@given(
    chunks=CHUNKS,
    encoding=st.sampled_from(sorted(ENCODINGS)),
    cuts=st.lists(st.floats(0, 1, exclude_max=True), max_size=8),
    last=st.booleans(),
)
def test_any_stream_cut_anywhere(chunks: list[dict[str, Any]], encoding: str, cuts: list[float], last: bool) -> None:
    def stream(*more: dict[str, Any], **null: None) -> bytes:
        events = [json.dumps(chunk | null, ensure_ascii=False) for chunk in chunks]
        events += [json.dumps(chunk) for chunk in more] + ["[DONE]"]
        return b"".join(b"data: " + event.encode() + b"\n\n" for event in events)

    usage: list[dict[str, Any]] = [{"choices": [], "usage": {"prompt_tokens": 1}}] if last else []
    name, encode = ENCODINGS[encoding]
    raw = encode(stream(*usage, usage=None))
    at = [0, *sorted(int(cut * len(raw)) for cut in cuts), len(raw)]
    told = removed([raw[start:end] for start, end in itertools.pairwise(at)], name)
    assert (decoded(told, name) if name else told) == stream()


@thorough(300)
@given(
    pieces=st.lists(
        st.binary(max_size=30) | st.sampled_from([b"data: ", b"\n\n", b'{"usage":', b"null}", b"\r", b'"choices":[]']),
        max_size=10,
    ),
    encoding=st.sampled_from(["", "gzip", "br", "zstd"]),
)
def test_any_bytes_at_all(pieces: list[bytes], encoding: str) -> None:
    told = removed(pieces, encoding)
    if b"usage" not in b"".join(pieces) and not encoding:
        assert told == b"".join(pieces)
