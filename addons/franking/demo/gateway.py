"""The fake gateway: an LLM provider on loopback, over TLS or plain, HTTP/1.1 and HTTP/2, that remembers what it got.

It runs in a thread with an event loop of its own, so that synchronous clients can be used beside it, and leaves
neither thread nor connection behind. ``scripts.answer`` decides what it says, unless answers are queued::

    with FakeGateway(certificates) as gateway:
        gateway.script(Answer(status=503))
        ...                                        # a client asks https://127.0.0.1:{gateway.port}
        (received,) = gateway.wait_for(1)
"""

import asyncio
import concurrent.futures
import contextlib
import ssl
import threading
from collections import deque
from types import TracebackType
from typing import Self

from franking.demo import http1, http2, scripts
from franking.demo.certificates import Certificates
from franking.demo.values import Answer, Decide, Request

__all__ = ["FakeGateway"]

PATIENCE = 10.0  # seconds that a start, a stop or a wait may take


class FakeGateway:
    """A gateway to talk to.

    certificates: its leaf; None serves plain HTTP.  alpn: the protocols it offers, the best first.
    decide: what it answers where nothing is queued.
    """

    def __init__(
        self,
        certificates: Certificates | None = None,
        *,
        alpn: tuple[str, ...] = ("h2", "http/1.1"),
        decide: Decide = scripts.answer,
    ) -> None:
        self.port = 0
        self._context = _context(certificates, alpn) if certificates else None
        self._decide = decide
        self._queued: deque[Answer | Decide] = deque()
        self._received: list[Request] = []
        self._arrived = threading.Condition()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="fake gateway", daemon=True)
        self._started: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
        self._stop = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on a free port of 127.0.0.1, then return. Raises OSError where that cannot be done."""
        self._thread.start()
        self._started.result(PATIENCE)

    def stop(self) -> None:
        """Drop every connection, end the thread. Harmless when stopped already."""
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop ended by itself meanwhile
                self._started.result(PATIENCE).call_soon_threadsafe(self._stop.set)
            self._thread.join(PATIENCE)

    def script(self, *answers: Answer | Decide) -> None:
        """Answer the next requests so: an answer each, or a function of the request."""
        self._queued.extend(answers)

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was received so far, in the order of arrival."""
        with self._arrived:
            return tuple(self._received)

    def wait_for(self, count: int) -> tuple[Request, ...]:
        """All requests, once there are ``count``. Raises TimeoutError after ten seconds."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._received) >= count, PATIENCE):
                raise TimeoutError(f"{len(self._received)} requests reached the fake gateway, not {count}")
            return tuple(self._received)

    def forget(self) -> None:
        """Start over: nothing received, nothing queued."""
        with self._arrived:
            self._received.clear()
            self._queued.clear()

    async def _serve(self) -> None:
        try:
            server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._context)
        except OSError as fault:
            self._started.set_exception(fault)
            return
        self.port = server.sockets[0].getsockname()[1]
        self._started.set_result(asyncio.get_running_loop())
        await self._stop.wait()
        server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._speak(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secured = writer.get_extra_info("ssl_object")
        speak = http2.speak if secured and secured.selected_alpn_protocol() == "h2" else http1.speak
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):  # the peer is gone, or we stop
                await speak(reader, writer, self._answer)
        finally:
            writer.close()

    def _answer(self, request: Request) -> Answer:
        with self._arrived:
            self._received.append(request)
            queued = self._queued.popleft() if self._queued else self._decide
            self._arrived.notify_all()
        return queued if isinstance(queued, Answer) else queued(request)


def _context(certificates: Certificates, alpn: tuple[str, ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.leaf_file)
    context.set_alpn_protocols(list(alpn))
    return context
