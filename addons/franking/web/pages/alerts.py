"""The band of alerts by itself, for pages that are open when one is reached; and dismissing them.

With a script the band alone is put into place anew, without one the page is shown again.
"""

import contextlib

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.ledger.reader import LedgerBrokenError, LedgerMissingError
from franking.web.addresses import own
from franking.web.alerts import COOKIE, SECONDS, dismissed, kept
from franking.web.forms import typed
from franking.web.reading import ask, stands
from franking.web.rendering import page

__all__ = ["ROUTES"]


async def _look(request: Request) -> None:
    """Read what stands; nothing does where there is no ledger."""
    with contextlib.suppress(LedgerMissingError, LedgerBrokenError):
        await ask(request, lambda _: None)


async def _show(request: Request) -> Response:
    await _look(request)
    return page(request, "alerts.html")


async def _dismiss(request: Request) -> Response:
    said = await typed(request)
    await _look(request)
    told = kept(stands(request), dismissed(request.cookies.get(COOKIE, "")), said.one("key"))
    request.cookies[COOKIE] = told
    answer: Response
    if request.headers.get("hx-request"):
        answer = page(request, "alerts.html")
    else:
        answer = RedirectResponse(own(said.one("there", "/")), 303)
    answer.set_cookie(COOKIE, told, max_age=SECONDS, httponly=True, samesite="lax")
    return answer


ROUTES = (
    Route("/alerts", _show, methods=["GET"]),
    Route("/alerts/dismiss", _dismiss, methods=["POST"]),
)
