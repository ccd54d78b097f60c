"""The hooks of WebSockets: every message is read where it is metered, and none is kept."""

from collections.abc import Callable, Collection

from mitmproxy import ctx, http
from mitmproxy.connection import ConnectionState

from franking.ledger.record import Record
from franking.metering.values import Asked, Cost, Usage
from franking.proxy import endings
from franking.proxy.exchange import Sink
from franking.proxy.turns import Retold, Socket, unchanged
from franking.proxy.under_way import UnderWay

__all__ = ["WebSockets"]


class WebSockets:
    """The open ones that are metered. preview: as RequestTap's; refuses, telling: as Socket's."""

    def __init__(
        self,
        under_way: UnderWay,
        preview: int | None,
        sink: Sink,
        price: Callable[[Usage, Asked, Record], Cost],
        refuses: Callable[[Record, Asked, int], bytes | None] = lambda opened, asked, size: None,
        telling: Collection[str] = (),
    ) -> None:
        self._refuses = refuses
        self._under_way = under_way
        self._preview = preview
        self._sink = sink
        self._price = price
        self._telling = telling
        self._open: dict[str, Socket] = {}

    def opened(self, flow: http.HTTPFlow, upgraded: Record, retold: Retold = unchanged) -> None:
        """An upgrade to an LLM route has succeeded. upgraded: the row that the request would have."""
        self._open[flow.id] = Socket(
            upgraded, self._preview, self._sink, self._price, self._under_way, self._refuses, self._telling, retold
        )

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """A message, before it is passed on. mitmproxy would hold every one until the connection ends."""
        assert flow.websocket is not None
        message = flow.websocket.messages[-1]
        flow.websocket.messages.clear()
        if message.injected:
            return  # our own answer, below
        if socket := self._open.get(flow.id):
            refused = socket.message(message.content, message.from_client)
            if refused is not None:
                message.drop()
                ctx.master.commands.call("inject.websocket", flow, True, refused, True)

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """It is closed, or its connection is lost."""
        assert flow.websocket is not None
        if socket := self._open.pop(flow.id, None):
            ended = flow.websocket
            socket.closed(_left_by_client(flow), ended.close_code, ended.close_reason)

    def error(self, flow: http.HTTPFlow) -> None:
        """Its connection can be read no more, and nothing will be told of its end: a fault inside the proxy."""
        if socket := self._open.pop(flow.id, None):
            socket.broken(*endings.of(flow.error.msg if flow.error else "", answered=True))


def _left_by_client(flow: http.HTTPFlow) -> bool:
    """Who ended it. Of a connection that is merely lost the end that is no longer open did, whoever was heard first."""
    assert flow.websocket is not None
    client, gateway = (end.state is ConnectionState.OPEN for end in (flow.client_conn, flow.server_conn))
    if flow.websocket.close_code in (None, 1006) and client != gateway:
        return not client
    return bool(flow.websocket.closed_by_client)
