"""The token: demanded off loopback, shown once by a form, an address or a header, and then by a cookie.

A browser gets a cookie that is made of the token and is not the token. Programs send ``Authorization: Bearer TOKEN``.
Every comparison takes the same time.
"""

import hashlib
import hmac
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from franking.web.addresses import own
from franking.web.problems import PROGRAMS, problem
from franking.web.rendering import page
from franking.web.site import site

__all__ = ["ROUTES", "Entrance"]

_COOKIE = "franking_session"
_OPEN = ("/static/", "/login")
_YEAR = 365 * 86_400


def _sign(token: str) -> str:
    return hmac.new(token.encode(), b"franking dashboard", hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _known(request: Request, token: str) -> bool:
    """Does the request's header or cookie show the token?"""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    # A header's text is the bytes that came, one a character.
    if scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode("latin-1"), token.encode()):
        return True
    return _same(request.cookies.get(_COOKIE, ""), _sign(token))


class Entrance:
    """The middleware: lets pass who shows the token, by whichever way."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or ask for the token."""
        if scope["type"] != "http" or scope["path"].startswith(_OPEN):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if _known(request, self._token):
            await self._app(scope, receive, send)
            return
        answer: Response
        if _same(request.query_params.get("token", ""), self._token) and request.method == "GET":
            rest = [(key, value) for key, value in request.query_params.multi_items() if key != "token"]
            answer = _let_in(self._token, f"{scope['path']}?{urlencode(rest)}" if rest else scope["path"])
        elif scope["path"].startswith(PROGRAMS):
            answer = problem(401, "A token is demanded", "Send it as Authorization: Bearer TOKEN (listen.token).")
            answer.headers["WWW-Authenticate"] = "Bearer"
        else:
            there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            answer = RedirectResponse(f"/login?{urlencode({'next': there})}", 303)
        await answer(scope, receive, send)


def _let_in(token: str, there: str) -> Response:
    answer = RedirectResponse(own(there), 303)
    answer.set_cookie(_COOKIE, _sign(token), max_age=_YEAR, httponly=True, samesite="lax")
    return answer


async def _form(request: Request) -> Response:
    return page(request, "login.html", there=own(request.query_params.get("next", "/")), wrong=False)


async def _enter(request: Request) -> Response:
    token = site(request).token
    async with request.form(max_files=0, max_fields=10, max_part_size=10_000) as form:
        shown, there = str(form.get("token", "")), str(form.get("next", "/"))
    if token is None or _same(shown.strip(), token):
        return _let_in(token, there) if token else RedirectResponse("/", 303)
    return page(request, "login.html", status=401, there=own(there), wrong=True)


ROUTES = (Route("/login", _form, methods=["GET"]), Route("/login", _enter, methods=["POST"]))
