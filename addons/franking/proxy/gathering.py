"""HTTP/1 chunks that arrive together go on together.

mitmproxy passes each chunk of a body through every layer by itself; of a gateway that sends a chunk an event, a burst
of 200 events is 200 passes, 200 TLS records and 200 writes. What one read brought is here one piece. Chunks are the
framing of one hop: the bytes of the body, and the moment at which they leave, stay the same.
"""

from collections.abc import Callable, Sequence
from typing import Any

import h11

__all__ = ["Gathered", "gathering"]


class Gathered:
    """A body reader of h11's that gives all the data at hand as one event. trailers: what stood behind the body.

    The end of a message comes without them: mitmproxy would give up at the sight (``http1`` passes them on).
    """

    trailers: Sequence[tuple[bytes, bytes]] = ()

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._next: Any = None

    def __call__(self, buffer: Any) -> Any:
        """The next event, or None for want of bytes. Raises h11's errors after the data before them."""
        if self._next is not None:
            following, self._next = self._next, None
            if isinstance(following, Exception):
                raise following
            return following
        event = self._reader(buffer)
        if not isinstance(event, h11.Data):
            return self._bare(event)
        pieces = [event.data]
        try:
            while isinstance(event := self._reader(buffer), h11.Data):
                pieces.append(event.data)
            self._next = self._bare(event)
        except h11.ProtocolError as fault:
            self._next = fault
        return h11.Data(data=b"".join(pieces))

    def _bare(self, event: Any) -> Any:
        if isinstance(event, h11.EndOfMessage) and event.headers:
            self.trailers = event.headers.raw_items()
            return h11.EndOfMessage()
        return event

    def read_eof(self) -> Any:
        """The peer has closed: the body's end, or h11's error."""
        return self._reader.read_eof()


def gathering(make: Callable[[Any], Any]) -> Callable[[Any], Gathered]:
    """mitmproxy's factory of body readers, with each reader gathered."""
    return lambda size: Gathered(make(size))
