"""Asking for usage: the words are spliced in, every other byte stays, and anything odd stays whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.metering.decoding import Decoder
from franking.metering.usage_request import LONGEST, asking, spliced
from support.corpus import ENCODINGS
from support.examples import thorough

ASKS = b'"stream_options":{"include_usage":true}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"stream":true}', b"{" + ASKS + b',"stream":true}'),
        (
            b' \n{ "model" : "m",\n  "stream" : true }\n',
            b" \n{" + ASKS + b', "model" : "m",\n  "stream" : true }\n',
        ),
        (b'{"stream":true,"stream_options":{}}', b'{"stream":true,"stream_options":{"include_usage":true}}'),
        (b'{"stream":true,"stream_options": null}', b'{"stream":true,"stream_options": {"include_usage":true}}'),
        (
            b'{"stream_options" : { "x": 1.0 },"stream":true}',
            b'{"stream_options" : {"include_usage":true, "x": 1.0 },"stream":true}',
        ),
        (
            b'{"stream":true,"stream_options":{"include_usage" : false, "x":[]}}',
            b'{"stream":true,"stream_options":{"include_usage" : true, "x":[]}}',
        ),
        (
            b'{"stream":true,"stream_options":{"include_usage":null}}',
            b'{"stream":true,"stream_options":{"include_usage":true}}',
        ),
        # The words in a text are no key.
        (
            b'{"stream":true,"messages":[{"content":"\\"stream_options\\": {}"}]}',
            b"{" + ASKS + b',"stream":true,"messages":[{"content":"\\"stream_options\\": {}"}]}',
        ),
        # Numbers, escapes and doubled keys stay as they are written.
        (
            b'{"n":1e2,"t":0.10,"s":"\\u00e9\\/","stream":true,"n":2}',
            b"{" + ASKS + b',"n":1e2,"t":0.10,"s":"\\u00e9\\/","stream":true,"n":2}',
        ),
    ],
)
def test_spliced(before: bytes, after: bytes) -> None:
    assert spliced(before) == after
    assert asking(before) == after


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"no json",
        b'{"stream":true',
        b'\xef\xbb\xbf{"stream":true}',
        b'{"stream":false}',
        b'{"stream":"true"}',
        b'{"stream":1}',
        b'{"model":"m","nested":{"stream":true}}',
        b'{"stream":true,"stream_options":{"include_usage":true}}',
        b'{"stream":true,"stream_options":{"include_usage":"false"}}',
        b'{"stream":true,"stream_options":{"include_usage":0}}',
        b'{"stream":true,"stream_options":[]}',
        b'{"stream":true,"stream_options":"x"}',
        b'{"stream":true,"tools":[{"stream_options":1}],"stream_options":{}}',
        b'{"stream":true,"stream_options":{},"stream_options":{}}',
        b'{"stream":true,"stream\\u005foptions":{}}',
        b'{"stream":true,"stream_options":{"x":{"include_usage":false},"include_usage":false}}',
        b'{"stream":true,"p":"' + b"x" * LONGEST + b'"}',
        '{"stream":true}'.encode("utf-16"),
    ],
)
def test_odd_bodies_stay_whole(body: bytes) -> None:
    assert asking(body) is None


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoded_as_it_was(encoding: str) -> None:
    name, encode = ENCODINGS[encoding]
    asked = asking(encode(b'{"stream":true,"x":"' + b"y" * 5000 + b'"}'), name)
    assert asked is not None
    decoder = Decoder(name)
    assert b"".join(decoder.feed(asked)) == b"{" + ASKS + b',"stream":true,"x":"' + b"y" * 5000 + b'"}'
    assert not decoder.cut


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"no gzip"), ("compress", b'{"stream":true}'), ("gzip", ENCODINGS["gzip"][1](b'{"stream":true}')[:-1])],
)
def test_what_cannot_be_decoded_stays_whole(encoding: str, body: bytes) -> None:
    assert asking(body, encoding) is None


def test_a_bomb_stays_whole() -> None:
    name, encode = ENCODINGS["br"]
    assert asking(encode(b'{"stream":true,"x":"' + b"y" * (LONGEST + 1) + b'"}'), name) is None


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@thorough(200)
@given(
    body=st.dictionaries(
        st.sampled_from(["stream", "stream_options", "model", "messages"]) | st.text(max_size=3),
        VALUES | st.just(True) | st.dictionaries(st.sampled_from(["include_usage", "x"]), st.booleans() | st.none()),
        max_size=4,
    ),
    plain=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_it_says_what_it_said_and_asks(body: dict[str, Any], plain: bool, indent: int | None) -> None:
    text = json.dumps(body, ensure_ascii=plain, indent=indent).encode()
    changed = spliced(text)
    if changed is not None:
        assert body["stream"] is True
        options = body.get("stream_options") or {}
        assert json.loads(changed) == body | {"stream_options": options | {"include_usage": True}}


@thorough(200)
@given(st.binary(max_size=60), st.sampled_from(["", "gzip", "br", "zstd", "deflate", "?"]))
def test_any_bytes_at_all(body: bytes, encoding: str) -> None:
    assert asking(body, encoding) is None or encoding == ""
