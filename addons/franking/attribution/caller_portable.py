"""The caller where there is no ``/proc`` (macOS, Windows), by psutil, behind the interface of ``caller_linux``.

Its parts are tested on Linux; on macOS and Windows themselves it has not been tried. On macOS other users' processes
cannot be read. On Windows one system call gives the whole table with its owners; elsewhere processes are asked one by
one, newest first.
"""

import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psutil  # type: ignore[import-untyped]

from franking.attribution.values import Fault, Peer
from franking.attribution.variables import WANTED

__all__ = ["directory", "find"]

Ends = tuple[tuple[str, int], tuple[str, int]]


def find(client: tuple[str, int], proxy: tuple[str, int], interface: int = 0) -> Peer:
    """The process at the client's end. What the system refuses is told as a Fault. ``interface`` is not needed here."""
    ends = (_end(client), _end(proxy))
    try:
        holder = _by_table(ends) if sys.platform == "win32" else _by_process(ends)
        if holder is None:
            what = "the caller is gone, on another machine or of another user"
            return Peer(fault=Fault(f"{client[0]} port {client[1]}", what))
        return _read(_opener(holder, ends))
    except (psutil.Error, OSError, ValueError) as fault:
        return Peer(fault=Fault(f"{client[0]} port {client[1]}", f"the caller could not be looked up: {fault}"))


def directory(peer: Peer) -> str | None:
    """Where the caller works now; None where that is not known, or the pid is another process by now."""
    if peer.pid is None:
        return None
    try:
        process = psutil.Process(peer.pid)
        path: str = process.cwd()
        return path if path and _started(process) == peer.started else None
    except (psutil.Error, OSError):
        return None


def _end(address: tuple[str, int]) -> tuple[str, int]:
    return address[0].partition("%")[0].removeprefix("::ffff:"), address[1]


def _matches(connections: Iterable[Any], ends: Ends) -> Iterable[Any]:
    for connection in connections:
        if (
            connection.raddr
            and connection.laddr[1] == ends[0][1]
            and (_end(connection.laddr[:2]), _end(connection.raddr[:2])) == ends
        ):
            yield connection


def _by_table(ends: Ends) -> psutil.Process | None:
    for connection in _matches(psutil.net_connections("tcp"), ends):
        if connection.pid:
            return psutil.Process(connection.pid)
    return None


def _by_process(ends: Ends) -> psutil.Process | None:
    own = psutil.Process().pid
    for pid in sorted(psutil.pids(), reverse=True):
        with suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if pid != own and _holds(process, ends):
                return process
    return None


def _holds(process: psutil.Process, ends: Ends) -> bool:
    return any(True for _ in _matches(process.net_connections("tcp"), ends))


def _opener(holder: psutil.Process, ends: Ends) -> psutil.Process:
    """The oldest ancestor that holds the connection. On Windows a connection has one owner."""
    opener = holder
    if sys.platform != "win32":
        for ancestor in holder.parents():
            with suppress(psutil.Error, OSError):
                if _holds(ancestor, ends):
                    opener = ancestor
    return opener


def _started(process: psutil.Process) -> int:
    seconds: float = process.create_time()
    return round(seconds * 1_000_000)


def _read(process: psutil.Process) -> Peer:
    started = _started(process)
    try:
        variables = process.environ()
        environment = {name: variables[name] for name in WANTED if name in variables}
        return Peer(process.pid, process.cwd() or None, tuple(process.cmdline()), environment, None, started)
    except psutil.AccessDenied:
        fault = Fault(f"pid {process.pid}", "its directory and environment may not be read")
        return Peer(process.pid, fault=fault, started=started)
