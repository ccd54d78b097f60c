"""What arrives goes to the layers at once, without a stop in a stream's buffer.

asyncio's StreamReader keeps what the socket brought and wakes the task that waits for it: one more turn of the loop,
with a call of the system, for every piece. Here the task waits for the end alone, and for what the layers cannot take
just now: while a peer is slow to take what was sent, what arrives waits in the buffer, which stops the socket when it
is full.
"""

import asyncio
from collections.abc import Callable

__all__ = ["Straight"]

MOST = 65_535
"""Bytes that the layers are given at once, as by mitmproxy; more goes by the buffer, a piece in each turn."""


class Straight:
    """Takes what a reader is fed. open: False while it has to wait in the reader's buffer."""

    def __init__(self, reader: asyncio.StreamReader, take: Callable[[bytes], bool]) -> None:
        """take: gives data to the layers; False where a peer has not yet taken all that this led to."""
        self.open = True
        self._reader = reader
        self._take = take
        reader.feed_data = self._feed  # type: ignore[method-assign, assignment]

    def _feed(self, data: bytes) -> None:
        reader = self._reader
        if self.open and len(data) <= MOST and not reader._buffer:  # type: ignore[attr-defined]
            self.open = self._take(data)
        else:
            asyncio.StreamReader.feed_data(reader, data)

    def end(self) -> None:
        """Whatever else comes stays in the buffer."""
        del self._reader.feed_data
        del self._reader, self._take
