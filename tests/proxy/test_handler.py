"""The handler's short way: what is nested is queued, and a CONNECT's layers step aside once it stands."""

import asyncio
import logging
import weakref
from typing import Any

import pytest
from mitmproxy import http, options
from mitmproxy.connection import ConnectionState, Server
from mitmproxy.proxy import commands, events, layer, mode_specs
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode
from mitmproxy.proxy.layers.http._hooks import HttpConnectHook
from mitmproxy.proxy.layers.http._http1 import Http1Server
from mitmproxy.proxy.layers.tls import ClientTLSLayer
from OpenSSL import SSL

from franking.proxy import endings
from franking.proxy.corked import Corked
from franking.proxy.handler import Handler


class Writer:
    """A client's end: remembers what is written. waiting: bytes that the client has not taken."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False
        self.waiting = 0
        self.written = asyncio.Semaphore(0)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)}.get(name, default)

    @property
    def transport(self) -> Any:
        return self

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        self.written.release()

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Note it."""
        self.closed = True


class Deaf:
    """A master without addons."""

    class addons:  # noqa: N801 - an attribute of the master's
        @staticmethod
        async def handle_lifecycle(hook: Any) -> None:
            """Nobody listens."""


class Asking(layer.Layer):
    """Answers each piece with a hook that blocks, and notes in which order it is told of what."""

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.heard: list[str] = []

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        self.heard.append("begin")
        if isinstance(event, events.DataReceived):
            if event.data == b"fault":
                raise RuntimeError("a fault of a layer's")
            yield HttpConnectHook(None)  # type: ignore[arg-type]
            yield commands.SendData(event.connection, b"answer to " + event.data)
        self.heard.append("end")


@pytest.fixture
async def writer() -> Writer:
    return Writer()


@pytest.fixture
async def handler(writer: Writer) -> Handler:
    opts = options.Options()
    opts.add_option("tcp_timeout", int, 600, "")
    return Handler(Deaf(), asyncio.StreamReader(), writer, opts, mode_specs.ProxyMode.parse("regular"))


async def test_events_are_handled_one_after_the_other(handler: Handler, writer: Writer) -> None:
    handler.layer = asking = Asking(handler.layer.context)
    for piece in (b"one", b"two", b"three"):
        await handler.server_event(events.DataReceived(handler.client, piece))
    for _ in range(3):
        await writer.written.acquire()
    assert writer.sent == [b"answer to one", b"answer to two", b"answer to three"]
    assert asking.heard == ["begin", "end"] * 3


async def test_what_follows_leaves_in_one_write_and_is_held_up_by_a_peer_that_does_not_take_it(
    handler: Handler, writer: Writer
) -> None:
    class Answering(Asking):
        def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
            assert isinstance(event, events.DataReceived)
            yield commands.SendData(event.connection, b"answer to ")
            yield commands.SendData(event.connection, event.data)

    handler.layer = Answering(handler.layer.context)
    handler.transports[handler.client].writer = Corked(writer)  # type: ignore[arg-type, assignment]
    assert handler._take(handler.client, b"one")
    writer.waiting = 1
    assert not handler._take(handler.client, b"two")
    assert writer.sent == [b"answer to one", b"answer to two"]


async def test_a_layer_s_fault_ends_its_connection_and_the_requests_on_it(
    writer: Writer, handler: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []

    class Telling(Deaf):
        class addons:  # noqa: N801
            @staticmethod
            async def handle_lifecycle(hook: Any) -> None:
                told.append(hook)

    master: Any = Telling()
    handler.master = master
    handler.layer = asking = Asking(handler.layer.context)
    stream = next(iter(_opened(HttpLayer(handler.layer.context, HTTPMode.regular))))
    stream.flow = http.HTTPFlow(handler.client, Server(address=None))
    with caplog.at_level(logging.ERROR):
        await handler.server_event(events.DataReceived(handler.client, b"fault"))
    assert "RuntimeError at " in caplog.text
    assert "a fault of a layer's" not in caplog.text, "its own text may quote secrets"
    assert writer.closed
    await asyncio.sleep(0)
    assert [(hook.name, hook.flow.error.msg) for hook in told] == [("error", endings.FAULT)]
    await handler.server_event(events.DataReceived(handler.client, b"next"))
    assert asking.heard == ["begin"], "a broken layer is told nothing more"


async def test_it_leaves_a_connect_only_when_that_stands(handler: Handler) -> None:
    context = handler.layer.context
    outer = HttpLayer(context, HTTPMode.regular)
    assert len(context.layers) == 1
    context.layers.insert(0, Asking(context))
    del context.layers[2:]
    handler.layer = context.layers[0]
    server = Http1Server(context.fork())
    outer.connections[handler.client] = server
    handler._leave_connect()
    assert handler.layer is context.layers[0]
    stream = next(iter(_opened(outer)))
    server.state = server.passthrough
    handler._leave_connect()
    assert handler.layer is context.layers[0], "nothing is inside it yet"
    stream.child_layer = inner = Asking(context.fork())
    handler._leave_connect()
    assert handler.layer is inner
    assert handler.client.state is ConnectionState.OPEN


async def test_tls_is_given_back_when_all_is_over(handler: Handler) -> None:
    handler.layer = Asking(handler.layer.context)
    tls = ClientTLSLayer(handler.layer.context)
    tls.tls = SSL.Connection(SSL.Context(SSL.TLS_METHOD))
    held = weakref.ref(tls.tls)
    waited_for: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def listener() -> None:
        await waited_for

    late = handler._go(listener())  # a hook whose listener still waits when the client has gone
    handler.client.error = "it is over before it begins"
    await handler.handle_client()
    assert held() is not None, "a layer is still to be told of something"
    waited_for.set_result(None)
    await late
    await asyncio.sleep(0)
    assert held() is None, "what OpenSSL holds waits for the collector"


def _opened(outer: HttpLayer) -> Any:
    list(outer.make_stream(1))
    return outer.streams.values()


async def test_silence_ends_no_connection(handler: Handler) -> None:
    await asyncio.wait_for(handler.timeout_watchdog.watch(), 60)  # mitmproxy's own watches for as long as it lasts
