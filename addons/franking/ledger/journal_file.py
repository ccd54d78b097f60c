"""The journal's file: its one owner, its room on disk, and the few numbers that stand in front of the frames.

A number has a slot of its own with a check, so that a torn one counts as none.
"""

import contextlib
import os
import struct
import time
from pathlib import Path

from franking.ledger.files import claim, read_at, reserve, same_file, write_at
from franking.ledger.schema import LedgerError

__all__ = ["FRAMES", "JournalFile", "JournalHeldError"]

FRAMES = 4096
"""Where the frames begin."""

_SLOT = struct.Struct("<QQ")
_SLOT_CHECK = 0x6672616E6B696E67
_GREATEST = 1 << 62


class JournalHeldError(LedgerError):
    """Another process owns the journal: a sidecar runs on this home."""


class JournalFile:
    """size, wait, create: as of Journal, and raises what it does."""

    def __init__(self, file: Path, size: int, wait: float, create: bool) -> None:
        self.path = file
        self._descriptor = _owned(file, wait, create)
        with contextlib.suppress(OSError):
            os.chmod(file, 0o600)  # noqa: PTH101
        held = self.size
        try:
            if create:
                self.take(size)
        except OSError as fault:
            # An older journal serves even on a full disk: its room is taken already.
            if held < size:
                self.close()
                raise LedgerError(f"{file}: no room for {size >> 20} MB ({fault.strerror}); free some space") from None

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._descriptor).st_size

    @property
    def detached(self) -> bool:
        """True once the file was deleted or replaced."""
        return not same_file(self._descriptor, self.path)

    def number(self, place: int) -> int:
        """The number in the slot at that place; 0 where it holds none."""
        data = read_at(self._descriptor, _SLOT.size, place)
        if len(data) < _SLOT.size:
            return 0
        value, check = _SLOT.unpack(data)
        return int(value) if value ^ _SLOT_CHECK == check and value < _GREATEST else 0

    def note(self, place: int, value: int) -> None:
        """Keep a number; where the disk refuses, the one before stands."""
        with contextlib.suppress(OSError):
            write_at(self._descriptor, _SLOT.pack(value, value ^ _SLOT_CHECK), place)

    def write(self, data: bytes, place: int) -> int:
        """How many bytes were written. Raises OSError."""
        return write_at(self._descriptor, data, place)

    def read(self, length: int, place: int) -> bytes:
        """Up to length bytes. Raises OSError."""
        return read_at(self._descriptor, length, place)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)

    def take(self, size: int) -> None:
        """Give the file so many bytes on disk. Raises OSError; then it is as large as it was."""
        held = self.size
        try:
            reserve(self._descriptor, size)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, held)
            raise

    def give_back(self, size: int) -> None:
        """Cut it to so many bytes, if the disk lets it."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, size)


def _owned(file: Path, wait: float, create: bool) -> int:
    """A descriptor of the file, which nobody else owns."""
    deadline = time.monotonic() + wait
    while True:
        try:
            descriptor = os.open(file, os.O_RDWR | (os.O_CREAT if create else 0) | getattr(os, "O_BINARY", 0), 0o600)
        except FileNotFoundError:
            if not create:
                raise
            raise LedgerError(f"{file}: its folder does not exist; make it, or set FRANKING_HOME to another") from None
        except OSError as fault:
            raise LedgerError(f"{file}: cannot be opened ({fault.strerror}); make it writable for you") from None
        try:
            claim(descriptor)
        except OSError:
            os.close(descriptor)
            if time.monotonic() >= deadline:
                raise JournalHeldError(f"{file}: another franking uses this home; stop it (frank stop) first") from None
            time.sleep(0.01)
            continue
        if same_file(descriptor, file):
            return descriptor
        os.close(descriptor)  # deleted between opening and owning it
