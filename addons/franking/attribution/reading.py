"""Reading small files that others wrote: bounded, and never waiting on a FIFO or a device.

``Watch`` also remembers what each file looked like just before it was read, and which were looked for and absent, so
that what was concluded from them can be kept until one of them changes.
"""

# Paths are strings here, as the kernel gave them: a check must cost microseconds.
# ruff: noqa: PTH114, PTH116, PTH123
import errno
import os
import stat
import time
from collections.abc import Mapping

__all__ = ["Signature", "UnreadableError", "Watch", "read", "shown", "signature"]

LIMIT = 1024 * 1024
MOST_WATCHED = 256
# A file may change twice within one tick of its file system's clock; a state this young is not yet relied on.
SETTLING_NANOSECONDS = 100_000_000

Signature = tuple[int, ...]
"""How a file looks: times of change, size, number and mode; of an absent one the error alone."""


class UnreadableError(Exception):
    """There is such a file, but it cannot be read. Its text is the reason, in plain words."""


def read(path: str) -> bytes:
    """A regular file of at most 1 MiB. Raises FileNotFoundError where there is none, UnreadableError for all else."""
    try:
        # Asked before opening, since to open a device can be an act of its own; and again of what was opened.
        _expect_regular(os.stat(path).st_mode)
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with open(opened, "rb", buffering=0) as file:
            _expect_regular(os.fstat(opened).st_mode)
            parts, size = [], 0
            while size <= LIMIT and (part := file.read(LIMIT + 1 - size)):
                parts.append(part)
                size += len(part)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.islink(path):
            raise UnreadableError("a symbolic link to nothing") from None
        raise FileNotFoundError(errno.ENOENT, "no such file", path) from None
    except OSError as fault:
        raise UnreadableError(_words(fault)) from None
    except ValueError:
        raise FileNotFoundError(errno.ENOENT, "no such file", path) from None
    if size > LIMIT:
        raise UnreadableError("larger than 1 MiB")
    return b"".join(parts)


def shown(text: str) -> str:
    """Text of the file system's, as it can be stored and shown: bytes that are no UTF-8 are replaced."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _expect_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise UnreadableError("a directory, not a file")
    if not stat.S_ISREG(mode):
        raise UnreadableError("not a regular file")


def _words(fault: OSError) -> str:
    known = {errno.EACCES: "no permission to read it", errno.ELOOP: "a loop of symbolic links"}
    return known.get(fault.errno or 0, fault.strerror or "it cannot be read")


def signature(path: str) -> Signature:
    """How a file looks now. Never raises."""
    try:
        found = os.stat(path)
    except OSError as fault:
        return (fault.errno or 0,)
    except ValueError:
        return (0,)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode


class Watch:
    """The files that a conclusion rests on."""

    def __init__(self) -> None:
        self._seen: dict[str, Signature] = {}
        self._since = time.time_ns()
        self._settled = True

    def note(self, path: str) -> int | None:
        """Remember how a file looks; call it before reading. Its mode, or None where it is absent."""
        known = self._seen.get(path)
        if known is None:
            known = self._seen[path] = signature(path)
            if len(known) > 1 and any(abs(self._since - when) < SETTLING_NANOSECONDS for when in known[:2]):
                self._settled = False
        return known[-1] if len(known) > 1 else None

    @property
    def seen(self) -> Mapping[str, Signature]:
        """Every file noted, and how it looked; none where one may yet change unnoticed, or they are too many."""
        return self._seen if self._settled and len(self._seen) <= MOST_WATCHED else {}

    def holds(self) -> bool:
        """Whether all the files are as they were. More than 256 of them are too many to ask: then it is False."""
        if not self._settled or len(self._seen) > MOST_WATCHED:
            return False
        return all(signature(path) == seen for path, seen in self._seen.items())
