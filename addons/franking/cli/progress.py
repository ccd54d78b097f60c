"""Signs of life for what takes longer than a second: a line on stderr that goes when the work is done.

Only on a terminal; a pipe, a file and a script see nothing of it.
"""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import TracebackType

from franking.words import duration, plural

__all__ = ["Progress", "each"]

_BEGINS = 1.0
_PAUSE = 0.2
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN = "|/-\\"


class Progress:
    """``with Progress("request", 5000) as work: … work.advance(100)``, or ``with Progress(doing="Copying"): …``.

    noun: what is counted.  whole: how much there is in all, of what ``at`` and ``advance`` tell, if that is known.
    """

    def __init__(self, noun: str = "", whole: int | None = None, *, doing: str = "Working") -> None:
        self._noun, self._whole, self._doing = noun, whole, doing
        self._number = self._part = 0
        self._ended, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._drawn = 0
        self._cleared = False

    def at(self, number: int, part: int) -> None:
        """So many are done, and this much of the whole (its bytes, say)."""
        self._number, self._part = number, part
        self._cleared = False

    def advance(self, number: int) -> None:
        """So many more are done, of the whole as well."""
        self.at(self._number + number, self._part + number)

    def clear(self) -> None:
        """Take the line away, for something else to be printed; it comes again with what is done next."""
        with self._lock:
            self._cleared = True
            if self._drawn:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._thread = threading.Thread(target=self._draw, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self.clear()

    def _draw(self) -> None:
        began, pause = time.monotonic(), _BEGINS
        frames = _FRAMES if (sys.stderr.encoding or "").lower().startswith("utf") else _PLAIN
        while not self._ended.wait(pause):
            pause = _PAUSE
            line = f"{frames[self._drawn % len(frames)]} {self._line(int((time.monotonic() - began) * 1_000_000))}"
            with self._lock:
                if self._cleared:
                    continue
                sys.stderr.write(f"\r{line[: shutil.get_terminal_size().columns - 1]}\x1b[K")
                sys.stderr.flush()
                self._drawn += 1

    def _line(self, passed: int) -> str:
        """passed: microseconds since it began."""
        parts = [plural(self._number, self._noun) if self._noun and self._number else self._doing]
        if self._whole and self._part:
            part = min(self._part, self._whole)
            parts.append(f"{part * 100 // self._whole}%")
            parts.append(f"{duration(passed * (self._whole - part) // part)} left")
        else:
            parts.append(duration(passed))
        return "  ".join(parts)


def each[T](work: Iterable[T], doing: str) -> Iterator[T]:
    """What the work gives, one after the other; while each is waited for there is a sign of life."""
    steps = iter(work)
    while True:
        with Progress(doing=doing):
            try:
                found = next(steps)
            except StopIteration:
                return
        yield found
