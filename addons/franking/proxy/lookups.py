"""Looking callers up in threads, for an event loop that must not wait: where there is no scout, or it has died.

Waking a thread and being woken by it is most of what a quick look-up costs, and each takes the interpreter from the
loop for a moment. So one thread answers all that is waiting before it reports back, once; further threads join only
when it does not come back in time (a file system that hangs), up to a bound.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from franking.attribution.values import Peer
from franking.proxy.whereabouts import Whereabouts

__all__ = ["Found", "Known", "Lookups"]

_Job = tuple[Callable[..., Any], tuple[Any, ...], "asyncio.Future[Any]"]
_Answer = tuple["asyncio.Future[Any]", Any, Exception | None]

PATIENCE = 0.02
"""Seconds that a thread may be on one round of look-ups before another is asked to join."""


@dataclass(frozen=True, slots=True)
class Found:
    """A caller, and the number by which a scout knows it."""

    number: int
    peer: Peer


@dataclass(frozen=True, slots=True)
class Known:
    """What a caller's directory says, and the number by which a scout knows that."""

    number: int
    whereabouts: Whereabouts


class Lookups:
    """Threads that answer, at most ``threads``. Made inside the loop that asks.

    find: (client's address, proxy's address) → Peer. locate: Peer → Whereabouts. Both block.
    """

    def __init__(
        self, find: Callable[[Any, Any], Peer], locate: Callable[[Peer], Whereabouts], threads: int = 12
    ) -> None:
        self._find = find
        self._locate = locate
        self._loop = asyncio.get_running_loop()
        self._most = threads
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Semaphore(0)
        self._idle = 0
        self._started = 0
        self._watching = False
        self._closed = False
        self.answered = 0

    def find(self, client: Any, proxy: Any) -> "asyncio.Future[Found]":
        """Who is at the other end of the connection from ``client`` to ``proxy``."""
        return self.ask(lambda: Found(0, self._find(client, proxy)))

    def locate(self, found: Found, known: Known | None) -> "asyncio.Future[Known]":
        """What the caller's directory says now."""
        return self.ask(lambda: Known(0, self._locate(found.peer)))

    def ask[*A, T](self, function: Callable[[*A], T], *arguments: *A) -> "asyncio.Future[T]":
        """Call ``function`` in a thread; its result or its exception comes with the future."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.append((function, arguments, future))
        if self._started == 0:
            self._start()
        elif self._idle:
            self._idle -= 1
            self._wake.release()
        elif not self._watching:
            self._watching = True
            self._loop.call_later(PATIENCE, self._reinforce)
        return future

    def close(self) -> None:
        """Let the threads go; wait for none."""
        self._closed = True
        for _ in range(self._started):
            self._wake.release()

    def _start(self) -> None:
        self._started += 1
        threading.Thread(target=self._answer, name=f"lookup-{self._started}", daemon=True).start()

    def _reinforce(self) -> None:
        """Still waiting, and nobody free: a look-up hangs."""
        self._watching = False
        if self._jobs and not self._idle and self._started < self._most and not self._closed:
            self._start()

    def _answer(self) -> None:
        while not self._closed:
            answers: list[_Answer] = []
            while self._jobs and len(answers) < 32:
                try:
                    function, arguments, future = self._jobs.popleft()
                except IndexError:  # another thread was quicker
                    break
                try:
                    answers.append((future, function(*arguments), None))
                except Exception as fault:
                    answers.append((future, None, fault))
            try:
                self._loop.call_soon_threadsafe(self._deliver, answers)
            except RuntimeError:
                return  # the loop is closed: nobody waits
            self._wake.acquire()

    def _deliver(self, answers: list[_Answer]) -> None:
        """Back in the loop: hand the answers out, and send the thread on or let it rest."""
        self.answered += 1
        if self._jobs:
            self._wake.release()
        else:
            self._idle += 1
        for future, result, fault in answers:
            if future.done():
                continue
            if fault is None:
                future.set_result(result)
            else:
                future.set_exception(fault)
                future.exception()  # seen: one that nobody awaits is not reported as lost
