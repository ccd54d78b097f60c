"""What passes through the fake gateway: a Request as it came, an Answer as it shall go, a Gate that holds one back."""

import asyncio
import concurrent.futures
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

__all__ = ["Answer", "Decide", "Ending", "Gate", "Request"]

Ending = Literal["end", "close", "reset"]


class Gate:
    """Holds an answer back until ``open()``, which may be called from any thread, before or after."""

    def __init__(self) -> None:
        self._opened: concurrent.futures.Future[None] = concurrent.futures.Future()

    def open(self) -> None:
        """Let everything pass, now and later."""
        if not self._opened.done():
            self._opened.set_result(None)

    async def passed(self) -> None:
        """Wait until it is open; a cancelled wait leaves the gate as it is."""
        await asyncio.shield(asyncio.wrap_future(self._opened))


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the gateway received it.

    headers: in their order, names as written (HTTP/2: lower-case, without the pseudo-headers).
    path: with its query.  body: as on the wire, still encoded.  http_version: ``1.1`` or ``2``.
    """

    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    http_version: str

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case; None where it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway sends, piece by piece.

    status: None sends no head at all.
    pieces: each is written and flushed by itself; a Gate among them waits.
    ending: ``end`` as HTTP wants it; ``close``: the connection is closed where the pieces end, unfinished;
    ``reset``: it is reset (HTTP/2: the stream is).
    A head without ``content-length`` is sent chunked.
    """

    status: int | None = 200
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes | Gate, ...] = ()
    ending: Ending = "end"

    def held(self, gate: Gate, after: int = 1) -> "Answer":
        """The same answer, waiting at ``gate`` after that many pieces."""
        return replace(self, pieces=(*self.pieces[:after], gate, *self.pieces[after:]))

    @property
    def body(self) -> bytes:
        """All the bytes that are sent as the body."""
        return b"".join(piece for piece in self.pieces if isinstance(piece, bytes))


Decide = Callable[[Request], Answer]
