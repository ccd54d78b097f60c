"""Blocking look-ups in threads, for an event loop that must not wait for them.

A few threads on one queue, and one call back into the loop for each answer: less than half of what an executor's
futures cost, on a path that every request takes. A look-up that never returns keeps its thread and nothing else.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

__all__ = ["Lookups"]

_Job = tuple[Callable[..., Any], tuple[Any, ...], "asyncio.Future[Any]"]


class Lookups:
    """Threads that answer. Made inside the loop that asks."""

    def __init__(self, threads: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = threads
        for number in range(threads):
            threading.Thread(target=self._answer, name=f"lookup-{number}", daemon=True).start()

    def ask[*A, T](self, function: Callable[[*A], T], *arguments: *A) -> "asyncio.Future[T]":
        """Call ``function`` in a thread; its result or its exception comes with the future."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((function, arguments, future))
        return future

    def close(self) -> None:
        """Let idle threads go; wait for none."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _answer(self) -> None:
        while (job := self._jobs.get()) is not None:
            function, arguments, future = job
            try:
                result, fault = function(*arguments), None
            except Exception as raised:
                result, fault = None, raised
            try:
                self._loop.call_soon_threadsafe(_deliver, future, result, fault)
            except RuntimeError:
                return  # the loop is closed: nobody waits


def _deliver(future: "asyncio.Future[Any]", result: Any, fault: Exception | None) -> None:
    if future.done():
        return
    if fault is None:
        future.set_result(result)
    else:
        future.set_exception(fault)
        future.exception()  # seen: one that nobody awaits is not reported as lost
