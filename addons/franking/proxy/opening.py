"""A request to a gateway's LLM route as it begins: its row, and the tap that reads its body."""

from dataclasses import dataclass

from mitmproxy import http

from franking.gateways.routes import Route
from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record
from franking.metering.request_tap import RequestTap
from franking.proxy import rows
from franking.proxy.stages import Request, Verdict

__all__ = ["Opening", "opening"]


@dataclass(frozen=True, slots=True)
class Opening:
    """row: as far as it is known at the start. length: of the body in bytes, where the head tells it."""

    route: Route
    row: Record
    tap: RequestTap
    length: int | None


def opening(
    asked: http.Request, request: Request, route: Route, verdict: Verdict, started_at: int, preview: int | None
) -> Opening:
    """Out of a request's head and what was found on it. preview: as RequestTap's."""
    told = asked.headers.get("content-length", "")
    length = int(told) if told.isascii() and told.isdigit() else None
    tap = RequestTap(route.wire_format, asked.path, asked.headers.get("content-encoding", ""), preview, length)
    row = rows.opened(
        id=uuid7(),
        started_at=started_at,
        gateway=request.gateway.name,
        host=request.host,
        method=request.method,
        path=request.path,
        wire_format=route.wire_format,
        attribution=verdict.attribution,
        provenance=verdict.provenance,
    )
    return Opening(route, row, tap, length)
