"""The journal: rows that are not in the ledger yet, kept where a SIGKILL cannot take them.

A file of fixed size, its room taken at the start so that a full disk does not matter. ``append`` copies one payload
into it by a single ``pwrite``: what the kernel holds outlives the process. (Not a memory map: a copy-on-write file
system that fills up, or somebody who truncates the file, would kill the process by SIGBUS; ``pwrite`` only fails.)

A frame is length, CRC-32, sequence number, payload. Frames stand in two segments, written in turn: when one is full
the other takes over, if all of its frames are released. Once everything is released the segment starts anew, so that
in quiet times the same few pages are written again and again. In front of the segments stand two slots that hold, in
turn, the number up to which frames are released; a torn slot is told by its check, and the other one counts. A third
says how long a segment is, so that every opener finds both, whatever size it would have chosen.

Reading trusts nothing: whatever bytes the file holds, it gives the valid frames before the damage of each segment.
A frame counts when its CRC holds and its number follows the one before; what an earlier round left behind does neither.
One process at a time owns the file.
"""

import contextlib
import os
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from franking.ledger.files import claim, read_at, reserve, same_file, write_at
from franking.ledger.schema import LedgerError

__all__ = ["Journal", "JournalFullError", "JournalHeldError", "frames"]

_FRAME = struct.Struct("<IIQ")
_COVERED = struct.Struct("<IQ")
_SLOT = struct.Struct("<QQ")
_SLOT_OFFSETS = (0, 512)
_ROOM_OFFSET = 1024
_SLOT_CHECK = 0x6672616E6B696E67
_START = 4096
_SEQUENCE_END = 1 << 62


class JournalFullError(Exception):
    """There is no room for the payload, or the disk refuses it; nothing was kept of it."""


class JournalHeldError(LedgerError):
    """Another process owns the journal: a sidecar runs on this home."""


def frames(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The valid frames at the start of a segment: sequence number, offset of the frame's end, payload. Never raises."""
    offset, expected = 0, None
    while offset + _FRAME.size <= len(data):
        length, check, sequence = _FRAME.unpack_from(data, offset)
        end = offset + _FRAME.size + length
        if end > len(data) or sequence >= _SEQUENCE_END or (expected is not None and sequence != expected):
            return
        payload = data[offset + _FRAME.size : end]
        if _checksum(length, sequence, payload) != check:
            return
        yield sequence, end, payload
        offset, expected = end, sequence + 1


class Journal:
    """The open journal. Not for two threads at once.

    size: of the whole file, bytes, where it is made. wait: seconds to wait for another owner to let go.
    create: False leaves a missing file missing (FileNotFoundError).
    Raises JournalHeldError, and LedgerError where the file cannot be had.
    """

    def __init__(self, file: Path, *, size: int = 16 << 20, wait: float = 0.0, create: bool = True) -> None:
        self.file = file
        self._descriptor = _open(file, size, wait, create)
        self._room = self._slot(_ROOM_OFFSET) or self._set_room((size - _START) // 2)
        self._released = max(self._slot(offset) for offset in _SLOT_OFFSETS)
        self._turn = 0
        self._current = 0
        self._next = self._released + 1
        self._heads = [0, 0]
        self._last = [0, 0]
        for segment in (0, 1):
            for sequence, end, _ in frames(self._read(segment)):
                self._heads[segment], self._last[segment] = end, sequence
                if sequence >= self._next:
                    self._next, self._current = sequence + 1, segment

    @property
    def detached(self) -> bool:
        """True once the file was deleted or replaced: nothing written to it would be found again."""
        return not same_file(self._descriptor, self.file)

    def append(self, payload: bytes) -> int:
        """Keep the payload; its sequence number. Raises JournalFullError."""
        sequence, segment, length = self._next, self._current, len(payload)
        if self._released == sequence - 1:
            self._heads[segment] = 0
        need = _FRAME.size + length
        if self._heads[segment] + need > self._room:
            segment = 1 - segment
            if self._last[segment] > self._released or need > self._room:
                raise JournalFullError
            self._heads[segment] = 0
        frame = _FRAME.pack(length, _checksum(length, sequence, payload), sequence) + payload
        try:
            written = write_at(self._descriptor, frame, self._offset(segment) + self._heads[segment])
        except OSError as fault:
            raise JournalFullError from fault
        if written != need:
            raise JournalFullError
        self._heads[segment] += need
        self._last[segment] = sequence
        self._current, self._next = segment, sequence + 1
        return sequence

    def release(self, sequence: int) -> None:
        """Frames up to this number are in the ledger. Where that cannot be noted they come again, harmlessly."""
        sequence = min(sequence, self._next - 1)
        if sequence <= self._released:
            return
        self._released = sequence
        self._turn = 1 - self._turn
        self._set_slot(_SLOT_OFFSETS[self._turn], sequence)

    def pending(self) -> list[tuple[int, bytes]]:
        """What is not released: (sequence number, payload), in order."""
        found = [
            (sequence, payload)
            for segment in (0, 1)
            for sequence, _, payload in frames(self._read(segment))
            if sequence > self._released
        ]
        return sorted(found)

    def close(self) -> None:
        """Let go of the file; what is pending stays in it."""
        os.close(self._descriptor)

    def _offset(self, segment: int) -> int:
        return _START + segment * self._room

    def _read(self, segment: int) -> bytes:
        return read_at(self._descriptor, self._room, self._offset(segment))

    def _slot(self, offset: int) -> int:
        """The number that a slot holds; 0 where it holds none."""
        data = read_at(self._descriptor, _SLOT.size, offset)
        if len(data) < _SLOT.size:
            return 0
        value, check = _SLOT.unpack(data)
        return int(value) if value ^ _SLOT_CHECK == check and value < _SEQUENCE_END else 0

    def _set_slot(self, offset: int, value: int) -> None:
        with contextlib.suppress(OSError):
            write_at(self._descriptor, _SLOT.pack(value, value ^ _SLOT_CHECK), offset)

    def _set_room(self, room: int) -> int:
        self._set_slot(_ROOM_OFFSET, room)
        return room


def _checksum(length: int, sequence: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(_COVERED.pack(length, sequence)))


def _open(file: Path, size: int, wait: float, create: bool) -> int:
    """An owned descriptor on a file of at least size bytes."""
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
            break
        os.close(descriptor)  # deleted between opening and owning it
    held = os.fstat(descriptor).st_size
    try:
        os.chmod(file, 0o600)  # noqa: PTH101
        if create:
            reserve(descriptor, size)
    except OSError as fault:
        # An older journal serves even on a full disk: its room is taken already.
        if held < size:
            os.close(descriptor)
            raise LedgerError(f"{file}: no room for {size >> 20} MB ({fault.strerror}); free some space") from None
    return descriptor
