"""The addon: mitmproxy's hooks on a request, and the order in which it passes the rooms.

gateway → caller → attribution → budget → stamping → (the wire) → metering → ledger. Nothing here blocks, and nothing
here fails a request: mitmproxy logs what a hook raises and serves the client all the same.
"""

from collections.abc import Awaitable
from functools import partial

from mitmproxy import http

from franking.budgets.guard import Guard
from franking.ledger.record import Record
from franking.metering.tap import ResponseTap
from franking.metering.values import Asked, Cost, Usage
from franking.proxy import endings
from franking.proxy.budget import Budget
from franking.proxy.callers import Callers, Connection
from franking.proxy.exchange import Exchange, Sink, now
from franking.proxy.gate import is_address
from franking.proxy.opening import Opening, opening
from franking.proxy.stages import Request, Stages, Verdict
from franking.proxy.turns import EndedOnly, unchanged
from franking.proxy.under_way import UnderWay
from franking.proxy.usage_asking import UsageAsking
from franking.proxy.verdicts import Verdicts
from franking.proxy.websocket import WebSockets
from franking.settings import Gateway

__all__ = ["Franking"]

PREVIEW = {"none": None, "preview": 100, "full": 1_000_000}
"""Characters of the prompt to keep, by ``privacy.prompts``."""

UPGRADE = "franking.upgrade"
"""Where a flow keeps the request that becomes a WebSocket, and its verdict."""


class Franking:
    """Every request's way. idle: none is under way; addons: those of further hooks.

    guard: of hard budgets; without one everything may go.
    """

    def __init__(self, stages: Stages, callers: Callers, sink: Sink, guard: Guard | None = None) -> None:
        self._stages = stages
        self._callers = callers
        self._verdicts = Verdicts(stages, callers)
        self._preview = PREVIEW[stages.settings.privacy.prompts]
        self._running = UnderWay()
        self._budget = Budget(guard or Guard(), sink, stages.estimator, self._running)
        self._guard = self._budget.guard
        self._sink = sink = self._budget.sink
        telling = {header for header, _ in stages.rules.workspaces}
        self._sockets = WebSockets(self._running, self._preview, sink, self._price, self._budget.turn, telling)
        hosts = stages.settings.metering.ask_for_usage
        asking = [UsageAsking(hosts, self._running)] if hosts else []
        self.addons: list[object] = [self._sockets, *asking, self._budget]
        self.idle = self._running.idle

    def requestheaders(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        """Whose is it? Stamp it, open its row, and let its body stream. Awaited where its caller is yet to be found."""
        if flow.response is not None or flow.error is not None or flow.is_replay:
            return None
        flow.request.stream = True
        gateway = self._gateway(flow)
        if gateway is None:
            return None
        known = self._callers.connection(flow.client_conn.id)
        known.requests += 1
        if known.requests > 1:
            flow.server_conn.error = None  # an earlier request's failure to connect is not this one's
        path = flow.request.path.partition("?")[0]
        route = self._stages.routes.find(gateway, flow.request.method, path)
        if route is not None and route.websocket and flow.request.headers.get("upgrade", "").lower() != "websocket":
            route = None
        if route is None and not gateway.stamp:
            return None
        started_at = now()
        request = Request(
            gateway=gateway,
            route=route,
            method=flow.request.method,
            host=flow.request.pretty_host,
            path=path,
            headers=self._relevant(flow.request.headers),
            userinfo=known.userinfo,
        )
        verdict = self._verdicts.at_once(known, request)
        if verdict is None:
            return self._wait(flow, known, request, started_at)
        self._go(flow, request, verdict, started_at)
        return None

    async def _wait(self, flow: http.HTTPFlow, known: Connection, request: Request, started_at: int) -> None:
        self._go(flow, request, await self._verdicts.awaited(known, request), started_at)

    def _go(self, flow: http.HTTPFlow, request: Request, verdict: Verdict, started_at: int) -> None:
        route = request.route
        opened = None if route is None else opening(flow.request, request, route, verdict, started_at, self._preview)
        if opened is not None and self._guard.on and self._budget.refuses(flow, opened):
            return
        for name, value in verdict.stamps:
            flow.request.headers.add(name.lower() if flow.request.is_http2 else name, value)
        if opened is not None:
            if opened.route.websocket:
                flow.metadata[UPGRADE] = request, verdict
            self._begin(flow, opened)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """The answer's head: stream its body, through the tap where it is metered."""
        assert flow.response is not None
        flow.response.stream = True
        exchange = self._running.find(flow.id)
        if not isinstance(exchange, Exchange):
            return
        headers = flow.response.headers
        content_type = headers.get("content-type", "")
        tap = ResponseTap(
            exchange.wire_format or "", flow.response.status_code, content_type, headers.get("content-encoding", "")
        )
        length = headers.get("content-length", "")
        exchange.answered(
            flow.response.status_code,
            tap,
            int(length) if length.isascii() and length.isdigit() else None,
            content_type.lower().startswith("text/event-stream"),
        )
        flow.response.stream = exchange.response_piece

    def response(self, flow: http.HTTPFlow) -> None:
        """The answer has been passed on whole, or it was a WebSocket's beginning."""
        exchange = self._running.end(flow.id)
        if isinstance(exchange, Exchange):
            if flow.websocket is None:
                exchange.finish("ok")
            else:
                self._guard.forget(exchange.opened.id)  # nothing was asked for yet: each response is checked alone
                upgrade = flow.metadata.get(UPGRADE)
                retold = partial(self._verdicts.retold, *upgrade) if upgrade else unchanged
                self._sockets.opened(flow, exchange.opened, retold)

    def error(self, flow: http.HTTPFlow) -> None:
        """The exchange broke off, at the client's end or at the gateway's."""
        if exchange := self._running.end(flow.id):
            answered = flow.response is not None
            exchange.finish(*endings.of(flow.error.msg if flow.error else "", answered))

    @property
    def requests(self) -> int:
        """How many have begun."""
        return self._running.begun

    @property
    def under_way(self) -> int:
        """Requests that have begun and not ended."""
        return len(self._running)

    def settle(self) -> None:
        """The proxy stops: what is still under way is cut off here."""
        self._running.settle()

    def _gateway(self, flow: http.HTTPFlow) -> Gateway | None:
        """By the host that the connection was opened for; a bare address is known by its Host header."""
        host = flow.request.host
        return self._stages.gateways.find(flow.request.pretty_host if is_address(host) else host)

    def _relevant(self, headers: http.Headers) -> tuple[tuple[str, str], ...]:
        """The headers that attribution looks at; the others, keys among them, go no further than here."""
        wanted = self._stages.relevant_headers
        named = ((name.decode("latin-1").lower(), value) for name, value in headers.fields)
        return tuple((name, value.decode("utf-8", "surrogateescape")) for name, value in named if name in wanted)

    def _begin(self, flow: http.HTTPFlow, opened: Opening) -> None:
        sink = EndedOnly(self._sink) if opened.route.websocket else self._sink
        exchange = Exchange(opened.row, opened.tap, sink, self._price)
        self._running.begin(flow.id, exchange)
        flow.request.stream = exchange.request_piece

    def _price(self, usage: Usage, asked: Asked, row: Record) -> Cost:
        return self._stages.pricer.price(usage, asked.model, row.gateway or "", row.wire_format or "", row.started_at)
