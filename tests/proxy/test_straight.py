"""What a reader is fed goes straight on, in order; while it cannot, it waits in the buffer and stops the socket."""

import asyncio
from typing import Any

import pytest

from franking.proxy.straight import MOST, Straight


class Taker:
    """Takes data. taken: whether the peers take all that it leads to."""

    def __init__(self) -> None:
        self.given: list[bytes] = []
        self.taken = True

    def __call__(self, data: bytes) -> bool:
        self.given.append(data)
        return self.taken


class Transport:
    """Where the data comes from."""

    def __init__(self) -> None:
        self.reading = True

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


@pytest.fixture
async def reader() -> asyncio.StreamReader:
    return asyncio.StreamReader()


async def test_it_goes_straight_on(reader: asyncio.StreamReader) -> None:
    taker = Taker()
    Straight(reader, taker)
    for data in (b"one", b"two", b"x" * MOST):
        reader.feed_data(data)
    assert taker.given == [b"one", b"two", b"x" * MOST]
    reader.feed_eof()
    assert await reader.read() == b""


async def test_more_than_is_given_at_once_goes_by_the_buffer_and_nothing_overtakes_it(
    reader: asyncio.StreamReader,
) -> None:
    taker = Taker()
    Straight(reader, taker)
    reader.feed_data(b"x" * (MOST + 1))
    reader.feed_data(b"after")
    assert taker.given == []
    assert await reader.read(MOST + 9) == b"x" * (MOST + 1) + b"after"
    reader.feed_data(b"straight")
    assert taker.given == [b"straight"]


async def test_while_a_peer_is_slow_it_waits(reader: asyncio.StreamReader) -> None:
    transport: Any = Transport()
    reader.set_transport(transport)
    taker = Taker()
    straight = Straight(reader, taker)
    taker.taken = False
    for number in range(20):
        reader.feed_data(b"%d" % number * 10_000)
    assert taker.given == [b"0" * 10_000]
    assert not transport.reading
    assert not straight.open
    straight.open = taker.taken = True
    waiting = await reader.read(10**6)
    assert waiting == b"".join(b"%d" % number * 10_000 for number in range(1, 20))
    assert transport.reading
    reader.feed_data(b"on")
    assert taker.given[1:] == [b"on"]


async def test_at_its_end_the_buffer_keeps_what_comes(reader: asyncio.StreamReader) -> None:
    taker = Taker()
    straight = Straight(reader, taker)
    straight.end()
    reader.feed_data(b"late")
    assert taker.given == []
    assert await reader.read(9) == b"late"
