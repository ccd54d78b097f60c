"""What a visitor is told when a page cannot be shown: whose fault it is, and what to do. Never a traceback.

Programs (``/api/``, ``/metrics``) are told the same as a Problem.
"""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from franking.ledger.reader import LedgerBrokenError, LedgerMissingError
from franking.web.asked import WrongError
from franking.web.forms import NotWrittenError
from franking.web.problems import PROGRAMS, problem
from franking.web.rendering import page

__all__ = ["HANDLERS", "Caught"]

log = logging.getLogger(__name__)

_DOCTOR = (("What is wrong, and what to do", "frank doctor"),)


def _told(request: Request, title: str, text: str, status: int, commands: tuple[tuple[str, str], ...] = ()) -> Response:
    if request.url.path.startswith(PROGRAMS):
        return problem(status, title, text or title)
    return page(request, "fault.html", status=status, title=title, text=text, commands=commands)


async def _missing(request: Request, fault: Exception) -> Response:
    if request.url.path.startswith(PROGRAMS):
        return problem(503, "The ledger cannot be read", str(fault))
    return page(request, "nothing.html")


async def _broken(request: Request, fault: Exception) -> Response:
    return _told(request, "The ledger cannot be read", str(fault), 503, _DOCTOR)


async def _wrong(request: Request, fault: Exception) -> Response:
    return _told(request, "That cannot be asked", str(fault), 400)


async def _not_written(request: Request, fault: Exception) -> Response:
    return page(request, "not_done.html", status=503, text=str(fault))


async def _http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    titles = {404: "There is no such page", 405: "That cannot be done here"}
    told = _told(request, titles.get(fault.status_code, fault.detail), "", fault.status_code)
    told.headers.update(fault.headers or {})
    return told


class Caught:
    """The innermost middleware: a fault of our own becomes a page as well, unless an answer has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer for what falls through."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except Exception as fault:
            if scope["type"] != "http":
                raise
            log.error("%s: %s", scope["path"], type(fault).__name__, exc_info=fault)
            if not begun:
                text = f"{type(fault).__name__}. This is a fault of franking's own; the dashboard's log says where."
                await _told(Request(scope, receive), "This page failed", text, 500)(scope, receive, send)


HANDLERS = {
    LedgerMissingError: _missing,
    LedgerBrokenError: _broken,
    WrongError: _wrong,
    NotWrittenError: _not_written,
    HTTPException: _http,
}
"""For Starlette's ``exception_handlers``."""
