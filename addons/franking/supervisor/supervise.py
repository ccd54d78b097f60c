"""The supervisor: holds the listening sockets and the home's lock, and keeps a proxy running behind them.

The proxy is a fork of this process. When it dies another is forked at once; connections wait in the sockets'
backlog meanwhile, none is refused. One that keeps dying is started ever later, and the reason is logged and kept
in ``state.json``. SIGTERM, SIGINT and SIGHUP are passed on once; the supervisor ends with its child.
"""

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import msgspec

from franking import __version__, paths
from franking.settings import Settings, SettingsError
from franking.supervisor import child, lock
from franking.supervisor.sockets import Bound, bind_all
from franking.supervisor.state import State, read_state, write_state

__all__ = ["supervise"]

log = logging.getLogger(__name__)

STEADY = 1.0
"""Seconds of service after which a death is no longer one of a row."""

BACK_OFF = (0.0, 0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait after no, one, two … deaths in a row."""


def supervise(settings: Settings, project_dir: Path | None, listening: Callable[[State], None]) -> int:
    """Run the sidecar until told to stop. Returns the exit status: 0, or 1 where the proxy cannot start.

    listening: called once, when the first proxy serves. Raises SettingsError and OSError where the home or a port
    cannot be had, with a text for people.
    """
    home = paths.ensure_home()
    held = lock.acquire(home)
    if held is None:
        running = read_state()
        whose = f"pid {running.pid}, {running.proxy_url}" if running else "still starting"
        raise SettingsError(f"a sidecar already runs on {home} ({whose}); `frank stop` ends it")
    os.umask(0o077)
    bound = bind_all(settings)
    state = State(
        pid=os.getpid(),
        version=__version__,
        started_at=time.time_ns() // 1000,
        proxy=bound.proxy,
        reverse=bound.reverse,
        project_dir=str(project_dir) if project_dir else None,
    )
    import franking.proxy.master  # noqa: F401 - before the first fork: every child has it from the start
    from franking.attribution import git_folders

    for name in GIT_OWN:
        os.environ.pop(name, None)
    git_folders.prepare()
    return _Supervisor(settings, project_dir, bound, state, listening).run()


GIT_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
"""Variables that would point every caller's repository at the sidecar's own."""


class _Supervisor:
    """One run of ``supervise``: the current child and the signals that came."""

    def __init__(
        self,
        settings: Settings,
        project_dir: Path | None,
        bound: Bound,
        state: State,
        listening: Callable[[State], None],
    ) -> None:
        self._settings = settings
        self._project_dir = project_dir
        self._bound = bound
        self._state = state
        self._listening = listening
        self._child = 0
        self._stopping = False
        self._served = False
        self._deaths = 0
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def run(self) -> int:
        """Start, watch, start again; until told to stop."""
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in child.SIGNALS:
            signal.signal(number, self._told)
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
        signal.set_wakeup_fd(-1)
        for number in child.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        for descriptor in (*parents, self._wake_read, self._wake_write):
            os.close(descriptor)
        status = 1
        try:
            status = child.run(self._settings, self._bound, pipes, self._project_dir)
        finally:
            logging.shutdown()
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(status)

    def _hear(self, say_read: int) -> str | None:
        """Wait until the child's end of the pipe closes; its word on why it could not serve, None where it served."""
        heard = b""
        while True:
            ready, _, _ = select.select([say_read, self._wake_read], [], [])
            if self._wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
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
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGTERM)

    def _rest(self, seconds: float) -> None:
        """Wait, unless a signal comes."""
        deadline = time.monotonic() + seconds
        while not self._stopping and (left := deadline - time.monotonic()) > 0:
            select.select([self._wake_read], [], [], left)
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake_read, 4096)
