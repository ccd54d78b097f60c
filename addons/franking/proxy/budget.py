"""Hard budgets at the proxy: a request that one refuses gets its answer here, and never leaves.

It is decided at the request's head, and its body then taken in whole before it is answered, so that every client has
sent what it wanted to send and reads the answer. Only where a hard budget is for a model, which a body alone may
name, is a body of known length held until it can be decided; every other one streams. Whatever fails in here is
franking's own fault: the request passes.
"""

import asyncio
from collections.abc import Awaitable

from mitmproxy import http

from franking.budgets import refusal
from franking.budgets.estimates import Estimator
from franking.budgets.guard import Guard
from franking.budgets.guard_values import Refused
from franking.budgets.refusal import Refusal
from franking.ledger.record import Record, Status
from franking.metering.decoding import PIECE
from franking.metering.request_tap import read_asked
from franking.metering.usage_request import LONGEST
from franking.metering.values import Asked, Cost, Usage
from franking.proxy import rows
from franking.proxy.counted import Counted, blame
from franking.proxy.exchange import Exchange, Sink, now
from franking.proxy.opening import Opening
from franking.proxy.under_way import UnderWay

__all__ = ["Budget"]

OPENED, WAITING = "franking.opened", "franking.waiting"


class Blocked:
    """A refused request whose body still comes in; its row is kept once, when that has ended."""

    def __init__(self, opened: Opening, answer: Refusal, sink: Sink) -> None:
        self._opened = opened
        self._answer = answer
        self._sink = sink
        self._kept = False

    def read(self, body: bytes) -> None:
        """The request's body."""
        if body:
            self._opened.tap.feed(body)

    def finish(self, status: Status, error_type: str | None = None, error_message: str | None = None) -> None:
        """Keep the row: it was refused, however its connection then ended."""
        if self._kept:
            return
        self._kept = True
        asked = self._opened.tap.finish()
        self._sink.put(_blocked(self._opened.row, asked, self._opened.tap.size, self._answer))


def _blocked(opened: Record, asked: Asked, size: int, answer: Refusal) -> Record:
    """The row of a request that was refused."""
    ending = rows.Ending(
        status="blocked",
        ended_at=now(),
        http_status=refusal.STATUS,
        request_bytes=size,
        response_bytes=len(answer.body),
    )
    usage = Usage(error_type=refusal.ERROR_TYPE, error_message=answer.message)
    return rows.priced(rows.closed(opened, ending, asked, usage), ending, asked, usage, Cost())


class Budget:
    """The check and its hooks. sink: where rows are to go from here on: it tells the guard of them."""

    def __init__(self, guard: Guard, sink: Sink, estimator: Estimator, running: UnderWay) -> None:
        self.guard = guard
        self.sink = Counted(sink, guard, estimator)
        self._running = running

    def refuses(self, flow: http.HTTPFlow, opened: Opening) -> bool:
        """At the request's head: is it refused? Then it has its answer."""
        try:
            row = opened.row
            model = read_asked({}, row.wire_format or "", flow.request.path).model
            if model is None and self.guard.by_model and opened.length and opened.length <= LONGEST:
                flow.metadata[WAITING] = opened
                return False
            refused = self.sink.check(row, model, opened.length)
            if refused is None:
                flow.metadata[OPENED] = opened
                return False
            self._running.begin(flow.id, self._answer(flow, opened, refused))
        except Exception as fault:
            blame(fault)
            flow.response = None
            return False
        flow.request.stream = False
        return True

    def turn(self, opened: Record, asked: Asked, size: int) -> bytes | None:
        """A WebSocket's next response, as it is asked for: the event that refuses it, and its row is kept."""
        if not self.guard.on:
            return None
        try:
            refused = self.sink.check(opened, asked.model, size, asked.max_tokens)
            if refused is None:
                return None
            answer = refusal.event(refused, now())
            self.sink.put(_blocked(opened, asked, size, answer))
            return answer.body
        except Exception as fault:
            blame(fault)
            return None

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Hold the body of one that waits for its model to be known."""
        if WAITING in flow.metadata:
            flow.request.stream = False

    def request(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        """The body is here, or has gone by: a refused request is answered, another's estimate made better."""
        if (opened := flow.metadata.pop(WAITING, None)) is not None:
            return self._decide(flow, opened)
        try:
            if (opened := flow.metadata.pop(OPENED, None)) is not None:
                asked = opened.tap.asked
                self.sink.adjust(opened.row, asked.model, opened.tap.size, asked.max_tokens)
            elif isinstance(blocked := self._running.find(flow.id), Blocked):
                blocked.read(flow.request.raw_content or b"")
                blocked.finish("blocked")
                flow.request.raw_content = None  # it goes nowhere
        except Exception as fault:
            blame(fault)
        return None

    async def _decide(self, flow: http.HTTPFlow, opened: Opening) -> None:
        """The body that was held is whole, and its model known."""
        exchange = self._running.find(flow.id)
        if not isinstance(exchange, Exchange):
            return
        if not opened.tap.size:  # asking for usage has read it already
            body = flow.request.raw_content or b""
            for start in range(0, len(body), PIECE):
                exchange.request_piece(body[start : start + PIECE])
                await asyncio.sleep(0)
            exchange.request_piece(b"")
        try:
            asked = opened.tap.asked
            refused = self.sink.check(opened.row, asked.model, opened.tap.size, asked.max_tokens)
            if refused is not None:
                blocked = self._answer(flow, opened, refused)
                self._running.end(flow.id)
                blocked.finish("blocked")
                flow.request.raw_content = None
        except Exception as fault:
            blame(fault)
            flow.response = None

    def _answer(self, flow: http.HTTPFlow, opened: Opening, refused: Refused) -> Blocked:
        told = refusal.refusal(opened.row.wire_format or "", refused, now())
        named = [(name.encode(), value.encode()) for name, value in told.headers]
        flow.response = http.Response.make(refusal.STATUS, told.body, http.Headers(named))
        return Blocked(opened, told, self.sink)
