"""Server-sent events out of bytes: feed pieces cut anywhere, get whole events as (name, data).

Follows the WHATWG rules: lines end LF, CRLF or CR; a BOM may come first; ``:`` starts a comment; one space after the
colon is dropped; several data lines join with LF. Works on bytes, so a UTF-8 character cut in two is no matter.
Bounded: an event longer than LIMIT is skipped and counted. Nothing raises.
"""

__all__ = ["LIMIT", "Splitter"]

LIMIT = 1024 * 1024
"""The longest event that is read, in bytes."""

_BOM = b"\xef\xbb\xbf"
_OVERHEAD = 48  # what a kept line costs beside its bytes


class Splitter:
    """One stream's splitter. skipped: events that were too long."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.skipped = 0
        self._limit = limit
        self._line = bytearray()  # a line whose end has not come yet
        self._data: list[bytes] = []
        self._name = b""
        self._size = 0
        self._first = True
        self._swallow_lf = False
        self._too_long = False

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """The events that these bytes complete."""
        if not self._size and not self._swallow_lf and len(data) <= self._limit and (length := _one_event(data)):
            self._first = False
            return [(b"", data[6:length] if data[5] == 0x20 else data[5:length])]
        if self._swallow_lf and data:
            data = data.removeprefix(b"\n")
            self._swallow_lf = False
        if b"\r" in data:
            self._swallow_lf = data.endswith(b"\r")
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *rest = data.split(b"\n")
        if not rest:
            self._keep(first)
            return []
        if self._line:
            self._keep(first)
            first = bytes(self._line)
            self._line.clear()
            self._size -= len(first)
        found: list[tuple[bytes, bytes]] = []
        self._take(first, found)
        partial = rest.pop()
        for line in rest:
            self._take(line, found)
        self._keep(partial)
        return found

    def finish(self) -> list[tuple[bytes, bytes]]:
        """The event that was left without its blank line, if any."""
        return self.feed(b"\n\n")

    def _keep(self, piece: bytes) -> None:
        """Remember part of a line, unless its event is already past the bound."""
        if not piece:
            return
        self._size += len(piece)
        if self._size > self._limit:
            self._overflow()
            # A skipped line needs no content, only not to be empty: a blank line would end the event.
            self._line[:] = b":"
        else:
            self._line += piece

    def _overflow(self) -> None:
        self._too_long = True
        self._data.clear()

    def _take(self, line: bytes, found: list[tuple[bytes, bytes]]) -> None:
        if self._first:
            self._first = False
            line = line.removeprefix(_BOM)
        if not line:
            if self._too_long:
                self.skipped += 1
            elif self._data:
                found.append((self._name, self._data[0] if len(self._data) == 1 else b"\n".join(self._data)))
            self._data = []
            self._name = b""
            self._size = 0
            self._too_long = False
            return
        self._size += len(line) + _OVERHEAD
        if self._too_long or self._size > self._limit:
            self._overflow()
        elif line.startswith(b"data:"):
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])
        elif line.startswith(b"event:"):
            self._name = line[6:].removeprefix(b" ")
        elif line == b"data":
            self._data.append(b"")


def _one_event(data: bytes) -> int:
    """Where the text ends, for by far the most pieces: one event of one line, as its writer flushed it. Else 0."""
    if data.startswith(b"data:") and data.count(b"\n") == 2:
        if data.endswith(b"\n\n"):
            return 0 if b"\r" in data else len(data) - 2
        if data.endswith(b"\r\n\r\n"):
            return 0 if data.count(b"\r") != 2 else len(data) - 4
    return 0
