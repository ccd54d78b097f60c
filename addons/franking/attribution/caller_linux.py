"""The caller on Linux: SOCK_DIAG names the socket's inode, ``/proc`` the process that opened it.

The descriptors of processes are searched in the order in which a caller is likely (see ``holders``). A child that
inherited the socket is not the caller: of several holders it is the oldest ancestor, who opened it.
"""

import os
import time

from franking.attribution import processes, sock_diag
from franking.attribution.holders import Holders
from franking.attribution.values import Fault, Peer
from franking.attribution.variables import GIT, WANTED

__all__ = ["directory", "find"]

REMEMBERED = 8
YOUNG_SECONDS = 2
"""More than a connection can have waited to be accepted: a killed proxy is replaced in a fraction of it."""

_recent: tuple[int, ...] = ()


def find(client: tuple[str, int], proxy: tuple[str, int], interface: int = 0) -> Peer:
    """The process at the client's end of a connection. What the system refuses is told as a Fault."""
    where = f"{client[0]} port {client[1]}"
    try:
        owner = sock_diag.ask(client, proxy, interface)
        if owner is None:
            return Peer(fault=Fault(where, _why_absent(client[0], proxy[0])))
        if not owner.inode:
            return Peer(fault=Fault(where, "the caller closed the connection before it could be looked up"))
        search = Holders(owner.inode, owner.uid)
        for _ in range(2):
            if pid := _opener(search):
                if peer := _read(pid):
                    _remember(pid)
                    return peer
            elif sock_diag.ask(client, proxy, interface) != owner:
                return Peer(fault=Fault(where, "the caller ended before it could be looked up"))
            else:
                return Peer(fault=Fault(where, _why_unseen(search)))
        return Peer(fault=Fault(where, "the caller ended while it was looked up"))
    except (OSError, ValueError) as fault:
        return Peer(fault=Fault(where, f"the caller could not be looked up: {fault}"))


def directory(peer: Peer) -> str | None:
    """Where the caller works now; None where that is not known, or the pid is another process by now."""
    if peer.pid is None:
        return None
    try:
        path, _ = processes.working_directory(peer.pid)
    except OSError:
        return None
    return path if processes.started(peer.pid) == peer.started else None


def _opener(search: Holders) -> int | None:
    """Of the processes that hold the socket, the one that opened it.

    The look-up follows the connection at once. So a process that is older than a few seconds did not inherit it, and
    nobody above such a process handed it down.
    """
    found = search.first(_recent, skip=os.getpid())
    _forget(search.gone)
    if found is None:
        return None
    pid, name = found
    own = processes.status(pid)
    if not _young(own):
        return pid
    opener, line, inherited = pid, [pid], True
    for ancestor, child in processes.ancestors(own):
        line.append(ancestor)
        inherited = inherited and _young(child)
        # A fork keeps the descriptor's number, most often.
        if inherited and (search.at(ancestor, name) or search.descriptor(ancestor)):
            opener = ancestor
        if not inherited and own.session in line:
            break
    if opener == pid and own.session not in (0, *line):
        # Its session's leader is not above it: it was handed to init, and who forked it may still hold the socket.
        opener = _oldest(search, pid, own.started)
    return opener


def _oldest(search: Holders, pid: int, since: int) -> int:
    """The holder that started first, of all."""
    oldest = (since, pid)
    for other in processes.pids():
        start = processes.started(other)
        if start is not None and (start, other) < oldest and search.descriptor(other) is not None:
            oldest = (start, other)
    return oldest[1]


def _young(status: processes.Status) -> bool:
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - status.started / os.sysconf("SC_CLK_TCK")
    return age < YOUNG_SECONDS


def _read(pid: int) -> Peer | None:
    """All that is wanted of a process; None where the pid changed hands meanwhile."""
    started = processes.started(pid)
    where = f"pid {pid}"
    try:
        path, wrong = processes.working_directory(pid)
        argv = processes.arguments(pid)
        environment = processes.environment(pid, WANTED)
        peer = Peer(pid, path, argv, _clean(environment), Fault(where, wrong) if wrong else None, started)
    except PermissionError:
        peer = Peer(pid, fault=Fault(where, "its directory and environment may not be read"), started=started)
    except OSError:
        return None
    return peer if started is not None and processes.started(pid) == started else None


def _clean(environment: dict[str, str]) -> dict[str, str]:
    """Only names of files may keep bytes that are no UTF-8: they would not pass into a header or a row."""
    return {
        name: value if name in GIT else os.fsencode(value).decode("utf-8", "replace")
        for name, value in environment.items()
    }


def _remember(pid: int) -> None:
    """Who called lately is likely to call again. Only an order to search in, so a lost update does no harm."""
    global _recent
    if _recent[:1] != (pid,):
        _recent = (pid, *(other for other in _recent if other != pid))[:REMEMBERED]


def _forget(gone: set[int]) -> None:
    global _recent
    if gone:
        _recent = tuple(pid for pid in _recent if pid not in gone)


def _why_absent(client: str, proxy: str) -> str:
    if sock_diag.plain(client)[0] == sock_diag.plain(proxy)[0] or client.startswith(("127.", "::1")):
        return "the caller is gone, or in another network namespace (a container)"
    return "the caller is on another machine, or in another network namespace (a container)"


def _why_unseen(search: Holders) -> str:
    if search.denied:
        return f"the caller runs as uid {search.uid}; this sidecar, as uid {os.geteuid()}, may not look into it"
    return f"the caller runs as uid {search.uid} in another PID namespace (a container)"
