"""Keeps the guard's snapshot fresh: a thread looks at the ledger four times a second and reads it when it has changed.

The event loop touches no file: the thread asks it for what is outstanding, and hands it what it has read. When the
ledger cannot be read for a while everything may go; ``fault`` says why, until it can be read again.
"""

import asyncio
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from franking.budgets.guard import Guard
from franking.budgets.guard_values import Outstanding
from franking.budgets.ledger_side import LedgerSide
from franking.ledger.identifiers import uuid7

__all__ = ["Watching"]

log = logging.getLogger(__name__)

EVERY = 0.25
"""Seconds between two looks."""

PATIENCE = 5.0
"""Seconds of failing after which nothing is refused any more."""

_FIRST = 2.0
_LOOP_ANSWERS = 5.0


class Watching:
    """guard: belongs to the loop that calls ``start``. patience: seconds of failing until nothing is refused."""

    def __init__(self, file: Path, guard: Guard, every: float = EVERY, patience: float = PATIENCE) -> None:
        self.guard = guard
        self._fault: str | None = None
        self._side = LedgerSide(file, f"{os.getpid()}-{uuid7()}")
        self._every = every
        self._patience = patience
        self._rest_until = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def fault(self) -> str | None:
        """Why the ledger cannot be read; None while it can."""
        return self._fault

    @property
    def blocked(self) -> int:
        """Requests refused since the start."""
        return self.guard.refused

    async def start(self) -> None:
        """Begin; the first reading is waited for, but not for long."""
        self._loop = asyncio.get_running_loop()
        first = asyncio.Event()
        self._thread = threading.Thread(target=self._watch, args=(first,), name="budgets", daemon=True)
        self._thread.start()
        try:
            async with asyncio.timeout(_FIRST):
                await first.wait()
        except TimeoutError:
            log.warning("budgets are not known yet; requests pass until they are")

    async def close(self) -> None:
        """End; what is held here is void for others."""
        self._stop.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _watch(self, first: asyncio.Event) -> None:
        well = time.monotonic()
        try:
            while not self._stop.is_set():
                try:
                    self._look()
                    well = time.monotonic()
                    self._say(None)
                except Exception as fault:
                    self._side.forget()
                    self._say(_words(fault))
                    if time.monotonic() - well > self._patience:
                        self._on_loop(lambda: self.guard.take(None))
                self._on_loop(first.set)
                self._stop.wait(self._every)
        except RuntimeError:
            return  # the loop is closed
        finally:
            self._side.close()

    def _look(self) -> None:
        at = time.time_ns() // 1000
        if not self._side.changed(at):
            if self.guard.on:
                self._side.tell(self._outstanding().held, at)
            return
        if self.guard.on:
            paused = self._side.paused_until(at)  # quick, however long the rest takes
            self._on_loop(lambda: self.guard.pause(paused))
        begun = time.monotonic()
        if begun < self._rest_until:
            return
        snapshot = self._side.read(at, self._outstanding)
        self._asked_of_loop(lambda: self.guard.take(snapshot))
        # A ledger that is slow to read is read more seldom: half of the time at most.
        self._rest_until = 2 * time.monotonic() - begun
        if snapshot.states:
            self._side.tell(self._outstanding().held, at)

    def _outstanding(self) -> Outstanding:
        return self._asked_of_loop(self.guard.outstanding)

    def _asked_of_loop[T](self, question: Callable[[], T]) -> T:
        answer: Future[T] = Future()

        def give() -> None:
            try:
                answer.set_result(question())
            except Exception as fault:
                answer.set_exception(fault)

        self._on_loop(give)
        return answer.result(_LOOP_ANSWERS)

    def _on_loop(self, call: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(call)

    def _say(self, fault: str | None) -> None:
        if fault != self._fault:
            if fault is None:
                log.warning("budgets are checked again")
            else:
                log.error("budgets cannot be checked: %s; requests pass unless that is soon mended", fault)
        self._fault = fault


def _words(fault: Exception) -> str:
    """What is wrong, without what was asked."""
    if isinstance(fault, (sqlite3.Error, OSError)):
        return f"the ledger cannot be read: {fault}"
    return f"a fault of franking's own ({type(fault).__name__})"
