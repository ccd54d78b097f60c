"""Who is at the other end of each connection, and from which directory: asked off the event loop, with a bound.

The caller is looked up once, when its connection opens (then it surely lives); its directory is read again for
each request, since a caller may change it, and so are the files that speak for that directory, unless somebody asked
for the same a moment ago. What takes longer than the bound is left out: the request goes on, and its row says so.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from franking.attribution.caller import glance
from franking.attribution.values import NOBODY, Fault, Peer, Place
from franking.proxy.futures import done_within, result
from franking.proxy.lookups import Found, Known
from franking.proxy.whereabouts import Whereabouts

__all__ = ["BOUND", "Callers", "Connection", "Seeker"]

BOUND = 0.05
"""Seconds that a request waits for its caller or its place while nothing is answered."""

BUSY_BOUNDS = 5
"""How many times that it waits while others are answered: on a machine that is busy, not one that hangs."""


REMEMBERED = 512

UNKNOWN = Found(-1, NOBODY)


class Seeker(Protocol):
    """What looks up: the scout, or threads. answered: counts up as it answers."""

    answered: int

    def find(self, client: Any, proxy: Any) -> "asyncio.Future[Found]":
        """Who is at the other end of a connection."""

    def locate(self, found: Found, known: Known | None) -> "asyncio.Future[Known]":
        """What its directory says now; ``known`` is what it said last."""

    def close(self) -> None:
        """Wait for no look-up that is still under way."""


FRESH = 0.01
"""Seconds for which what a directory said is not asked again: under load, of hundreds of requests from one place."""

NEW = 1.0
"""The same for a connection's first request, of what was asked when it opened: it was opened for that request."""


@dataclass(slots=True)
class Told:
    """What a directory said last, or is about to say, and when it was asked (the loop's time)."""

    answer: "asyncio.Future[Known]"
    at: float

    def known(self) -> Known | None:
        """What was said; None where nothing was."""
        return result(self.answer)

    def fresh(self, connection: "Connection | None" = None) -> bool:
        """Whether it need not be asked again yet, for a request on that connection."""
        age = self.answer.get_loop().time() - self.at
        new = connection is not None and connection.requests <= 1 and connection.opened - FRESH <= self.at
        return age < (BOUND if not self.answer.done() else (NEW if new else FRESH) if self.known() else 0.0)


@dataclass(slots=True)
class Connection:
    """What is remembered of one client connection.

    opened: when, in the loop's time. requests: how many it has carried.
    """

    caller: "asyncio.Future[Found] | None" = None
    opened: float = math.inf
    userinfo: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0

    def found(self) -> Found | None:
        """Its caller as far as it was found; None while that is yet to come."""
        if self.caller is None:
            return UNKNOWN
        return result(self.caller)


class Callers:
    """The open connections and their callers. seeker: asked for each look-up anew, as a scout may die."""

    def __init__(self, seeker: Callable[[], Seeker]) -> None:
        self._seeker = seeker
        self._connections: dict[str, Connection] = {}
        self._told: OrderedDict[Any, Told] = OrderedDict()

    def connected(self, key: str, client: Any, proxy: Any) -> None:
        """A client has connected: begin to look for it, and for what its directory says."""
        caller = self._seeker().find(client, proxy)
        caller.add_done_callback(self._ahead)
        self._connections[key] = Connection(caller, caller.get_loop().time())

    def _ahead(self, caller: "asyncio.Future[Found]") -> None:
        found = result(caller)
        if found is not None and found.peer.pid is not None:
            self._told_of(found)

    def disconnected(self, key: str) -> None:
        """The client is gone: forget it."""
        self._connections.pop(key, None)

    def connection(self, key: str) -> Connection:
        """What is remembered of a connection; one without caller where nothing is."""
        return self._connections.get(key) or self._connections.setdefault(key, Connection())

    def at_hand(self, connection: Connection) -> tuple[Peer, Whereabouts] | None:
        """What ``peer`` and ``whereabouts`` would answer, where both can at once; else None."""
        found = connection.found()
        if found is None:
            return None
        told = self._told.get(self._place(found))
        if told is None or not told.fresh(connection):
            return None
        known = told.known()
        return (found.peer, known.whereabouts) if known else None

    async def peer(self, connection: Connection) -> Peer:
        """The caller, or NOBODY with a fault that says why."""
        if connection.caller is None:
            return NOBODY
        found = await self._within_bound(connection.caller)
        return found.peer if found else Peer(fault=_late("the caller"))

    async def whereabouts(self, connection: Connection) -> Whereabouts:
        """What the caller's directory and the sidecar's say now; a place with a fault where it came too late.

        Call it after ``peer``.
        """
        found = connection.found() or UNKNOWN
        known = await self._within_bound(self._told_of(found))
        if known is None:
            return Whereabouts(caller=Place(found.peer.directory or "", faults=(_late("the caller's directory"),)))
        return known.whereabouts

    def _told_of(self, found: Found) -> "asyncio.Future[Known]":
        """What the caller's directory says: as it was told a moment ago, or will be to somebody who asked already."""
        seeker = self._seeker()
        place = self._place(found)
        told = self._told.get(place)
        if told is not None and told.fresh():
            return told.answer
        answer = seeker.locate(found, told.known() if told else None)
        if place[2] is not None:
            self._told[place] = Told(answer, asyncio.get_running_loop().time())
            self._told.move_to_end(place)
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)
        return answer

    def _place(self, found: Found) -> tuple[Any, ...]:
        """Under which an answer is shared: whoever stands in the same directory, with the same variables.

        A caller whose directory may not be read, or is in another container, shares its answer with nobody.
        """
        own = found.number if found.peer.directory is None else None
        return id(self._seeker()), own, glance(found.peer), tuple(found.peer.environment.items())

    async def _within_bound[T](self, future: "asyncio.Future[T]") -> T | None:
        """The answer; None where it is late or went wrong. A late one is left to come in by itself."""
        for _ in range(BUSY_BOUNDS):
            if future.done():
                break
            seeker = self._seeker()
            answered = seeker.answered
            await done_within(future, BOUND)
            if seeker.answered == answered:
                break
        return result(future)


def _late(what: str) -> Fault:
    return Fault(what, f"could not be read within {BOUND * 1000:.0f} ms")
