"""A WebSocket's responses: whose messages, which row, and the row before the message that ends it."""

import json
from typing import Any

import msgspec
import pytest

from franking.ledger.record import Record
from franking.metering.values import Asked, Cost, Usage
from franking.proxy.turns import EndedOnly, Socket
from franking.proxy.under_way import UnderWay
from support.sinks import Sink

UPGRADED = Record(
    id="018f0000-0000-7000-8000-000000000001",
    started_at=1,
    gateway="openai",
    host="api.openai.com",
    method="GET",
    path="/v1/responses",
    wire_format="openai-responses",
    provenance='{"headers":{}}',
)
CREATE = b'{"type":"response.create","model":"m","input":"my words"}'


def free(usage: Usage, asked: Asked, row: Record) -> Cost:
    return Cost(cost=0, cost_source="price-table", estimated_cost=0, price="x")


def broken(usage: Usage, asked: Asked, row: Record) -> Cost:
    raise ValueError("no")


def event(kind: str, number: int = 1, **more: Any) -> bytes:
    status = kind.rpartition(".")[2] if kind != "response.created" else "in_progress"
    return json.dumps(
        {"type": kind, "response": {"id": f"resp_{number}", "model": "m", "status": status, **more}}
    ).encode()


def socket(sink: Sink, price: Any = free) -> tuple[Socket, UnderWay]:
    running = UnderWay()
    return Socket(UPGRADED, None, sink, price, running), running


async def test_a_refused_turn_is_answered_and_the_others_go_on() -> None:
    sink, running = Sink(), UnderWay()
    over = [False]
    begun = Socket(UPGRADED, None, sink, free, running, lambda opened, asked, size: b"no" if over[0] else None)
    assert begun.message(CREATE, from_client=True) is None
    over[0] = True
    assert begun.message(CREATE, from_client=True) == b"no"
    assert begun.message(b'{"type": "response.cancel"}', from_client=True) is None
    begun.message(event("response.completed", usage={"input_tokens": 7, "output_tokens": 1}), from_client=False)
    assert [row.status for row in sink.rows] == ["in_flight", "ok"]
    assert len(running) == 0


async def test_a_turn_whose_message_tells_more() -> None:
    def retold(row: Record, told: tuple[tuple[str, str], ...]) -> Record:
        return msgspec.structs.replace(row, project_id=dict(told)["x-told"])

    sink = Sink()
    begun = Socket(UPGRADED, None, sink, free, UnderWay(), telling=("x-told",), retold=retold)
    for more in (b"", b',"client_metadata":{"x-told":"alpha"}'):
        begun.message(CREATE[:-1] + more + b"}", from_client=True)
        begun.message(event("response.completed"), from_client=False)
    assert [row.project_id for row in sink.rows] == [None, None, "alpha", "alpha"]
    assert len({row.id for row in sink.rows}) == 2


async def test_a_row_a_turn() -> None:
    sink = Sink()
    begun, running = socket(sink)
    for number in (1, 2):
        begun.message(CREATE, from_client=True)
        assert (len(running), running.idle.is_set()) == (1, False)
        begun.message(event("response.created", number), from_client=False)
        begun.message(event("response.completed", number, usage={"input_tokens": 7, "output_tokens": number}), False)
        assert (len(running), running.idle.is_set()) == (0, True)
    assert [(row.status, row.output_tokens) for row in sink.rows] == [
        ("in_flight", None),
        ("ok", 1),
        ("in_flight", None),
        ("ok", 2),
    ]
    assert sink.rows[0].id == sink.rows[1].id != sink.rows[2].id == sink.rows[3].id
    assert UPGRADED.id not in {row.id for row in sink.rows}
    assert sink.rows[1].prompt_preview is None
    begun.closed(True, 1000, None)
    assert len(sink.rows) == 4


async def test_a_response_that_nobody_was_seen_to_ask_for_is_a_row_too() -> None:
    sink = Sink()
    begun, _ = socket(sink)
    begun.message(event("response.completed", usage={"input_tokens": 7, "output_tokens": 1}), from_client=False)
    assert [(row.status, row.input_tokens) for row in sink.rows] == [("in_flight", None), ("ok", 7)]


async def test_a_word_on_the_connection_is_no_row() -> None:
    sink = Sink()
    begun, _ = socket(sink)
    begun.message(b'{"type":"error","error":{"type":"t","message":"sixty minutes are over"}}', from_client=False)
    assert sink.rows == []


@pytest.mark.parametrize(
    ("by_client", "reason", "status", "message"),
    [
        (True, None, "client_aborted", "the client closed the WebSocket before the end"),
        (False, None, "upstream_aborted", "the gateway closed the WebSocket (1006)"),
        (False, "key sk-abcdefghijklmnop is bad", "upstream_aborted",
         "the gateway closed the WebSocket (1006: key [removed] is bad)"),
    ],
)  # fmt: skip
async def test_endings(by_client: bool, reason: str | None, status: str, message: str) -> None:
    sink = Sink()
    begun, running = socket(sink)
    begun.message(CREATE, from_client=True)
    begun.message(CREATE, from_client=True)
    begun.message(event("response.created"), from_client=False)
    begun.closed(by_client, 1006, reason)
    ended = sink.rows[2:]
    assert [(row.status, row.error_message, row.message_id) for row in ended] == [
        (status, message, "resp_1"),
        (status, message, None),
    ]
    assert len(running) == 0


async def test_the_proxy_stops() -> None:
    sink = Sink()
    begun, running = socket(sink)
    begun.message(CREATE, from_client=True)
    running.settle()
    assert [row.status for row in sink.rows] == ["in_flight", "interrupted"]
    begun.closed(True, 1006, None)
    assert len(sink.rows) == 2


async def test_a_fault_of_ours_keeps_the_row_and_hurts_nobody() -> None:
    sink = Sink()
    begun, _ = socket(sink, broken)
    begun.message(CREATE, from_client=True)
    begun.message(event("response.completed", usage={"input_tokens": 7, "output_tokens": 1}), from_client=False)
    assert (sink.rows[-1].status, sink.rows[-1].input_tokens, sink.rows[-1].cost) == ("ok", 7, None)
    begun.message(b"\xff", from_client=True)
    begun.message(b"{", from_client=False)


def test_only_rows_that_have_ended() -> None:
    sink = Sink()
    ended = EndedOnly(sink)
    ended.put(UPGRADED)
    assert sink.rows == []
    row = Record(**{name: getattr(UPGRADED, name) for name in UPGRADED.__struct_fields__} | {"status": "http_error"})
    ended.put(row)
    assert sink.rows == [row]
