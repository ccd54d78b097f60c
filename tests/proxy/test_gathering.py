"""Chunks that arrive together come out as one piece, and nothing else changes."""

import itertools

import h11
import pytest
from h11._readers import ChunkedReader, ContentLengthReader, Http10Reader
from h11._receivebuffer import ReceiveBuffer
from hypothesis import given
from hypothesis import strategies as st

from franking.proxy.gathering import Gathered

CHUNKS = [b"data: 1\n\n", b"data: 2\n\n", b"x" * 300]
BODY = b"".join(CHUNKS)
WIRE = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in CHUNKS) + b"0\r\n\r\n"


def read(reader: Gathered, buffer: ReceiveBuffer) -> list[bytes | None]:
    """All that is to be had now: data, and None for the end of the message."""
    found: list[bytes | None] = []
    while (event := reader(buffer)) is not None:
        if isinstance(event, h11.EndOfMessage):
            found.append(None)
            break
        found.append(bytes(event.data))
    return found


def test_what_arrives_together_is_one_piece() -> None:
    buffer = ReceiveBuffer()
    buffer += WIRE
    assert read(Gathered(ChunkedReader()), buffer) == [BODY, None]


@given(st.lists(st.integers(1, len(WIRE) - 1), max_size=8))
def test_however_it_is_cut_the_body_is_the_same(cuts: list[int]) -> None:
    reader, buffer = Gathered(ChunkedReader()), ReceiveBuffer()
    found: list[bytes | None] = []
    at = [0, *sorted(set(cuts)), len(WIRE)]
    for start, end in itertools.pairwise(at):
        buffer += WIRE[start:end]
        found += read(reader, buffer)
    assert b"".join(piece for piece in found if piece) == BODY
    assert found[-1] is None
    assert found.count(None) == 1


def test_data_before_a_fault_is_given_first() -> None:
    buffer = ReceiveBuffer()
    buffer += b"3\r\nabc\r\nnonsense\r\n"
    reader = Gathered(ChunkedReader())
    event = reader(buffer)
    assert bytes(event.data) == b"abc"
    with pytest.raises(h11.ProtocolError):
        reader(buffer)


def test_a_counted_body_ends_by_count() -> None:
    buffer = ReceiveBuffer()
    buffer += b"abcdef"
    assert read(Gathered(ContentLengthReader(4)), buffer) == [b"abcd", None]


def test_a_body_may_end_with_its_connection() -> None:
    buffer = ReceiveBuffer()
    buffer += b"abc"
    reader = Gathered(Http10Reader())
    assert read(reader, buffer) == [b"abc"]
    assert isinstance(reader.read_eof(), h11.EndOfMessage)
