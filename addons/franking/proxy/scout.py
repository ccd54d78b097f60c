"""The scout: a process beside the proxy that looks callers and their places up.

A look-up is two dozen small system calls. In a thread of the proxy's each of them gives the interpreter away and takes
it back from a loop that is busy, which costs that loop more than all the rest of attribution; in a process of its own
it costs one message each way. The scout is a fork made before the proxy has a loop or threads. It ends when the proxy
does; should it die before, ``Lookups`` takes over with threads.

What directories say is answered by number: a Whereabouts is sent when it is another than the one that the connection
knows, so that what was concluded from it can be kept beside it. So is a caller: many connections of one process are one
object, for as long as it stays as it is.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import pickle
import socket
import sys
from collections import OrderedDict
from typing import Any

from franking.proxy.answers import FIND, LARGEST, LOCATE, REMEMBERED, Answers, Find, Locate
from franking.proxy.lookups import Found, Known, Lookups

__all__ = ["Scout", "Seekers"]

log = logging.getLogger(__name__)


class Seekers:
    """Whoever looks up now: the scout while it lives, threads from then on and where there can be none.

    Made before the loop starts, as it forks. find: (client's address, proxy's address) → Peer. locate: Peer →
    Whereabouts. Both may block.
    """

    def __init__(self, find: Find, locate: Locate) -> None:
        self._find = find
        self._locate = locate
        # Message sockets that tell their peer's end are there on Linux alone.
        self._scout = Scout.fork(find, locate) if sys.platform == "linux" else None
        self._threads: Lookups | None = None

    def attach(self) -> None:
        """Begin, in the running loop."""
        if self._scout is not None:
            self._scout.attach()

    def __call__(self) -> "Scout | Lookups":
        """Whom to ask now."""
        if self._scout is not None and not self._scout.dead:
            return self._scout
        if self._threads is None:
            self._threads = Lookups(self._find, self._locate)
        return self._threads

    def close(self) -> None:
        """Wait for no look-up that is still under way."""
        for seeker in (self._scout, self._threads):
            if seeker is not None:
                seeker.close()


class Scout:
    """The proxy's end. ``Scout.fork`` before the loop starts, ``attach`` within it. answered: messages so far."""

    def __init__(self, ours: socket.socket, pid: int) -> None:
        self._socket = ours
        self._pid = pid
        self._numbers = itertools.count()
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._held: list[tuple[Any, ...]] = []
        self._known: dict[int, Known | None] = {}
        self._found: OrderedDict[int, Found] = OrderedDict()
        self.answered = 0
        self.dead = False

    @classmethod
    def fork(cls, find: Find, locate: Locate) -> "Scout":
        """Make the process. Raises OSError where that is not possible."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            Answers(theirs.detach(), find, locate).run()
        theirs.close()
        ours.setblocking(False)
        return cls(ours, pid)

    def attach(self) -> None:
        """Listen for answers, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._hear)

    def find(self, client: Any, proxy: Any) -> "asyncio.Future[Found]":
        """Who is at the other end of the connection from ``client`` to ``proxy``."""
        return self._ask(FIND, None, client, proxy)

    def locate(self, found: Found, known: Known | None) -> "asyncio.Future[Known]":
        """What the caller's directory says now; ``known`` is what it said last."""
        return self._ask(LOCATE, known, found.number, known.number if known else -1)

    def close(self) -> None:
        """Let the scout go."""
        if not self.dead:
            self._loop.remove_reader(self._socket)
            self._end()

    def _ask(self, kind: int, known: Known | None, *words: Any) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = self._loop.create_future()
        number = next(self._numbers)
        self._asked[number] = future
        if kind == LOCATE:
            self._known[number] = known
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append((number, kind, *words))
        return future

    def _send(self) -> None:
        """All that one turn of the loop asks goes in one message."""
        held, self._held = self._held, []
        try:
            self._socket.send(pickle.dumps(held))
        except OSError as fault:  # the scout is gone, or every thread of it hangs
            for number, *_ in held:
                self._settle(number, None, fault)

    def _hear(self) -> None:
        try:
            message = self._socket.recv(LARGEST)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            log.error("the process that looks callers up has died; threads take over")
            self._loop.remove_reader(self._socket)
            self._end()
            return
        self.answered += 1
        for number, answer in pickle.loads(message):  # noqa: S301 - from our own fork
            if isinstance(answer, Found):
                self._found[answer.number] = answer
                while len(self._found) > 2 * REMEMBERED:  # the scout has forgotten it by then
                    self._found.popitem(last=False)
            self._settle(number, answer, None)

    def _settle(self, number: int, answer: Any, fault: Exception | None) -> None:
        future = self._asked.pop(number, None)
        known = self._known.pop(number, None)
        if future is None or future.done():
            return
        if fault is not None or answer is None:
            future.set_exception(fault or LookupError("the look-up failed"))
            future.exception()  # seen: one that nobody awaits is not reported as lost
        elif answer is True:
            future.set_result(known)
        elif isinstance(answer, int):
            future.set_result(self._found[answer])
        else:
            future.set_result(answer)

    def _end(self) -> None:
        self.dead = True
        self._socket.close()
        for number in list(self._asked):
            self._settle(number, None, None)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, os.WNOHANG)
