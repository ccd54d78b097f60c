"""What journal and ledger ask of the operating system: room ahead of time, reads and writes at a place, one owner,
which file it is.

Everything here raises OSError and nothing else.
"""

import os
import sys

__all__ = ["Identity", "claim", "identity", "read_at", "reserve", "same_file", "write_at"]

if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 40  # locks are mandatory there: lock a byte that nobody reads

    def claim(descriptor: int) -> None:
        """Make this process the file's only owner until it closes it or dies. Raises OSError where another is."""
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def write_at(descriptor: int, data: bytes, offset: int) -> int:
        """Write data at offset; the number of bytes written."""
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)

    def read_at(descriptor: int, length: int, offset: int) -> bytes:
        """Up to length bytes from offset; fewer where the file ends before."""
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)

else:
    import fcntl

    def claim(descriptor: int) -> None:
        """Make this process the file's only owner until it closes it or dies. Raises OSError where another is."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    write_at = os.pwrite
    read_at = os.pread


def reserve(descriptor: int, size: int) -> None:
    """Give the file size bytes on disk, so that a full disk cannot take them later; what it holds stays."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    zeros = bytes(1 << 16)
    offset = os.fstat(descriptor).st_size
    while offset < size:
        offset += write_at(descriptor, zeros[: size - offset], offset)


Identity = tuple[int, int] | None
"""Which file stands at a place: device and number; None where none does."""


def identity(path: str | os.PathLike[str]) -> Identity:
    """What stands there now; None, too, where that cannot be told. Raises nothing."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked after every batch; Path.stat costs more
    except OSError:
        return None
    return found.st_dev, found.st_ino


def same_file(descriptor: int, path: str | os.PathLike[str]) -> bool:
    """True while path still leads to the open file; False once it is gone or another stands there."""
    try:
        there = os.stat(path)  # noqa: PTH116 - a Path costs more than the call
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))
