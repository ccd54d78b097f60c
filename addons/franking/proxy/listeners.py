"""Serving on sockets that the supervisor bound.

The supervisor holds the listening sockets for as long as it lives, so that no connection is refused while the
proxy behind them is replaced. mitmproxy binds its own; here its servers are handed ours instead.
"""

import asyncio
import socket
from collections.abc import Generator, Sequence
from typing import Any

from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.proxy import events, layers, mode_servers, mode_specs

__all__ = ["BACKLOG", "Listeners"]

BACKLOG = 1024
"""Connections that may wait while the proxy starts anew."""


class LazyReverse(layers.modes.ReverseProxy):
    """A reverse listener that connects upstream when a request is there, not when a client is.

    So a gateway that is down answers a request with 502 and a row, instead of closing the client's connection.
    """

    def finish_start(self) -> Generator[Any, Any, str | None]:
        """Hand over to the next layer without opening the upstream connection."""
        self._handle_event = self.child_layer.handle_event
        yield from self.child_layer.handle_event(events.Start())
        return None


class Listeners(Proxyserver):
    """mitmproxy's Proxyserver on given sockets: pairs of a mode's specification and the bound socket."""

    name = "proxyserver"  # mitmproxy looks it up by this name

    def __init__(self, sockets: Sequence[tuple[str, socket.socket]]) -> None:
        super().__init__()
        self._sockets = sockets

    async def setup_servers(self) -> bool:
        """Begin to accept."""
        for number, (spec, listener) in enumerate(self._sockets):
            mode = mode_specs.ProxyMode.parse(spec)
            instance: Any = mode_servers.ServerInstance.make(mode, self)
            if isinstance(mode, mode_specs.ReverseMode):
                instance.make_top_layer = LazyReverse
            server = await asyncio.start_server(instance.handle_stream, sock=listener, backlog=BACKLOG)
            instance._servers = [server]
            self.servers._instances[mode_specs.ProxyMode.parse(f"{spec}@{number}")] = instance
        return True

    def stop_accepting(self) -> None:
        """Close the listeners; what is connected stays."""
        for instance in self.servers:
            for server in getattr(instance, "_servers", ()):
                server.close()
