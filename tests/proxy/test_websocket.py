"""WebSockets' hooks: no message is kept, whether its connection is metered or not."""

from mitmproxy import websocket
from mitmproxy.flow import Error
from mitmproxy.test import tflow
from wsproto.frame_protocol import Opcode

from franking.ledger.record import Record
from franking.proxy.endings import FAULT
from franking.proxy.under_way import UnderWay
from franking.proxy.websocket import WebSockets
from support.sinks import Sink, unpriced

ROW = Record(id="x", started_at=1, gateway="g", host="h", method="GET", path="/", wire_format="openai-responses")


async def test_messages_are_read_and_not_kept() -> None:
    sink = Sink()
    hooks = WebSockets(UnderWay(), None, sink, unpriced)
    metered, other = tflow.twebsocketflow(), tflow.twebsocketflow()
    hooks.opened(metered, ROW)
    for flow in (metered, other):
        assert flow.websocket is not None
        message = websocket.WebSocketMessage(Opcode.TEXT, True, b'{"type":"response.create","model":"m"}')
        flow.websocket.messages.append(message)
        flow.websocket.closed_by_client = True
        hooks.websocket_message(flow)
        assert flow.websocket.messages == []
        assert not message.dropped
        hooks.websocket_end(flow)
        hooks.websocket_end(flow)
    assert [row.status for row in sink.rows] == ["in_flight", "client_aborted"]


async def test_a_fault_inside_the_proxy_ends_what_is_under_way() -> None:
    sink, under_way = Sink(), UnderWay()
    hooks = WebSockets(under_way, None, sink, unpriced)
    flow = tflow.twebsocketflow()
    hooks.opened(flow, ROW)
    assert flow.websocket is not None
    asked = websocket.WebSocketMessage(Opcode.TEXT, True, b'{"type":"response.create","model":"m"}')
    flow.websocket.messages.append(asked)
    hooks.websocket_message(flow)
    assert not under_way.idle.is_set()
    flow.error = Error(FAULT)
    hooks.error(flow)
    hooks.error(flow)
    assert [(row.status, row.error_type) for row in sink.rows] == [("in_flight", None), ("interrupted", "proxy_fault")]
    assert under_way.idle.is_set()
