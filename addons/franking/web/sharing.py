"""Links for clients: ``/shared/TOKEN`` shows one project's page to whoever has the address, and nothing else.

A middleware and no page among the others: it stands before the entrance and answers everything below ``/shared/``
itself, so that no token of a link is ever looked at by another page, and no other page by a link. The dashboard's own
token is neither needed here nor given. What a wrong, an expired and a revoked address are told is the same.

Host has to be the name that the link was made for, or one that the dashboard is reached by anyway (a proxy before us
may put that in its place). That a page of another site has its own name point here gains it nothing: it does not know
the address, and whoever does needs no such trick.
"""

import contextlib
import logging
import sqlite3
import time
import traceback
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from franking.ledger.connection import patient
from franking.ledger.reader import LedgerBrokenError, LedgerMissingError
from franking.ledger.schema import LedgerError
from franking.projects import link_tokens, links
from franking.projects.link_tokens import Key
from franking.projects.link_values import PATH, Link
from franking.projects.values import ProjectsError
from franking.web.guard import known
from franking.web.pages._shared import Shared, shared
from franking.web.reading import ask
from franking.web.rendering import alone
from franking.web.site import site

__all__ = ["Sharing"]

log = logging.getLogger(__name__)

_PATIENCE = 1.0
"""Seconds in which the ledger's other writers are waited for, to note that a page was seen."""

_SAID = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"}
"""The address is a secret: no other site is told it, nothing keeps it, nobody lists it."""


@dataclass(frozen=True, slots=True)
class _Seen:
    link: Link
    it: Shared


class Sharing:
    """The middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is below ``/shared/``; pass on all else."""
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        token = scope["path"].removeprefix(PATH)
        try:
            answer = await _answer(request, token)
        except Exception as fault:
            told = "".join(traceback.format_exception(fault))
            log.error("a link's page: %s", told.replace(token, "TOKEN") if token else told)
            answer = _sorry(request)
        answer.headers.update(_SAID)
        await answer(scope, receive, send)


async def _answer(request: Request, token: str) -> Response:
    key = await anyio.to_thread.run_sync(_key)
    named = link_tokens.read(key, token)
    if named is None or request.method not in {"GET", "HEAD"}:
        return _gone(request)
    now = time.time_ns() // 1000
    words = tuple(request.query_params.multi_items())

    def seen(ledger: sqlite3.Connection) -> _Seen | None:
        found = links.behind(ledger, key, named, now)
        if found is None or not _reached(request, found[0]):
            return None
        return _Seen(found[0], shared(ledger, *found, words, now))

    try:
        found = await ask(request, seen)
    except LedgerMissingError:
        return _gone(request)
    except LedgerBrokenError as fault:
        log.error("a link's page: %s", fault)
        return _sorry(request)
    if found is None:
        return _gone(request)
    answer = alone(request, "shared.html", asked=found.it.asked, it=found.it)
    answer.background = BackgroundTask(anyio.to_thread.run_sync, _note, request, found.link, now)
    return answer


def _reached(request: Request, link: Link) -> bool:
    """Is it asked for by the link's own name, or by one of the dashboard's?"""
    host = request.headers.get("host", "").lower()
    return host == urlsplit(link.address).netloc or known(host, site(request).hosts)


def _key() -> Key | None:
    try:
        return link_tokens.key_if_there()
    except (ProjectsError, OSError) as fault:
        log.error("links cannot be opened: %s", fault)
        return None


def _note(request: Request, link: Link, now: int) -> None:
    """That the page was seen; where the ledger is busy or cannot be written, it is left out."""
    with contextlib.suppress(sqlite3.Error, LedgerError, OSError):
        if links.due(link, now):
            with closing(patient(site(request).ledger, _PATIENCE)) as ledger:
                links.used(ledger, link, now)


def _gone(request: Request) -> Response:
    text = (
        "It may have ended or been taken back, or a part of the address is missing. Ask whoever sent it for a new one."
    )
    return alone(request, "shared_gone.html", status=404, title="This link opens nothing", text=text)


def _sorry(request: Request) -> Response:
    text = "The link itself may be all right: try again in a few minutes."
    return alone(request, "shared_gone.html", status=503, title="The page cannot be shown right now", text=text)
