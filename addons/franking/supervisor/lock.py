"""The home's lock: one sidecar a home. Processes hold it, not a file's mere presence, so that a kill frees it."""

import contextlib
import os
import sys
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["acquire", "is_held"]


def acquire(home: Path) -> int | None:
    """A descriptor that holds the lock until it and every inherited copy are closed; None when another has it."""
    descriptor = os.open(home / "sidecar.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(10):  # who asks whether it is held has it for a moment
        if _try(descriptor):
            return descriptor
        time.sleep(0.01)
    os.close(descriptor)
    return None


def is_held(home: Path) -> bool:
    """Does a sidecar run on this home?"""
    for access in (os.O_RDWR, os.O_RDONLY):  # the latter where the home cannot be written
        with contextlib.suppress(OSError):
            descriptor = os.open(home / "sidecar.lock", access | os.O_CLOEXEC)
            break
    else:
        return False
    try:
        return not _try(descriptor)
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
