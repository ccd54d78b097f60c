"""Which paths of a gateway carry LLM requests, and in which wire format.

The table is data: ``config/routes.toml``, with a gateway's own ``routes`` before it; the first entry that fits
counts. It is compiled once; answers are remembered, at most ``REMEMBERED`` of them.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from franking import paths
from franking.settings import Gateway, SettingsError

__all__ = ["FORMATS", "Route", "Routes"]

FORMATS = {
    "openai-chat": "chat",
    "openai-responses": "responses",
    "openai-completions": "completions",
    "openai-embeddings": "embeddings",
    "anthropic-messages": "messages",
    "gemini-generate": "generate",
}
"""Every wire format, and the operation that it is for unless a route says another."""

REMEMBERED = 1024
LONGEST_PATH = 2048
NONE = "none"
WEBSOCKET_FORMAT = "openai-responses"


@dataclass(frozen=True, slots=True)
class Route:
    """An LLM route.

    wire_format: how its bodies are written.  operation: ``chat``, ``fim``, ``completions``, ``responses``,
    ``embeddings``, ``messages`` or ``generate``.  websocket: by its method it can only be a WebSocket's beginning;
    without an ``Upgrade`` header it is no LLM request.
    """

    wire_format: str
    operation: str
    websocket: bool = False


_Entry = tuple[re.Pattern[str], Route | None]


class Routes:
    """The routes of some gateways. Raises SettingsError, naming file and key, where a table cannot be used."""

    def __init__(self, gateways: Iterable[Gateway]) -> None:
        self._own = {gateway.name: tuple(_own(gateway)) for gateway in gateways if gateway.routes}
        self._shipped = tuple(_shipped())
        self._remembered = lru_cache(REMEMBERED)(self._search)

    def find(self, gateway: Gateway, method: str, path: str) -> Route | None:
        """The route of a request; None where it is no LLM request. path may hold its query."""
        if method not in ("POST", "GET"):
            return None
        bare = path.partition("?")[0].partition("#")[0]
        if len(bare) > LONGEST_PATH:
            return None
        return self._remembered(gateway.name, method, bare)

    def _search(self, gateway: str, method: str, path: str) -> Route | None:
        # Some clients write the colon of "models/M:generateContent" as %3A.
        path = (path.rstrip("/") or "/").replace("%3A", ":").replace("%3a", ":")
        for table in (self._own.get(gateway, ()), self._shipped):
            for pattern, route in table:
                if pattern.fullmatch(path):
                    return _by_method(route, method) if route else None
        return None


def _by_method(route: Route, method: str) -> Route | None:
    if method == "POST":
        return route
    return Route(route.wire_format, route.operation, websocket=True) if route.wire_format == WEBSOCKET_FORMAT else None


def _own(gateway: Gateway) -> Iterable[_Entry]:
    for path, name in gateway.routes.items():
        wire_format, operation = ("openai-completions", "fim") if name == "fim" else (name, None)
        yield _entry(path, wire_format, operation, f"gateway.{gateway.name}.routes: {path}")


def _shipped() -> Iterable[_Entry]:
    file = paths.shipped("routes.toml")
    entries: list[Mapping[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["route"]
    for number, entry in enumerate(entries):
        yield _entry(entry["path"], entry["format"], entry.get("operation"), f"{file}: route[{number}]")


def _entry(path: str, wire_format: str, operation: str | None, where: str) -> _Entry:
    if not path.startswith("/"):
        raise SettingsError(f"{where}: expected a path that begins with /, such as /my/*/chat")
    if wire_format == NONE:
        return _compile(path), None
    if wire_format not in FORMATS:
        raise SettingsError(f"{where}: {wire_format!r} is no wire format; expected {', '.join(FORMATS)}, fim or {NONE}")
    return _compile(path), Route(wire_format, operation or FORMATS[wire_format])


def _compile(path: str) -> re.Pattern[str]:
    """``/**/`` is any number of parts, ``**`` anything, ``*`` all or some of one part."""
    written = []
    for piece in re.split(r"(/\*\*/|\*\*|\*)", path):
        match piece:
            case "/**/":
                written.append(r"/(?:[^/]+/)*")
            case "**":
                written.append(r".*")
            case "*":
                written.append(r"[^/]+")
            case _:
                written.append(re.escape(piece))
    return re.compile("".join(written))
