"""The scanner: the same top-level values as a JSON parser finds, cut anywhere, in bounded memory."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.metering.json_scan import JsonScan
from support.examples import thorough

KEYS = {"usage": 65536, "model": 1024, "": 1024, "a": 65536}


def scan(text: bytes, step: int) -> JsonScan:
    scanner = JsonScan(KEYS)
    for i in range(0, len(text), step):
        scanner.feed(text[i : i + step])
    return scanner


def values(scanner: JsonScan) -> list[dict[str, Any]]:
    return [{key: json.loads(raw) for key, raw in message.items()} for message in scanner.messages]


STRINGS = st.text(alphabet=st.sampled_from('ab"\\{}[],: \n\u00e9\U0001f642'), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STRINGS, inner, max_size=2),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from(["usage", "model", "", "a", "other", "x\\", '"', "{"]), VALUES, max_size=4)


@thorough(100)
@given(
    objects=st.lists(OBJECTS, min_size=1, max_size=2),
    array=st.booleans(),
    step=st.integers(1, 40),
    indent=st.sampled_from([None, 1]),
)
def test_finds_what_a_parser_finds(objects: list[dict[str, Any]], array: bool, step: int, indent: int | None) -> None:
    text = json.dumps(objects if array else objects[0], indent=indent, ensure_ascii=False).encode()
    scanner = scan(text, step)
    wanted = objects if array else objects[:1]
    assert values(scanner) == [{key: value for key, value in one.items() if key in KEYS} for one in wanted]
    assert scanner.ended
    assert not scanner.broken


@pytest.mark.parametrize(
    ("text", "partial", "ended", "broken"),
    [
        (b'{"model": "m", "usage": {"a": 1', {"model": b' "m"'}, False, False),
        (b'  \n\xef\xbb\xbf {"model":"m"}  trailing', {}, True, False),
        (b"nonsense", {}, True, True),
        (b'"a string"', {}, True, True),
        (b"", {}, False, False),
        (b" " * 100, {}, False, False),
        (b"[]", {}, True, False),
        (b"[1, [2, {}], null]", {}, True, False),
        (b"}}}}", {}, True, True),
    ],
)
@pytest.mark.parametrize("step", [1, 1000])
def test_endings(text: bytes, partial: dict[str, bytes], ended: bool, broken: bool, step: int) -> None:
    scanner = scan(text, step)
    found = {key: bytes(raw) for key, raw in scanner.partial.items()}
    assert (found, scanner.ended, scanner.broken) == (partial, ended, broken)


def test_a_value_past_its_bound_is_dropped_and_named() -> None:
    text = json.dumps({"model": "m" * 5000, "usage": {"n": 1}}).encode()
    for step in (1, 100, 10**6):
        scanner = scan(text, step)
        assert values(scanner) == [{"usage": {"n": 1}}]
        assert scanner.too_long == {"model"}


def test_fifty_megabytes_are_read_and_not_held() -> None:
    filler = json.dumps({"content": 'some "text" with \\ and {braces}\n' * 30, "numbers": [0.25] * 200}).encode()
    scanner = JsonScan(KEYS)
    scanner.feed(b'{"choices": [')
    began = time.process_time()
    size = 0
    while size < 50_000_000:
        piece = (filler + b",") * 32
        size += len(piece)
        scanner.feed(piece)
    took = time.process_time() - began
    scanner.feed(b'{}], "usage": {"prompt_tokens": 7}}')
    assert values(scanner) == [{"usage": {"prompt_tokens": 7}}]
    assert took < 30  # a runaway, not a figure: figures are kept by `scripts/bench metering`
