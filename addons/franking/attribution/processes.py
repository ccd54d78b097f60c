"""What ``/proc`` says of processes: when they started, who is whose parent, where they work. Linux only.

Everything here reads links and small kernel files of ``/proc``, never a file that a process has open, so that a
hung mount cannot hold it up. A process that ends, or may not be read, is skipped or raises OSError as told below.
"""

# A pathlib call costs several times as much, and thousands are made here for one look-up.
# ruff: noqa: PTH115, PTH116, PTH123, PTH208
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

__all__ = [
    "Status", "ancestors", "arguments", "environment", "link", "newest_first", "newest_tasks", "pids", "process_of",
    "started", "status", "working_directory",
]  # fmt: skip

MOST_PIDS = 1 << 22
"""No pid is as high (PID_MAX_LIMIT in linux/threads.h)."""

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
    text = _start_of(f"/proc/{pid}/stat", 4096)
    fields = text[text.rindex(b")") + 2 :].split(maxsplit=20)  # the name in parentheses may hold anything
    return Status(parent=int(fields[1]), session=int(fields[3]), started=int(fields[19]))


def started(pid: int) -> int | None:
    """When the process started; None where it is gone."""
    try:
        return status(pid).started
    except (OSError, ValueError, IndexError):
        return None


def pids() -> list[int]:
    """All processes to be seen, newest first: a caller has most often just been started."""
    return newest_first((int(name) for name in os.listdir("/proc") if name.isdigit()), _last_pid())


def newest_first(found: Iterable[int], last: int) -> list[int]:
    """Pids in the order in which they were given. last: the one given last; those above it are from the round before.

    The kernel gives them in turn, and from the lowest free one again after the highest.
    """
    return sorted(found, key=lambda pid: (last - pid) % MOST_PIDS)


def newest_tasks(count: int) -> range:
    """The numbers given last, newest first: of processes, of threads, or of what has ended by now."""
    last = _last_pid()
    return range(last, max(0, last - count), -1)


def process_of(task: int) -> int:
    """The process that a thread belongs to; a process's number is its own. What has ended is told as it was asked."""
    with suppress(OSError, ValueError, IndexError):
        return int(_start_of(f"/proc/{task}/status", 4096).partition(b"\nTgid:")[2].split(maxsplit=1)[0])
    return task


def _last_pid() -> int:
    """The pid that was given last (proc(5), loadavg); 0 where that is not told."""
    try:
        return int(_start_of("/proc/loadavg", 256).rpartition(b" ")[2])
    except (OSError, ValueError):
        return 0


def ancestors(child: Status) -> Iterator[tuple[int, Status]]:
    """A process's parent, that one's parent, and so on, with the status of each child on the way."""
    for _ in range(DEEPEST):
        if child.parent <= 0:
            return
        yield child.parent, child
        try:
            child = status(child.parent)
        except (OSError, ValueError, IndexError):
            return


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


def _start_of(path: str, size: int) -> bytes:
    """What one read gives of a file that the kernel writes as it is read."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(opened, size)
    finally:
        os.close(opened)


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
    names = _encoded(wanted)
    found: dict[str, str] = {}
    for word in _words(f"/proc/{pid}/environ", ENVIRONMENT_BYTES):
        name, is_set, value = word.partition(b"=")
        if is_set and name in names:
            found.setdefault(os.fsdecode(name), os.fsdecode(value))
    return found


@cache
def _encoded(names: frozenset[str]) -> frozenset[bytes]:
    return frozenset(map(os.fsencode, names))
