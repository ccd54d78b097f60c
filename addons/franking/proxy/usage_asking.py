"""``metering.ask_for_usage``: asks for usage where the client did not, and takes the extra chunk out on the way back.

For this alone a request's body is held until it is whole, where it says that it is short enough; every other request
streams. Anything odd goes on as it came: a body of unknown length, a digest of it in the head, no JSON.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from mitmproxy import http

from franking.metering import usage_request
from franking.metering.decoding import PIECE
from franking.metering.usage_removal import UsageRemoval
from franking.proxy.exchange import Exchange
from franking.proxy.under_way import UnderWay

__all__ = ["UsageAsking"]

log = logging.getLogger(__name__)

HELD, ASKED = "franking.held", "franking.asked"
DIGESTS = ("digest", "content-digest", "content-md5", "signature", "x-amz-content-sha256")
"""Headers that say what the body must be."""


class UsageAsking:
    """The hooks. hosts: as configured, ``api.example.com`` or ``*.example.com``."""

    def __init__(self, hosts: Iterable[str], running: UnderWay) -> None:
        names = [name.lower() for name in hosts]
        self._hosts = frozenset(name for name in names if not name.startswith("*."))
        self._below = tuple(name[1:] for name in names if name.startswith("*."))
        self._running = running

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Hold the body of a chat that may be asked."""
        exchange = self._running.find(flow.id)
        if (
            isinstance(exchange, Exchange)
            and exchange.wire_format == "openai-chat"
            and self._listed(exchange.opened.host or "")
            and _may_be_held(flow.request.headers)
        ):
            flow.request.stream = False
            flow.metadata[HELD] = True

    async def request(self, flow: http.HTTPFlow) -> None:
        """The whole body is here: read it, and ask."""
        exchange = self._running.find(flow.id)
        if not flow.metadata.pop(HELD, False) or not isinstance(exchange, Exchange):
            return
        body = flow.request.raw_content or b""
        for start in range(0, len(body), PIECE):
            exchange.request_piece(body[start : start + PIECE])
            await asyncio.sleep(0)
        exchange.request_piece(b"")
        encoding = flow.request.headers.get("content-encoding", "")
        if len(body) > PIECE or encoding:
            asking = await asyncio.to_thread(usage_request.asking, body, encoding)
        else:
            asking = usage_request.asking(body)
        if asking is not None:
            flow.request.raw_content = asking
            flow.request.headers["content-length"] = str(len(asking))
            flow.metadata[ASKED] = exchange.asked_for_usage = True

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """A stream that was asked: take the usage out, behind the tap."""
        if not flow.metadata.get(ASKED):
            return
        flow.request.raw_content = None  # sent; it need not be held while the answer streams
        exchange, answer = self._running.find(flow.id), flow.response
        assert answer is not None
        if not isinstance(exchange, Exchange) or answer.status_code != 200:
            return
        if not answer.headers.get("content-type", "").lower().startswith("text/event-stream"):
            return
        try:
            removal = UsageRemoval(answer.headers.get("content-encoding", ""))
        except ValueError:
            return
        if "content-length" in answer.headers:
            del answer.headers["content-length"]
            if flow.request.http_version == "HTTP/1.1":
                answer.headers["transfer-encoding"] = "chunked"
        answer.stream = _removing(exchange.response_piece, removal)

    def _listed(self, host: str) -> bool:
        name = host.lower().removesuffix(".")
        return name in self._hosts or name.endswith(self._below)


def _may_be_held(headers: http.Headers) -> bool:
    length = headers.get("content-length", "")
    return (
        length.isascii()
        and length.isdigit()
        and 0 < int(length) <= usage_request.LONGEST
        and "transfer-encoding" not in headers
        and not any(name in headers for name in DIGESTS)
    )


def _removing(read: Callable[[bytes], bytes], removal: UsageRemoval) -> Callable[[bytes], list[bytes]]:
    """A callable for mitmproxy: each piece is read by the tap, then freed of usage. It never gives an empty piece,
    which would end a chunked body.
    """
    broken = False

    def piece(data: bytes) -> list[bytes]:
        nonlocal broken
        read(data)
        if broken:
            return [data] if data else []
        try:
            kept = removal.feed(data) if data else removal.finish()
        except Exception as fault:
            broken = True
            log.error("a fault of franking's own (%s) on one answer, whose usage is left in", type(fault).__name__)
            kept = _held(removal) + data
        return [kept] if kept else []

    return piece


def _held(removal: UsageRemoval) -> bytes:
    try:
        return removal.give_up()
    except Exception:
        return b""
