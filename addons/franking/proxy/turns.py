"""One WebSocket of openai-responses: a row for each response, warm-up turns too.

The client asks (``response.create``), the gateway answers in events, one response after the other in the order in
which they were asked for; each is a Turn with a row of its own. The row is handed to the ledger before the message
that ends its response is let go. The messages themselves are not kept.

An upgrade that succeeds has no row, since nothing was asked for yet; one that is refused, or fails, is an exchange
like any other, and ``EndedOnly`` keeps its row back until that is known.

Whatever fails in here is franking's own fault: the messages go on.
"""

import logging
from collections import deque
from collections.abc import Callable, Collection

import msgspec

from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record, Status
from franking.metering.errors import clean
from franking.metering.socket_tap import SocketTap
from franking.metering.values import Asked, Cost, Usage
from franking.proxy import rows
from franking.proxy.exchange import Sink, clock, now
from franking.proxy.under_way import UnderWay

__all__ = ["EndedOnly", "Retold", "Socket", "Turn", "unchanged"]

log = logging.getLogger(__name__)

Retold = Callable[[Record, tuple[tuple[str, str], ...]], Record]
"""A row that has just begun, and headers that its message holds → the row with what they tell."""

SWITCHED = 101
"""The HTTP status of every response's row: that of the upgrade."""


def unchanged(row: Record, told: tuple[tuple[str, str], ...]) -> Record:
    """The row as it is."""
    return row


class EndedOnly:
    """A sink that leaves rows in flight out."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def put(self, record: Record) -> object:
        """Keep a row that has ended."""
        return None if record.status == "in_flight" else self._sink.put(record)


class Turn:
    """One response on its way. opened: its row as it began."""

    def __init__(self, opened: Record, asked: Asked, size: int, socket: "Socket") -> None:
        self.opened = opened
        self.asked = asked
        self.request_bytes = size
        self.response_bytes = 0
        self.first_token_at: int | None = None
        self.now = clock()
        self._socket = socket

    def finish(self, status: Status, error_type: str | None = None, error_message: str | None = None) -> None:
        """It ends without its last message: the connection broke, or the proxy stops."""
        self._socket.cut(self, status, error_type, error_message)


class Socket:
    """One connection. upgraded: the row that its upgrade would have, which every response's row begins as.

    refuses: given a response's row, what is asked and how long that is, the message that answers it in the gateway's
    place and whose row it has kept; None lets it go.
    telling, retold: the headers that a message may hold, and what becomes of a row for which it does.
    """

    def __init__(
        self,
        upgraded: Record,
        preview: int | None,
        sink: Sink,
        price: Callable[[Usage, Asked, Record], Cost],
        under_way: UnderWay,
        refuses: Callable[[Record, Asked, int], bytes | None] = lambda opened, asked, size: None,
        telling: Collection[str] = (),
        retold: Retold = unchanged,
    ) -> None:
        self._refuses = refuses
        self._upgraded = upgraded
        self._retold = retold
        self._tap = SocketTap(preview, telling)
        self._sink = sink
        self._price = price
        self._under_way = under_way
        self._turns: deque[Turn] = deque()

    def message(self, content: bytes, from_client: bool) -> bytes | None:
        """A message, before it is passed on; what the client is told in its place, where it is refused."""
        try:
            if from_client:
                if (asked := self._tap.client(content)) is not None:
                    opened = self._opened(asked)
                    if (refused := self._refuses(opened, asked, len(content))) is not None:
                        return refused
                    self._begin(opened, asked, len(content))
            else:
                self._answered(content)
        except Exception as fault:
            _blame(fault)
        return None

    def closed(self, by_client: bool, code: int | None, reason: str | None) -> None:
        """The connection is over; what has not ended by then has been cut off."""
        why = f"{code}: {clean(reason)}" if reason else str(code)
        if by_client:
            self.broken("client_aborted", "client_closed", "the client closed the WebSocket before the end")
        else:
            self.broken("upstream_aborted", "upstream_closed", f"the gateway closed the WebSocket ({why})")

    def broken(self, status: Status, error_type: str, error_message: str) -> None:
        """The same, in words of their own."""
        for turn in list(self._turns):
            turn.finish(status, error_type, error_message)

    def cut(self, turn: Turn, status: Status, error_type: str | None, error_message: str | None) -> None:
        """End a response with what is known of it; harmless where it has ended."""
        if turn not in self._turns:
            return
        try:
            usage = self._tap.finish() if turn is self._turns[0] else Usage()
            self._settle(turn, usage, status, error_type, error_message)
        except Exception as fault:
            _blame(fault)

    def _opened(self, asked: Asked) -> Record:
        opened = msgspec.structs.replace(self._upgraded, id=uuid7(), started_at=now())
        if asked.told:
            try:
                return self._retold(opened, asked.told)
            except Exception as fault:
                _blame(fault)
        return opened

    def _begin(self, opened: Record, asked: Asked, size: int) -> Turn:
        turn = Turn(opened, asked, size, self)
        self._turns.append(turn)
        self._sink.put(opened)
        self._under_way.begin(opened.id, turn)
        return turn

    def _answered(self, content: bytes) -> None:
        turn = self._turns[0] if self._turns else None
        if turn is not None:
            turn.response_bytes += len(content)
            if turn.first_token_at is None:
                turn.first_token_at = turn.now()
        usage = self._tap.server(content)
        if usage is None:
            return
        if turn is None:
            if usage.message_id is None:
                return  # a word on the connection, not a response's end
            asked = Asked(streamed=True)
            turn = self._begin(self._opened(asked), asked, 0)
            turn.response_bytes = len(content)
        self._settle(turn, usage, "ok")

    def _settle(
        self,
        turn: Turn,
        usage: Usage,
        status: Status,
        error_type: str | None = None,
        error_message: str | None = None,
    ) -> None:
        self._turns.remove(turn)
        self._under_way.end(turn.opened.id)
        ending = rows.Ending(
            status=rows.final_status(status, SWITCHED, usage),
            ended_at=turn.now(),
            http_status=SWITCHED,
            first_token_at=turn.first_token_at,
            event_stream=True,
            request_bytes=turn.request_bytes,
            response_bytes=turn.response_bytes,
            error_type=error_type,
            error_message=error_message,
        )
        row = rows.closed(turn.opened, ending, turn.asked, usage)
        try:
            cost = self._price(usage, turn.asked, row)
        except Exception as fault:
            _blame(fault)
            cost = Cost()
        self._sink.put(rows.priced(row, ending, turn.asked, usage, cost))


def _blame(fault: Exception) -> None:
    """Note a fault of our own: its kind, never its text, which may quote a message."""
    log.error("a fault of franking's own (%s) on a WebSocket, whose messages go on", type(fault).__name__)
    log.debug("the fault in full", exc_info=fault)
