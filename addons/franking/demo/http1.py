"""HTTP/1.1 on one connection of the fake gateway: h11 for the grammar, the answer's faults by hand."""

import asyncio
import http
import socket
import struct

import h11

from franking.demo.values import Answer, Decide, Gate, Request

__all__ = ["reset", "speak"]

BIGGEST_HEAD = 256 * 1024


async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, decide: Decide) -> None:
    """Serve requests until either side closes. Raises ConnectionError where the peer is gone."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=BIGGEST_HEAD)
    while request := await _receive(connection, reader, writer):
        answer = decide(request)
        await _send(connection, writer, answer)
        if answer.ending == "reset":
            reset(writer)
        if answer.ending != "end" or connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _receive(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    """The next whole request; None where the peer closed, or sent something that is no request."""
    head: h11.Request | None = None
    body = bytearray()
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return None
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head:
            headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()
            )
            host = next((value for name, value in headers if name.lower() == "host"), "").partition(":")[0]
            target = head.target.decode("latin-1")
            return Request(head.method.decode(), host, target, headers, bytes(body), "1.1")
        else:
            return None


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Write head and pieces, each at once; the end only where the answer has one."""
    if answer.status is not None:
        reason = http.HTTPStatus(answer.status).phrase.encode()
        head = h11.Response(status_code=answer.status, headers=list(answer.headers), reason=reason)
        writer.write(connection.send(head) or b"")
    for piece in answer.pieces:
        if isinstance(piece, Gate):
            await piece.passed()
        elif piece:
            writer.write(connection.send(h11.Data(data=piece)) or b"")
            await writer.drain()
    if answer.ending == "end" and answer.status is not None:
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """Drop the connection so that the peer sees a reset, not an end."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
