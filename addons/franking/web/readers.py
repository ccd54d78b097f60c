"""Connections to the ledger that go from one question to the next, and rest for a short while between them.

To open one and to prepare its statements takes as long as many a question; and what a connection has read it need not
read again while nobody writes. One that rests is in nobody's way, and is closed soon: so a dashboard that nobody looks
at keeps no file, and no memory for it.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from franking.ledger import reader

__all__ = ["Readers"]

REST = 15.0
"""Seconds after which one that rests is closed."""

MOST = 2
"""So many rest at most; each may hold some 64 MiB of the ledger in memory."""


class Readers:
    """The connections to one file, whether it exists or not. Any thread may ask."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._resting: list[_Reader] = []
        self._timer: threading.Timer | None = None

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """As ``reader.opened``. What a statement in the block has begun must have ended with it."""
        one = self._taken() or _Reader(self._file)
        try:
            yield one.ledger
        except BaseException:
            with one.held:  # the reader says best what is wrong with its file
                raise
        self._rested(one)

    def close(self) -> None:
        """Close what rests."""
        with self._lock:
            resting, self._resting = self._resting, []
        for one in resting:
            one.close()

    def _taken(self) -> "_Reader | None":
        """The one that rested last, if the file it has opened is the one that is there."""
        with self._lock:
            one = self._resting.pop() if self._resting else None
        if one is not None and not one.current(self._file):
            one.close()
            self.close()
            return None
        return one

    def _rested(self, one: "_Reader") -> None:
        one.ledger.set_progress_handler(None, 0)
        one.since = time.monotonic()
        with self._lock:
            if len(self._resting) < MOST:
                self._resting.append(one)
                self._wake(REST)
                return
        one.close()

    def _wake(self, seconds: float) -> None:
        """Look after so many seconds which have rested long enough. With the lock held."""
        if self._timer is None:
            self._timer = threading.Timer(seconds, self._end)
            self._timer.daemon = True
            self._timer.start()

    def _end(self) -> None:
        before = time.monotonic() - REST
        with self._lock:
            ended = [one for one in self._resting if one.since <= before]
            self._resting = [one for one in self._resting if one.since > before]
            self._timer = None
            if self._resting:
                self._wake(min(one.since for one in self._resting) - before)
        for one in ended:
            one.close()


class _Reader:
    """An open connection, which file it has opened, and since when it rests (a monotonic clock's seconds)."""

    def __init__(self, file: Path) -> None:
        self.held = contextlib.ExitStack()
        self._which = _which(file)
        self.ledger = self.held.enter_context(reader.opened(file, any_thread=True))
        self.since = 0.0

    def current(self, file: Path) -> bool:
        return self._which is not None and _which(file) == self._which

    def close(self) -> None:
        self.held.close()


def _which(file: Path) -> tuple[int, ...] | None:
    """Which file stands there, and since when as it is: another one may take its name, or be copied over it, which no
    open connection would notice. (What SQLite writes it notices; at a checkpoint, now and then, it is opened anew.)
    """
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
