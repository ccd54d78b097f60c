"""What ``/proc`` says of processes: when they started, who is whose parent, where they work. Linux only.

Everything here reads links and small kernel files of ``/proc``, never a file that a process has open, so that a
hung mount cannot hold it up. A process that ends, or may not be read, is skipped or raises OSError as told below.
"""

# A pathlib call costs several times as much, and thousands are made here for one look-up.
# ruff: noqa: PTH115, PTH116, PTH123, PTH208
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

__all__ = ["Status", "ancestors", "arguments", "environment", "link", "pids", "started", "status", "working_directory"]

ARGUMENT_BYTES = 64 * 1024
ENVIRONMENT_BYTES = 1024 * 1024
DEEPEST = 64
DELETED = " (deleted)"


@dataclass(frozen=True, slots=True)
class Status:
    """From ``/proc/PID/stat``. started: clock ticks since boot, which with the pid names a process for good."""

    parent: int
    session: int
    started: int


def status(pid: int) -> Status:
    """Raises OSError where the process is gone."""
    with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
        text = file.read(4096)
    fields = text[text.rindex(b")") + 2 :].split()  # the name in parentheses may hold anything
    return Status(parent=int(fields[1]), session=int(fields[3]), started=int(fields[19]))


def started(pid: int) -> int | None:
    """When the process started; None where it is gone."""
    try:
        return status(pid).started
    except (OSError, ValueError, IndexError):
        return None


def pids() -> list[int]:
    """All processes to be seen, newest first: a caller has most often just been started."""
    return sorted((int(name) for name in os.listdir("/proc") if name.isdigit()), reverse=True)


def ancestors(pid: int) -> Iterator[tuple[int, Status]]:
    """A process's parent, that one's parent, and so on, with the status of each child on the way."""
    for _ in range(DEEPEST):
        try:
            of = status(pid)
        except (OSError, ValueError, IndexError):
            return
        if of.parent <= 0:
            return
        yield of.parent, of
        pid = of.parent


def link(path: str) -> str | None:
    """Where a link of ``/proc`` points, None where it cannot be read."""
    try:
        return os.readlink(path)
    except OSError:
        return None


@cache
def _own_mounts() -> str | None:
    return link("/proc/self/ns/mnt")


def working_directory(pid: int) -> tuple[str | None, str | None]:
    """A process's directory, and what is wrong with it, each None where it is not. Raises OSError where unreadable.

    A removed directory is told by its last name. A process with a mount table of its own may mean another directory
    by the same name: then its name is no evidence, unless both names lead to the same directory.
    """
    path = os.readlink(f"/proc/{pid}/cwd")
    if path.endswith(DELETED) and not os.path.lexists(path):
        return path.removesuffix(DELETED), "its working directory was removed"
    if link(f"/proc/{pid}/ns/mnt") != _own_mounts():
        try:
            same = os.path.samestat(os.stat(f"/proc/{pid}/cwd"), os.stat(path))
        except OSError:
            same = False
        if not same:
            return None, "its working directory is in another container"
    return path, None


def _words(path: str, limit: int) -> list[bytes]:
    with open(path, "rb", buffering=0) as file:
        parts = []
        while limit > 0 and (part := file.read(min(limit, 65536))):
            parts.append(part)
            limit -= len(part)
    return b"".join(parts).split(b"\0")


def arguments(pid: int) -> tuple[str, ...]:
    """The command line, its first 64 KiB; bytes that are no UTF-8 are replaced. Raises OSError."""
    words = _words(f"/proc/{pid}/cmdline", ARGUMENT_BYTES)
    return tuple(word.decode("utf-8", "replace") for word in (words[:-1] if not words[-1] else words))


def environment(pid: int, wanted: frozenset[str]) -> dict[str, str]:
    """The wanted variables as the process was started with them. Raises OSError.

    Undecodable bytes are kept as surrogates, since some name files.
    """
    found: dict[str, str] = {}
    for word in _words(f"/proc/{pid}/environ", ENVIRONMENT_BYTES):
        name, is_set, value = word.partition(b"=")
        if is_set and (key := os.fsdecode(name)) in wanted:
            found.setdefault(key, os.fsdecode(value))
    return found
