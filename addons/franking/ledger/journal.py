"""The journal: rows that are not in the ledger yet, kept where a SIGKILL cannot take them.

A file of fixed size, its room taken at the start so that a full disk does not matter. ``append`` copies one payload
into it by a single ``pwrite``: what the kernel holds outlives the process. (Not a memory map: a copy-on-write file
system that fills up, or somebody who truncates the file, would kill the process by SIGBUS; ``pwrite`` only fails.)

A frame is length, CRC-32, sequence number, payload. Frames stand in two segments, written in turn: when one is full
another takes over, all of whose frames are released; where there is none and the disk allows it, the file grows by a
segment, up to a bound, and shrinks again when everything is released. Then, too, a segment starts anew, so that in
quiet times the same few pages are written again and again. In front of the segments stand two slots that hold, in turn,
the number up to which frames are released; a torn slot is told by its check, and the other one counts. A third says
how long a segment is, so that every opener finds all, whatever size it would have chosen. A fourth holds how many rows
could not be kept, so that this is told after a kill, too.

Reading trusts nothing: whatever bytes the file holds, it gives the valid frames before the damage of each segment.
A frame counts when its CRC holds and its number follows the one before; what an earlier round left behind does neither.
One process at a time owns the file.
"""

import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from franking.ledger.journal_file import FRAMES, JournalFile, JournalHeldError

__all__ = ["Journal", "JournalFullError", "JournalHeldError", "frames"]

_FRAME = struct.Struct("<IIQ")
_COVERED = struct.Struct("<IQ")
_RELEASED = (0, 512)
_ROOM = 1024
_LOST, _LOST_AT = 1536, 2048
_LOST_IS_TOLD = 30 * 86400
_SEQUENCE_END = 1 << 62
_WINDOW = 1 << 18
_AT_LEAST = 2


class JournalFullError(Exception):
    """There is no room for the payload, or the disk refuses it; nothing was kept of it."""


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

    size: bytes of the file where it is made, two segments. most: what it may grow to, if that is more.
    wait: seconds to wait for another owner to let go. create: False leaves a missing file missing (FileNotFoundError).
    Raises JournalHeldError, and LedgerError where the file cannot be had.
    """

    def __init__(
        self, file: Path, *, size: int = 16 << 20, most: int = 0, wait: float = 0.0, create: bool = True
    ) -> None:
        self.file = file
        self._file = JournalFile(file, size, wait, create)
        if not (room := self._file.number(_ROOM)):
            room = (size - FRAMES) // _AT_LEAST
            self._file.note(_ROOM, room)
        self._room = room
        self._most = max(_AT_LEAST, (most - FRAMES) // self._room)
        self._released = max(self._file.number(place) for place in _RELEASED)
        self._turn = 0
        self._current = 0
        self._next = self._released + 1
        self._heads: list[int] = []
        self._last: list[int] = []
        for segment in range(max(_AT_LEAST, (self._file.size - FRAMES) // self._room)):
            self._heads.append(0)
            self._last.append(0)
            for sequence, end, _ in self._frames(segment):
                self._heads[segment], self._last[segment] = end, sequence
                if sequence >= self._next:
                    self._next, self._current = sequence + 1, segment

    @property
    def detached(self) -> bool:
        """True once the file was deleted or replaced: nothing written to it would be found again."""
        return self._file.detached

    @property
    def lost(self) -> int:
        """How many rows could not be kept, by the last note; after 30 days no more is said of them."""
        return self._file.number(_LOST) if time.time() - self._file.number(_LOST_AT) < _LOST_IS_TOLD else 0

    def note_lost(self, count: int) -> None:
        """Rows that could not be kept, in all, or would not be if the process died now."""
        self._file.note(_LOST, count)
        self._file.note(_LOST_AT, int(time.time()))

    def append(self, payload: bytes) -> int:
        """Keep the payload; its sequence number. Raises JournalFullError."""
        sequence, segment, length = self._next, self._current, len(payload)
        if self._released == sequence - 1:
            self._heads[segment] = 0
        need = _FRAME.size + length
        if self._heads[segment] + need > self._room:
            segment = self._another(need)
        frame = _FRAME.pack(length, _checksum(length, sequence, payload), sequence) + payload
        try:
            written = self._file.write(frame, self._offset(segment) + self._heads[segment])
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
        self._file.note(_RELEASED[self._turn], sequence)
        if sequence == self._next - 1 and len(self._heads) > _AT_LEAST:
            self._current = 0
            del self._heads[_AT_LEAST:], self._last[_AT_LEAST:]
            self._file.give_back(self._offset(_AT_LEAST))

    def pending(self) -> list[tuple[int, bytes]]:
        """What is not released: (sequence number, payload), in order."""
        found = [
            (sequence, payload)
            for segment in range(len(self._heads))
            for sequence, _, payload in self._frames(segment)
            if sequence > self._released
        ]
        return sorted(found)

    def close(self) -> None:
        """Let go of the file; what is pending stays in it."""
        self._file.close()

    def _another(self, need: int) -> int:
        """A segment that can be written from its start. Raises JournalFullError."""
        if need > self._room:
            raise JournalFullError
        for segment, last in enumerate(self._last):
            if segment != self._current and last <= self._released:
                self._heads[segment] = 0
                return segment
        if len(self._heads) >= self._most:
            raise JournalFullError
        try:
            self._file.take(self._offset(len(self._heads) + 1))
        except OSError as fault:
            raise JournalFullError from fault
        self._heads.append(0)
        self._last.append(0)
        return len(self._heads) - 1

    def _offset(self, segment: int) -> int:
        return FRAMES + segment * self._room

    def _frames(self, segment: int) -> list[tuple[int, int, bytes]]:
        """The segment's valid frames; no more of the file is read than they take, for it is large and mostly empty."""
        window = _WINDOW
        while True:
            data = self._file.read(min(window, self._room), self._offset(segment))
            found = list(frames(data))
            end = found[-1][1] if found else 0
            rest = len(data) - end
            cut = rest < _FRAME.size or rest - _FRAME.size < _FRAME.unpack_from(data, end)[0] <= self._room
            if not cut or window >= self._room:
                return found
            window *= 4


def _checksum(length: int, sequence: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(_COVERED.pack(length, sequence)))
