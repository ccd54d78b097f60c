"""Starting a sidecar in the background, and ending it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from franking import paths
from franking.settings_addresses import reached
from franking.supervisor.state import State, read_state

__all__ = ["LaunchError", "detach", "ensure_running", "stop"]

PATIENCE = 20.0
"""Seconds that a sidecar gets to start, or to end."""


class LaunchError(Exception):
    """The sidecar could not be started or ended; the text says why and what to do."""


def ensure_running() -> State:
    """The sidecar of this home, started in the background if none runs. Raises what ``detach`` does.

    One that takes no connections any more, as it lets its last streams end, is waited for and followed by another.
    """
    state = read_state()
    if state is not None and not _listens(state):
        _wait(lambda: state if _listens(read_state()) is not False else None, lambda: True)
        state = read_state()
    return state or detach([])


def _listens(state: State | None) -> bool | None:
    """Does it take connections? None where there is none."""
    if state is None:
        return None
    host, port = state.proxy
    try:
        socket.create_connection((reached(host), port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # it cannot be told
    return True


def detach(arguments: Sequence[str]) -> State:
    """Start ``frank start ARGUMENTS`` in the background and wait until it serves. Raises LaunchError, and OSError
    where the home cannot be made or written.
    """
    log = paths.ensure_home() / "sidecar.log"
    log.touch(mode=0o600)
    with log.open("ab") as out:
        begun = out.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "franking", "start", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            cwd="/",
        )
    if state := _wait(lambda: _own(process.pid), lambda: process.poll() is None):
        return state
    if state := read_state():  # another start was quicker
        return state
    with log.open("rb") as said:
        said.seek(begun)
        last = said.read().decode(errors="replace").strip().splitlines()[-1:]
    raise LaunchError(last[0].removeprefix("frank: ") if last else f"the sidecar did not start; see {log}")


def stop() -> State | None:
    """End the sidecar of this home and wait for it; the one that ran, None when none did. Raises LaunchError."""
    state = read_state()
    if state is None:
        return None
    try:
        os.kill(state.pid, signal.SIGTERM)
    except ProcessLookupError:
        raise LaunchError(f"the sidecar's supervisor (pid {state.pid}) is gone, its proxy ends by itself") from None
    except PermissionError:
        raise LaunchError(f"the sidecar (pid {state.pid}) belongs to another user") from None
    if _wait(lambda: None if read_state() else state, lambda: True) is None:
        raise LaunchError(f"the sidecar (pid {state.pid}) has not ended within {PATIENCE:.0f} s")
    return state


def _own(pid: int) -> State | None:
    state = read_state()
    return state if state and state.pid == pid else None


def _wait(found: Callable[[], State | None], still: Callable[[], bool]) -> State | None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if state := found():
            return state
        if not still():
            return None
        time.sleep(0.02)
    return None
