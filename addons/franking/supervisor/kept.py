"""A program beside the proxy that the supervisor keeps up: a fresh interpreter, started anew when it dies.

Nothing here touches the proxy: one that dies or cannot start is told (``fault``) and that is all. ``tend`` is called
from the supervisor's own waiting; nothing here waits but ``stop``.
"""

import contextlib
import logging
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import ClassVar

__all__ = ["Kept"]

log = logging.getLogger(__name__)

STEADY = 10.0
"""Seconds of service after which a death is no longer one of a row."""

BACK_OFF = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds to wait after one, two … deaths in a row."""

_PATIENCE = 3.0
"""Seconds that it gets to end."""


class Kept:
    """NAME: what it is called in a log. fault: why it is not there, or why it died; None once it is back for good."""

    NAME: ClassVar[str]

    def __init__(self, fault: str | None = None) -> None:
        self.fault = fault
        self._process: subprocess.Popen[bytes] | None = None
        self._alive = -1
        self._begun = 0.0
        self._deaths = 0
        self._due: float | None = None
        self._proven = math.inf

    def command(self, alive: int) -> tuple[Sequence[str], Sequence[int]] | None:
        """What Python is to run, and descriptors to hand down. None: nothing. alive: ends when the supervisor does."""
        raise NotImplementedError

    def start(self) -> None:
        """Let the first one be started at the next look."""
        self._due = time.monotonic()

    def tend(self) -> bool:
        """Notice a death, start what is due. True where ``fault`` has changed."""
        before = self.fault
        if self._process is not None and self._process.poll() is not None:
            self._died(self._process.returncode)
        elif time.monotonic() >= self._proven:
            self.fault, self._proven = None, math.inf
        if self._due is not None and time.monotonic() >= self._due:
            self._due = None
            self._spawn()
        return self.fault != before

    def wait(self) -> float | None:
        """Seconds until ``tend`` has something to do; None where only a death would be news."""
        due = self._proven if self._due is None else self._due
        return None if due == math.inf else max(0.0, due - time.monotonic())

    def forget(self) -> None:
        """In a fork that is not the supervisor any more: let go of everything, touch nobody."""
        self._drop()

    def close(self) -> None:
        """Tell it to end, and start no other. Quick enough for a signal's handler."""
        self._due = None
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """End it, and wait for its end."""
        self.close()
        if self._process is not None:
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._drop()

    def _spawn(self) -> None:
        theirs, self._alive = os.pipe2(os.O_CLOEXEC)
        try:
            told = self.command(theirs)
            if told is None:
                return
            # A fresh program, not a fork: it shares nothing with the supervisor, which so stays as small as it is.
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", *told[0]],
                pass_fds=(theirs, *told[1]),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._begun = time.monotonic()
            self._proven = self._begun + STEADY if self.fault else math.inf
        except OSError as fault:
            self._again(f"it could not be started: {fault.strerror}")
        finally:
            os.close(theirs)

    def _died(self, status: int) -> None:
        self._drop()
        self._proven = math.inf
        if time.monotonic() - self._begun >= STEADY:
            self._deaths = 0
        self._again(f"signal {-status}" if status < 0 else f"exit status {status}")

    def _again(self, reason: str) -> None:
        pause = BACK_OFF[min(self._deaths, len(BACK_OFF) - 1)]
        self._deaths += 1
        self._due = time.monotonic() + pause
        self.fault = f"{self.NAME} died: {reason}"
        log.error("%s died (%s); started again in %g s; the proxy is not touched", self.NAME, reason, pause)

    def _drop(self) -> None:
        self._process = None
        if self._alive >= 0:
            os.close(self._alive)
            self._alive = -1
