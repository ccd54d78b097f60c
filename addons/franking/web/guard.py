"""What every request passes before a page sees it: whom it is addressed to, where it comes from; and what every answer
says to the browser.

- Host must be a name that the dashboard listens on: a page of another site that has its own name point here (DNS
  rebinding) is told 421. Two paths answer under any name: ``/static/``, files that are the same in every installation,
  and ``/shared/`` (``sharing.py``), which shows nothing but to whom has a signed address, and holds that to its name.
- What changes something (any method but GET, HEAD, OPTIONS) must come from a page of ours, as the browser says in
  Sec-Fetch-Site or Origin. A program that is no browser sends neither. What another site embeds is refused as well.
- No script and no style but our files; no frame around us; nothing is kept by the browser or a proxy on the way.
"""

import functools
import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from franking.web.problems import PROGRAMS, problem

__all__ = ["Guard", "hosts", "known"]

_READING = {"GET", "HEAD", "OPTIONS"}
_ANY_NAME = ("/static/", "/shared/")

_SAID = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


_TODO = {
    403: "Ask from a program, or from a page of the dashboard; browsers say which by Sec-Fetch-Site and Origin.",
    421: "Ask it by the address that it listens on, with its port, as `frank status` tells.",
}


def hosts(host: str, port: int, loopback: bool) -> frozenset[str] | None:
    """What Host may be on this address. Off loopback, where a token is demanded, None: any literal address or own name
    may be how we are reached, through any forwarded port, and a name that is not ours has no cookie of ours.
    """
    if not loopback:
        return None
    names = {host.lower(), "localhost", "127.0.0.1", "[::1]"}
    names = {f"[{name}]" if ":" in name and not name.startswith("[") else name for name in names}
    return frozenset({f"{name}:{port}" for name in names} | (names if port == 80 else set()))


def known(host: str, allowed: frozenset[str] | None) -> bool:
    """May Host be that, in small letters? allowed: as ``hosts`` gives it."""
    return host in allowed if allowed is not None else _ours(host)


class Guard:
    """The middleware. allowed: what Host may be, with its port; None lets addresses and this machine's names pass."""

    def __init__(self, app: ASGIApp, allowed: frozenset[str] | None) -> None:
        self._app = app
        self._allowed = allowed
        if allowed is None:
            _own_names()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the headers set on the way back."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAID.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        answer = self._app
        if not (known(host, self._allowed) or scope["path"].startswith(_ANY_NAME)):
            answer = _refusal(scope, 421, "This dashboard is not reached under that name")
        elif not _same_origin(headers, host, scope["method"]):
            answer = _refusal(scope, 403, "Refused: the request comes from another site")
        await answer(scope, receive, protected)


def _refusal(scope: Scope, status: int, title: str) -> ASGIApp:
    if scope["path"].startswith(PROGRAMS):
        return problem(status, title, _TODO[status])
    return PlainTextResponse(f"{title[0].lower()}{title[1:]}\n", status)


def _same_origin(headers: Headers, host: str, method: str) -> bool:
    site = headers.get("sec-fetch-site")
    if method in _READING:
        return site not in {"cross-site", "same-site"} or headers.get("sec-fetch-mode") == "navigate"
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == host


@functools.cache
def _own_names() -> frozenset[str]:
    """Asked once: the long name may be a question to the network."""
    return frozenset({"localhost", socket.gethostname().lower(), socket.getfqdn().lower()})


def _ours(host: str) -> bool:
    """Is it a literal address or one of this machine's names?"""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in _own_names()
    return True
