"""HTTP/2 on one connection of the fake gateway: h2 for the grammar, a task a stream, flow control by waiting."""

import asyncio
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError

from franking.demo.values import Answer, Decide, Gate, Request

__all__ = ["speak"]


async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, decide: Decide) -> None:
    """Serve streams until either side closes. Raises ConnectionError where the peer is gone."""
    session = _Session(writer, decide)
    try:
        session.begin()
        while data := await reader.read(65_536):
            session.feed(data)
            await writer.drain()
            if session.closed:
                return
    finally:
        await session.end()


@dataclass(slots=True)
class _Incoming:
    """A request that is still arriving."""

    headers: tuple[tuple[str, str], ...]
    body: bytearray = field(default_factory=bytearray)


class _Session:
    """The connection's state: what arrives, and the tasks that answer."""

    def __init__(self, writer: asyncio.StreamWriter, decide: Decide) -> None:
        self.closed = False
        self._writer, self._decide = writer, decide
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._incoming: dict[int, _Incoming] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._window = asyncio.Event()

    def begin(self) -> None:
        self._h2.initiate_connection()
        self._flush()

    def feed(self, data: bytes) -> None:
        """What the peer sent; a protocol error ends the connection."""
        try:
            for event in self._h2.receive_data(data):
                self._heed(event)
        except ProtocolError:
            self.closed = True
        self._flush()

    async def end(self) -> None:
        """Stop answering."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _heed(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            headers = tuple((_text(name), _text(value)) for name, value in event.headers)
            self._incoming[event.stream_id] = _Incoming(headers)
        elif isinstance(event, DataReceived):
            self._incoming[event.stream_id].body += event.data
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            request = _request(self._incoming.pop(event.stream_id))
            self._tasks[event.stream_id] = asyncio.create_task(self._answer(event.stream_id, request))
        elif isinstance(event, StreamReset):
            self._incoming.pop(event.stream_id, None)
            if task := self._tasks.pop(event.stream_id, None):
                task.cancel()
        elif isinstance(event, WindowUpdated):
            self._window.set()
        elif isinstance(event, ConnectionTerminated):
            self.closed = True

    async def _answer(self, stream: int, request: Request) -> None:
        answer = self._decide(request)
        if answer.status is not None:
            head = [(":status", str(answer.status)), *((name.lower(), value) for name, value in answer.headers)]
            self._h2.send_headers(stream, head)
            self._flush()
        for piece in answer.pieces:
            if isinstance(piece, Gate):
                await piece.passed()
            else:
                await self._send(stream, piece)
        self._finish(stream, answer)
        self._tasks.pop(stream, None)

    async def _send(self, stream: int, piece: bytes) -> None:
        """A piece, in frames no greater than the peer's windows allow."""
        rest = memoryview(piece)
        while rest:
            room = min(self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size)
            if room <= 0:
                self._window.clear()
                await self._window.wait()
                continue
            self._h2.send_data(stream, bytes(rest[:room]))
            rest = rest[room:]
            self._flush()
            await self._writer.drain()

    def _finish(self, stream: int, answer: Answer) -> None:
        if answer.ending == "close":
            self._writer.close()
        elif answer.ending == "reset":
            self._h2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
            self._flush()
        elif answer.status is not None:
            self._h2.end_stream(stream)
            self._flush()

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._writer.write(data)


def _request(incoming: _Incoming) -> Request:
    pseudo = {name: value for name, value in incoming.headers if name.startswith(":")}
    headers = tuple((name, value) for name, value in incoming.headers if not name.startswith(":"))
    host = pseudo.get(":authority", "").partition(":")[0]
    return Request(pseudo[":method"], host, pseudo[":path"], headers, bytes(incoming.body), "2")


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8")
