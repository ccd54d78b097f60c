"""A gateway that speaks openai-responses over a WebSocket: TLS on loopback, one response after the other.

The model in a ``response.create`` says what becomes of it: ``demo/stall`` stops in the middle, ``demo/close`` closes
the connection there, ``demo/reset`` drops it there, ``demo/failed`` fails, ``demo/refused`` is answered with an error
alone; any other is answered whole. An upgrade whose path ends in ``/refused/responses`` gets 426.
"""

import json
import ssl
import threading
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from franking.demo.certificates import Certificates
from franking.demo.providers.responses import response_stream

__all__ = ["SocketGateway", "events"]


def events(message: bytes, *, fails: bool = False) -> list[dict[str, Any]]:
    """The events that answer a ``response.create``, as they are sent."""
    asked = json.loads(message)
    stream = response_stream(message, asked.get("response") or asked, fails=fails)
    return [json.loads(event.partition(b"data: ")[2]) for event in stream]


class SocketGateway:
    """A server in a thread of its own. headers: of each upgrade, names lower-case. received: every message."""

    def __init__(self, certificates: Certificates) -> None:
        self.headers: list[dict[str, str]] = []
        self.received: list[bytes] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.leaf_file)
        self._server: Server = serve(
            self._speak, "127.0.0.1", 0, ssl=context, process_request=self._look, max_size=1 << 24
        )
        self.port: int = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="socket gateway", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(10)

    def _look(self, connection: ServerConnection, request: Request) -> Response | None:
        self.headers.append({name.lower(): value for name, value in request.headers.raw_items()})
        if request.path.endswith("/refused/responses"):
            return connection.respond(426, '{"error":{"message":"Use HTTP.","type":"invalid_request_error"}}')
        return None

    def _speak(self, connection: ServerConnection) -> None:
        try:
            for text in connection:
                message = text.encode() if isinstance(text, str) else text
                self.received.append(message)
                if not self._answer(connection, message):
                    return
        except ConnectionClosed:
            return

    def _answer(self, connection: ServerConnection, message: bytes) -> bool:
        """Whether the connection goes on."""
        asked = json.loads(message)
        if asked["type"] != "response.create":
            return True
        model = asked.get("model", "")
        if model == "demo/refused":
            error = {"type": "error", "status": 400, "error": {"type": "invalid_request_error", "message": "No."}}
            connection.send(json.dumps(error))
            return True
        found = events(message, fails=model == "demo/failed")
        if model in ("demo/stall", "demo/close", "demo/reset"):
            found = found[: len(found) // 2]
        for event in found:
            connection.send(json.dumps(event))
        if model == "demo/close":
            connection.close(1011, "something broke")
        if model == "demo/reset":
            connection.close_socket()
        return model not in ("demo/close", "demo/reset")
