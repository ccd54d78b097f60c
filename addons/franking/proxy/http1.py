"""What mitmproxy's HTTP/1 leaves out: interim answers (1xx), and trailers behind a chunked body.

mitmproxy takes ``103 Early Hints`` for the answer itself, so that the client waits for ever, and gives up inside a
connection where a trailer comes. Here an interim answer goes to a client of HTTP/1.1 as it came (one of HTTP/2 does
without, as mitmproxy has it), and trailers go on where the next hop is chunked, or HTTP/2. ``100`` is mitmproxy's own
word to a client that asked for it, and is not said twice. ``apply`` puts this in place, for the process.
"""

import re
from collections.abc import Iterable
from typing import Any

from mitmproxy.http import Headers
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http._base import ReceiveHttp
from mitmproxy.proxy.layers.http._events import (
    RequestEndOfMessage,
    RequestTrailers,
    ResponseEndOfMessage,
    ResponseTrailers,
)

__all__ = ["apply"]

_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d[ \r\n]")
_CONTINUE = re.compile(rb"\S+ 100\b")
_ENDS = (RequestEndOfMessage, ResponseEndOfMessage)
_TRAILERS = (RequestTrailers, ResponseTrailers)
_Commands = Iterable[commands.Command]
_read_headers: Any = _http1.Http1Client.read_headers
_read_body: Any = _http1.Http1Connection.read_body
_sends: Any = {kind: kind.send for kind in (_http1.Http1Client, _http1.Http1Server)}


def apply() -> None:
    """Let mitmproxy's HTTP/1 connections do so, from here on."""
    _http1.Http1Client.read_headers = _reading_headers  # type: ignore[assignment, method-assign]
    _http1.Http1Connection.read_body = _reading_body  # type: ignore[assignment, method-assign]
    for kind, send in _sends.items():
        kind.send = _sending(send)


def _reading_headers(client: Any, event: events.ConnectionEvent) -> _Commands:
    if isinstance(event, events.DataReceived) and client.request and _INTERIM.match(bytes(client.buf)):
        return _interim(client, event)
    commanded: _Commands = _read_headers(client, event)
    return commanded


def _interim(client: Any, event: events.ConnectionEvent) -> _Commands:
    """Take an interim answer out of what has come, and pass it on; read on behind it."""
    lines = client.buf.maybe_extract_lines()
    if lines is None:
        return  # not whole yet
    if client.request.http_version == "HTTP/1.1" and not _CONTINUE.match(lines[0]):
        yield commands.SendData(client.context.client, b"\r\n".join([*lines, b"", b""]))
    if client.buf:
        yield from client.state(event)


def _reading_body(connection: Any, event: events.Event) -> _Commands:
    """Before a message's end, its trailers, which the body's reader has kept."""
    for command in _read_body(connection, event):
        if isinstance(command, ReceiveHttp) and isinstance(command.event, _ENDS) and connection.body_reader.trailers:
            kind = RequestTrailers if isinstance(command.event, RequestEndOfMessage) else ResponseTrailers
            yield ReceiveHttp(kind(command.event.stream_id, Headers(connection.body_reader.trailers)))
        yield command


def _sending(send: Any) -> Any:
    def sending(connection: Any, event: Any) -> _Commands:
        if isinstance(event, _TRAILERS):
            connection.trailers = event.trailers
            return ()
        if isinstance(event, _ENDS) and getattr(connection, "trailers", None) is not None:
            return _ending(connection, send(connection, event))
        commanded: _Commands = send(connection, event)
        return commanded

    return sending


def _ending(connection: Any, commanded: _Commands) -> _Commands:
    """A message's end, with trailers where it is chunked."""
    trailers, connection.trailers = bytes(connection.trailers), None
    for command in commanded:
        if isinstance(command, commands.SendData) and command.data == b"0\r\n\r\n":
            command.data = b"0\r\n" + trailers + b"\r\n"
        yield command
