"""What has ended is freed at once, rather than in a round of the garbage collector.

A stream points at itself, by its states, and so do a connection's layers, by the list of them that each holds. Some
sixty objects a request and seven hundred a connection would wait for the collector, whose rounds stop the loop for
milliseconds. Here the knots are untied when nobody will ask for what they hold.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from kaitaistruct import KaitaiStruct  # type: ignore[import-untyped]
from mitmproxy.proxy import layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode, HttpStream
from mitmproxy.tls import ClientHello

__all__ = ["apply", "untie"]


class Streams(dict[int, HttpStream]):
    """An HttpLayer's streams. One that is taken out has ended, but for the rest of this turn of the loop."""

    def pop(self, stream_id: int, *default: Any) -> Any:
        """As a dict's."""
        stream = super().pop(stream_id, *default)
        if stream is not None:
            asyncio.get_running_loop().call_soon(_end, stream)
        return stream


def apply() -> None:
    """Have every HttpLayer keep its streams so, and every ClientHello that is done with take itself apart."""
    if HttpLayer.__init__ is not _http_layer:
        HttpLayer.__init__ = _http_layer  # type: ignore[method-assign]
        ClientHello.__del__ = _take_apart  # type: ignore[attr-defined]


def untie(layers: Iterable[layer.Layer]) -> None:
    """A connection is over: these layers and all that they reach will not be told anything any more."""
    for one in list(layers):
        if held := one.__dict__.copy():
            one.__dict__.clear()
            untie(held["context"].layers)
            untie(held.get("connections", {}).values())
            untie(held.get("streams", {}).values())
            if "h2_conn" in held:  # which keeps a table of its own methods
                held["h2_conn"].__dict__.clear()


_original = HttpLayer.__init__


def _http_layer(self: HttpLayer, context: Context, mode: HTTPMode) -> None:
    _original(self, context, mode)
    self.streams = Streams()


def _end(stream: HttpStream) -> None:
    """Whatever else it is told is of no account."""
    if stream._paused is None:
        stream.client_state = stream.server_state = _ended
        stream.context.layers.clear()


def _take_apart(hello: ClientHello) -> None:
    """Each piece of what was parsed points at the one that it is in; where pieces are in a piece, they are let go.

    Of what could not be parsed some may be missing.
    """
    whole = vars(hello).pop("_client_hello", None)
    extensions = vars(whole).pop("extensions", None) if whole is not None else None
    several = vars(extensions).pop("extensions", ()) if extensions is not None else ()
    for piece in (whole, *(extension.__dict__.pop("body", None) for extension in several)):
        if isinstance(piece, KaitaiStruct):
            piece.__dict__.clear()


def _ended(event: Any) -> layer.CommandGenerator[None]:
    yield from ()
