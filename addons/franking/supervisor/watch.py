"""Keeping a proxy running behind the listening sockets, and the programs beside it.

The proxy is a fork of this process. When it dies another is forked at once; connections wait in the sockets'
backlog meanwhile, none is refused. One that keeps dying is started ever later, and the reason is logged and kept
in ``state.json``. The dashboard and the alerts' deliverer, programs of their own, are kept up beside it (``kept.py``).
SIGTERM, SIGINT and SIGHUP are passed on once; the supervisor ends with its child.
"""

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import msgspec

from franking.settings import Settings
from franking.supervisor import child
from franking.supervisor.alerting import Alerting
from franking.supervisor.dashboard import Dashboard
from franking.supervisor.sockets import Bound
from franking.supervisor.state import State, write_state
from franking.supervisor.waking import Waking

__all__ = ["Watch"]

log = logging.getLogger(__name__)

STEADY = 1.0
"""Seconds of service after which a death is no longer one of a row."""

BACK_OFF = (0.0, 0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait after no, one, two … deaths in a row."""


@dataclass(slots=True)
class Watch:
    """One run: the current child and the signals that came. listening: called once, when the first proxy serves."""

    _settings: Settings
    _project_dir: Path | None
    _bound: Bound
    _dashboard: Dashboard
    _state: State
    _listening: Callable[[State], None]
    _child: int = 0
    _stopping: bool = False
    _served: bool = False
    _deaths: int = 0
    _alerting: Alerting = field(default_factory=Alerting)
    _waking: Waking = field(default_factory=Waking)

    def run(self) -> int:
        """Start, watch, start again; until told to stop. Returns the exit status: 1 where the proxy cannot start."""
        try:
            return self._watch()
        finally:
            self._dashboard.stop()
            self._alerting.stop()

    def _watch(self) -> int:
        for number in child.SIGNALS:
            signal.signal(number, self._told)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a death wakes the waiting
        while True:
            word, death, lived = self._one_life()
            if self._stopping:
                return 0 if death in ("ended", "signal 15") else 1
            if word is not None and not self._served:
                print(f"frank: {word}", file=sys.stderr)  # noqa: T201
                return 1
            self._deaths = 0 if lived >= STEADY else self._deaths + 1
            reason = word or death
            pause = BACK_OFF[min(self._deaths, len(BACK_OFF) - 1)]
            log.error("the proxy died (%s); started again%s", reason, f" in {pause:g} s" if pause else "")
            self._tell(restarts=self._state.restarts + 1, last_death=reason)
            self._rest(pause)
            if self._stopping:
                return 0

    def _one_life(self) -> tuple[str | None, str, float]:
        """Fork a proxy and wait for its end: its word if it could not serve, how it ended, seconds it lived."""
        begun = time.monotonic()
        say_read, say_write = os.pipe2(os.O_CLOEXEC)
        alive_read, alive_write = os.pipe2(os.O_CLOEXEC)
        self._child = os.fork()
        if self._child == 0:
            self._become_child(child.Pipes(say_write, alive_read), (say_read, alive_write))
        os.close(say_write)
        os.close(alive_read)
        if self._stopping:  # told while the fork was made
            self._told(signal.SIGTERM, None)
        try:
            word = self._hear(say_read)
            _, status = os.waitpid(self._child, 0)
        finally:
            os.close(say_read)
            os.close(alive_write)
        code = os.waitstatus_to_exitcode(status)
        death = "ended" if code == 0 else f"signal {-code}" if code < 0 else f"exit status {code}"
        return word, death, time.monotonic() - begun

    def _become_child(self, pipes: child.Pipes, parents: tuple[int, int]) -> None:
        """Never returns: the fork is the proxy from here on."""
        self._waking.forget()
        for number in (*child.SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        self._dashboard.forget()
        self._alerting.forget()
        for descriptor in parents:
            os.close(descriptor)
        status = 1
        try:
            status = child.run(self._settings, self._bound, pipes, self._project_dir, again=self._served)
        finally:
            logging.shutdown()
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(status)

    def _hear(self, say_read: int) -> str | None:
        """Wait until the child's end of the pipe closes; its word on why it could not serve, None where it served."""
        heard = b""
        while True:
            ready = self._wait([say_read], None)
            if say_read in ready:
                piece = os.read(say_read, 4096)
                if not piece:
                    return heard.decode(errors="replace") or None
                heard += piece
                if heard.startswith(child.READY):
                    heard = heard[len(child.READY) :]
                    self._now_serving()

    def _now_serving(self) -> None:
        if self._served:
            return
        self._served = True
        self._dashboard.start()
        self._alerting.reports = bool(self._settings.reports)
        self._alerting.start()
        self._tell()
        self._listening(self._state)

    def _tell(self, **changes: object) -> None:
        self._state = msgspec.structs.replace(self._state, **changes)
        try:
            write_state(self._state)
        except OSError as fault:
            log.error("state.json could not be written: %s", fault)

    def _told(self, number: int, _frame: FrameType | None) -> None:
        """A signal: no new connections, and pass it on."""
        self._stopping = True
        self._bound.close()
        self._dashboard.close()
        self._alerting.close()
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGTERM)

    def _rest(self, seconds: float) -> None:
        """Wait, unless a signal comes."""
        deadline = time.monotonic() + seconds
        while not self._stopping and (left := deadline - time.monotonic()) > 0:
            self._wait([], left)

    def _wait(self, descriptors: list[int], seconds: float | None) -> list[int]:
        """Until one of them can be read, a signal comes, the time is up, or a program beside needs a look."""
        waits = [each for each in (seconds, self._dashboard.wait(), self._alerting.wait()) if each is not None]
        ready = self._waking.wait(descriptors, min(waits, default=None))
        if not self._stopping:
            self._alerting.tend()
            if self._dashboard.tend():
                self._tell(web_fault=self._dashboard.fault)
        return ready
