"""The dashboard as an ASGI application: its pages, its programs' interface, its files, behind the guard."""

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import BaseRoute, Route

from franking.settings import Settings
from franking.web import entrance, pages
from franking.web.assets import Assets
from franking.web.export_formats import FORMATS
from franking.web.faults import HANDLERS, Caught
from franking.web.guard import Guard
from franking.web.live import Live
from franking.web.readers import Readers
from franking.web.sharing import Sharing
from franking.web.site import Site

__all__ = ["application"]

_AS_IT_IS = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *(form.media for form in FORMATS.values()))
"""Not compressed: of exports that would take longer than writing them."""


def application(
    ledger: Path, settings: Settings, *, token: str | None = None, hosts: frozenset[str] | None = None
) -> Starlette:
    """The dashboard of a ledger. token: demanded of every visitor. hosts: what Host may be (``guard.hosts``)."""
    found = pages.found()
    entries = sorted((module.ENTRY for module in found if hasattr(module, "ENTRY")), key=lambda entry: entry.place)
    assets, live = Assets(), Live(ledger)
    routes: list[BaseRoute] = [
        Route("/static/{digest}/{name:path}", assets.serve, methods=["GET"]),
        Route("/live", live.serve, methods=["GET"]),
        *entrance.ROUTES,
        *_programs(),
    ]
    for module in found:
        routes += module.ROUTES
    middleware = [
        Middleware(Guard, allowed=hosts),
        Middleware(GZipMiddleware, minimum_size=800, compresslevel=5, exclude_content_types=_AS_IT_IS),
        Middleware(Sharing),
    ]
    if token is not None:
        middleware.append(Middleware(entrance.Entrance, token=token))
    middleware.append(Middleware(Caught))
    handlers: Any = HANDLERS
    app = Starlette(routes=routes, middleware=middleware, exception_handlers=handlers)
    app.router.redirect_slashes = False
    app.state.site = Site(ledger, Readers(ledger), settings, assets, live, tuple(entries), token, hosts)
    return app


def _programs() -> Sequence[BaseRoute]:
    """What programs ask: ``/api/v1/…`` and ``/metrics``."""
    if importlib.util.find_spec("franking.web.api") is None:
        return ()
    routes: Sequence[BaseRoute] = getattr(importlib.import_module("franking.web.api"), "ROUTES", ())
    return routes
