"""Waiting that a signal ends: descriptors and a pipe that every signal of this process writes to."""

import contextlib
import os
import select
import signal
from collections.abc import Sequence

__all__ = ["Waking"]


class Waking:
    """The pipe. One a process: ``signal.set_wakeup_fd`` is the process's."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def wait(self, descriptors: Sequence[int], seconds: float | None) -> list[int]:
        """Those that can be read; none where a signal came or the time is up. None waits for ever."""
        ready, _, _ = select.select([*descriptors, self._read], [], [], seconds)
        if self._read in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._read, 4096)
        return [each for each in ready if each != self._read]

    def forget(self) -> None:
        """In a fork: leave the parent's pipe alone."""
        signal.set_wakeup_fd(-1)
        os.close(self._read)
        os.close(self._write)
