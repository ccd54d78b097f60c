"""The splitter: line ends, comments, fields, bounds."""

import pytest

from franking.metering.events import Splitter


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [(b"", b"a")]),
        (b"data:a\r\rdata: b\r\r", [(b"", b"a"), (b"", b"b")]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [(b"", b"a"), (b"", b"b")]),
        (b"event: x\ndata: 1\ndata: 2\n\n", [(b"x", b"1\n2")]),
        (b"event: x\r\ndata: 1\r\ndata: 2\r\n\r\n", [(b"x", b"1\n2")]),
        (b"event: x\rdata: 1\rdata: 2\r\r", [(b"x", b"1\n2")]),
        (b"data:  two spaces\n\n", [(b"", b" two spaces")]),
        (b"\xef\xbb\xbfdata: bom\n\n", [(b"", b"bom")]),
        (b": comment\n\ndata: a\n: between\nid: 7\nretry: 5\n\n", [(b"", b"a")]),
        (b"event: lonely\n\ndata: a\n\n", [(b"", b"a")]),
        (b"data\n\n", [(b"", b"")]),
        (b"data: \xe2\x80\xa8 is no line end\n\n", [(b"", b"\xe2\x80\xa8 is no line end")]),
        (b"data: without its blank line\n", [(b"", b"without its blank line")]),
        (b"data: without its line end", [(b"", b"without its line end")]),
        (b"database: x\nunknown: y\n\n", []),
        (b"\n\n\n", []),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 3, 1000])
def test_events(stream: bytes, events: list[tuple[bytes, bytes]], step: int) -> None:
    splitter = Splitter()
    found = [event for i in range(0, len(stream), step) for event in splitter.feed(stream[i : i + step])]
    assert found + splitter.finish() == events
    assert splitter.skipped == 0


@pytest.mark.parametrize(
    "long",
    [
        b"data: " + b"x" * 300 + b"\n\n",
        b"data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" * 20 + b"\n",
        b": " + b"x" * 300 + b"\ndata: a\n\n",
        b"data:\n" * 100 + b"\n",
    ],
)
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_a_long_event_is_skipped_and_counted(long: bytes, step: int) -> None:
    splitter = Splitter(limit=200)
    stream = b"data: before\n\n" + long + b"data: after\n\n"
    found = [event for i in range(0, len(stream), step) for event in splitter.feed(stream[i : i + step])]
    assert found == [(b"", b"before"), (b"", b"after")]
    assert splitter.skipped == 1


def test_an_endless_line_is_not_held() -> None:
    splitter = Splitter()
    for _ in range(200):
        assert splitter.feed(b"x" * 65536) == []
    held = sum(len(part) for part in vars(splitter).values() if isinstance(part, bytes | bytearray | list))
    assert held < 1024 * 1024 + 65536
    assert splitter.feed(b"\n\ndata: a\n\n") == [(b"", b"a")]
