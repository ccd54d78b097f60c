"""One request on its way: its taps, its times, and the moment its row is kept.

Pieces of both bodies pass through here on the event loop, unchanged. The row is handed to the ledger before the
piece that ends the answer is let go (the last counted byte, ``[DONE]``, the end of the stream), so that no client
can have seen an end that the ledger has not: the ledger's journal keeps it even if the process is killed at that
instant. The row may therefore be settled more than once; it is written again only where it has changed.

Whatever fails in here is franking's own fault: the pieces go on, and the row says what could not be read.
"""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from franking.ledger.record import Record, Status
from franking.metering.request_tap import RequestTap
from franking.metering.tap import ResponseTap
from franking.metering.values import Asked, Cost, Usage
from franking.proxy import rows

__all__ = ["Exchange", "Sink", "clock", "now"]

log = logging.getLogger(__name__)


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def clock() -> Callable[[], int]:
    """``now`` from this moment on, whatever the system's clock is set to meanwhile."""
    offset = time.time_ns() - time.monotonic_ns()
    return lambda: (offset + time.monotonic_ns()) // 1000


class Sink(Protocol):
    """Where rows go: the ledger's writer."""

    def put(self, record: Record) -> object:
        """Keep a row; it survives a kill from here on."""


class Exchange:
    """One request to a gateway's LLM route. opened: its row as far as it is known at its start; it is handed over.

    asked_for_usage: franking asked for the usage in the client's place.
    """

    def __init__(
        self, opened: Record, request_tap: RequestTap, sink: Sink, price: Callable[[Usage, Asked, Record], Cost]
    ) -> None:
        self.opened = opened
        self.asked_for_usage = False
        self.wire_format = opened.wire_format
        self._now = clock()
        self._request_tap = request_tap
        self._request_ended = False
        self._response_tap: ResponseTap | None = None
        self._sink = sink
        self._price = price
        self._http_status: int | None = None
        self._length: int | None = None
        self._event_stream = False
        self._received = 0
        self._first_token_at: int | None = None
        self._fault: str | None = None
        self._settled: tuple[object, ...] | None = None
        self._answer_ended = False
        self._finished = False
        sink.put(opened)

    def request_piece(self, data: bytes) -> bytes:
        """A piece of the request's body, on its way to the gateway; ``b""`` is its end."""
        try:
            if data:
                self._request_tap.feed(data)
            else:
                self._request_ended = True
        except Exception as fault:
            self._blame(fault)
        return data

    def answered(self, http_status: int, tap: ResponseTap, length: int | None, event_stream: bool) -> None:
        """The answer's head is here. length: bytes of its body, where it names them."""
        self._http_status = http_status
        self._response_tap = tap
        self._length = length
        self._event_stream = event_stream
        if length == 0 and http_status != 101:
            self._settle("ok", ended=True)

    def response_piece(self, data: bytes) -> bytes:
        """A piece of the answer's body, on its way to the client; ``b""`` is its end."""
        try:
            self._read(data)
        except Exception as fault:
            self._blame(fault)
        return data

    def finish(self, status: Status, error_type: str | None = None, error_message: str | None = None) -> None:
        """The exchange is over, one way or the other. Only the first call counts."""
        if self._finished:
            return
        self._finished = True
        if self._answer_ended and status != "ok":
            return  # the answer was whole before its connection broke
        try:
            self._settle(status, status == "ok", error_type, error_message)
        except Exception as fault:
            self._blame(fault)

    def _read(self, data: bytes) -> None:
        tap = self._response_tap
        if tap is None:
            return
        if data:
            if self._first_token_at is None:
                self._first_token_at = self._now()
            self._received += len(data)
            tap.feed(data)
        if not data or self._received == self._length:
            self._answer_ended = True
            self._settle("ok", ended=True)
        elif tap.complete:
            self._settle("ok", ended=None)

    def _settle(
        self, status: Status, ended: bool | None, error_type: str | None = None, error_message: str | None = None
    ) -> None:
        """Hand the row over as it stands, unless that has been done.

        ended: the body ended cleanly; None: there may be more of it, though its own end was in what has come.
        """
        usage = self._usage(ended)
        status = rows.final_status(status, self._http_status, usage)
        state = (status, self._received, usage.complete, self._fault)
        if state == self._settled:
            return
        self._settled = state
        asked = self._asked()
        ending = rows.Ending(
            status=status,
            ended_at=self._now(),
            http_status=self._http_status,
            first_token_at=self._first_token_at,
            event_stream=self._event_stream,
            request_bytes=self._request_tap.size,
            response_bytes=self._received if self._response_tap else None,
            error_type=error_type,
            error_message=error_message,
            fault=self._fault,
            asked_for_usage=self.asked_for_usage,
        )
        row = rows.closed(self.opened, ending, asked, usage)
        self._sink.put(rows.priced(row, ending, asked, usage, self._cost(usage, asked, row)))

    def _asked(self) -> Asked:
        try:
            return self._request_tap.finish() if self._request_ended else self._request_tap.asked
        except Exception as fault:
            self._blame(fault)
            return Asked()

    def _usage(self, ended: bool | None) -> Usage:
        if self._response_tap is None:
            return Usage()
        try:
            return self._response_tap.so_far if ended is None else self._response_tap.finish(ended)
        except Exception as fault:
            self._blame(fault)
            return Usage()

    def _cost(self, usage: Usage, asked: Asked, row: Record) -> Cost:
        try:
            return self._price(usage, asked, row)
        except Exception as fault:
            self._blame(fault)
            return Cost()

    def _blame(self, fault: Exception) -> None:
        """Note a fault of our own: its kind, never its text, which may quote a body."""
        if self._fault is None:
            self._fault = type(fault).__name__
            log.error("a fault of franking's own (%s) on one request, which goes on unmetered", self._fault)
            log.debug("the fault in full", exc_info=fault)
