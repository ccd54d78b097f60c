"""Who is at the other end of each connection, and from which directory: asked off the event loop, with a bound.

The caller is looked up once, when its connection opens (then it surely lives); its directory is read again for
each request, since a caller may change it. What takes longer than the bound is left out: the request goes on, and
its row says so.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from franking.attribution.values import NOBODY, Fault, Peer, Place
from franking.proxy.lookups import Lookups
from franking.proxy.whereabouts import Whereabouts

__all__ = ["BOUND", "Callers", "Connection"]

BOUND = 0.05
"""Seconds that a request waits for its caller or its place."""

THREADS = 12
"""More than directories that may hang at once (``Places`` gives up on further ones at eight)."""


@dataclass(slots=True)
class Connection:
    """What is remembered of one client connection.

    requests: how many it has carried. memo: resolutions of earlier requests, by what they rest on.
    """

    caller: "asyncio.Future[Peer] | None" = None
    userinfo: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0
    memo: dict[Any, Any] = field(default_factory=dict)


class Callers:
    """The open connections and their callers.

    find: (client's address, proxy's address) → Peer. locate: Peer → Whereabouts. Both block; both run in threads.
    """

    def __init__(self, find: Callable[[Any, Any], Peer], locate: Callable[[Peer], Whereabouts]) -> None:
        self._find = find
        self._locate = locate
        self._connections: dict[str, Connection] = {}
        self._lookups = Lookups(THREADS)

    def connected(self, key: str, client: Any, proxy: Any) -> None:
        """A client has connected: begin to look for it, and for what its directory says.

        The second answer is not kept: it makes the look-up at the first request a quick one.
        """
        caller = self._lookups.ask(self._find, client, proxy)
        caller.add_done_callback(self._ahead)
        self._connections[key] = Connection(caller=caller)

    def disconnected(self, key: str) -> None:
        """The client is gone: forget it."""
        self._connections.pop(key, None)

    def connection(self, key: str) -> Connection:
        """What is remembered of a connection; one without caller where nothing is."""
        return self._connections.get(key) or self._connections.setdefault(key, Connection())

    async def peer(self, connection: Connection) -> Peer:
        """The caller, or NOBODY with a fault that says why."""
        if connection.caller is None:
            return NOBODY
        return await self._within_bound(connection.caller) or Peer(fault=_late("the caller"))

    async def whereabouts(self, peer: Peer) -> Whereabouts:
        """What the caller's directory and the sidecar's say now; a place with a fault where it came too late."""
        where = await self._within_bound(self._lookups.ask(self._locate, peer))
        return where or Whereabouts(caller=Place(peer.directory or "", faults=(_late("the caller's directory"),)))

    def _ahead(self, caller: "asyncio.Future[Peer]") -> None:
        if not caller.cancelled() and caller.exception() is None and caller.result().pid is not None:
            self._lookups.ask(self._locate, caller.result())

    def close(self) -> None:
        """Wait for no look-up that is still under way."""
        self._lookups.close()

    @staticmethod
    async def _within_bound[T](future: "asyncio.Future[T]") -> T | None:
        """The answer; None where it is late or went wrong. A late one is left to come in by itself."""
        if not future.done():
            enough = asyncio.get_running_loop().create_future()
            timer = asyncio.get_running_loop().call_later(BOUND, _enough, enough)
            future.add_done_callback(lambda _: _enough(enough))
            await enough
            timer.cancel()
        if not future.done() or future.cancelled() or future.exception() is not None:
            return None
        return future.result()


def _enough(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)


def _late(what: str) -> Fault:
    return Fault(what, f"could not be read within {BOUND * 1000:.0f} ms")
