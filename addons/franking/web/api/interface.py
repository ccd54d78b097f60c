"""The interface as routes: every endpoint, the document that describes them, and what is told of any other path."""

import functools

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from franking.web.api import billed, charged, covered, exported, limited, metrics, single, state, sums, together
from franking.web.api.document import document
from franking.web.api.endpoint import Endpoint
from franking.web.problems import problem

__all__ = ["ENDPOINTS", "ROUTES"]

_ROOT = "/api/v1"

ENDPOINTS: tuple[Endpoint, ...] = (
    *sums.ENDPOINTS,
    *single.ENDPOINTS,
    *together.ENDPOINTS,
    *covered.ENDPOINTS,
    *state.ENDPOINTS,
    *charged.ENDPOINTS,
    *limited.ENDPOINTS,
    *billed.ENDPOINTS,
    *exported.ENDPOINTS,
)


class _Interface:
    """The endpoints, whose every fault is JSON, also where there is no such path or method."""

    def __init__(self) -> None:
        self._router = Router(
            [*(endpoint.route() for endpoint in ENDPOINTS), Route("/openapi.json", _described, methods=["GET"])],
            redirect_slashes=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the endpoint, and let it answer."""
        try:
            await self._router(scope, receive, send)
        except HTTPException as fault:
            detail = "only GET is answered" if fault.status_code == 405 else f"{_ROOT}/openapi.json lists what there is"
            told = problem(fault.status_code, fault.detail, detail)
            told.headers.update(fault.headers or {})
            await told(scope, receive, send)


@functools.cache
def _document() -> bytes:
    return msgspec.json.encode(document(ENDPOINTS, _ROOT))


async def _described(_: Request) -> Response:
    return Response(_document(), media_type="application/json")


ROUTES: tuple[BaseRoute, ...] = (Mount(_ROOT, app=_Interface()), Route("/metrics", metrics.serve, methods=["GET"]))
