"""Content-Encoding, undone piece by piece: bytes as they came in, bounded pieces of the plain body out.

Knows gzip (several members), deflate (zlib's frame or raw), br, zstd, identity, and several of them stacked
(``gzip, br``: applied in that order, so undone from the right). Nothing here raises: what cannot be decoded sets
``fault`` and yields nothing more. No piece is longer than PIECE, and a body that expands beyond measure is given up.
"""

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

__all__ = ["PIECE", "Decoder"]

PIECE = 65536
"""The longest piece that is handed on, in bytes."""

_ALLOWANCE = 64 * 1024 * 1024
_RATIO = 200
_GZIP, _ZLIB, _RAW = 31, 15, -15
_FAULTS = (zlib.error, brotli.error, ZstdError, ValueError, EOFError)


class _Step(Protocol):
    @property
    def ended(self) -> bool: ...

    def feed(self, data: bytes) -> Iterator[bytes]: ...


def _pieces(data: bytes) -> Iterator[bytes]:
    if len(data) <= PIECE:
        yield data
        return
    for start in range(0, len(data), PIECE):
        yield data[start : start + PIECE]


class _Zlib:
    """gzip and deflate. gzip's members follow one another; deflate comes with or without zlib's frame."""

    def __init__(self, gzip: bool) -> None:
        self._gzip = gzip
        self._head = b""
        self._inflate = zlib.decompressobj(_GZIP) if gzip else None

    @property
    def ended(self) -> bool:
        return self._inflate is not None and self._inflate.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            data = self._head = self._head + data
            if len(data) < 2:
                return
            framed = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._inflate = zlib.decompressobj(_ZLIB if framed else _RAW)
            self._head = b""
        while data:
            if self._inflate.eof:
                if not self._gzip or not data.strip(b"\0"):
                    return  # trailing padding
                self._inflate = zlib.decompressobj(_GZIP)
            piece = self._inflate.decompress(data, PIECE)
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if piece:
                yield piece
        # A full piece may leave output waiting inside, with no input left over to ask for it with.
        while not self._inflate.eof and (piece := self._inflate.decompress(b"", PIECE)):
            yield piece


class _Brotli:
    def __init__(self) -> None:
        self._decoder = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._decoder.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._decoder.is_finished():
            return
        # The library bounds its output softly, and may stop short of the bound with more to come.
        piece = self._decoder.process(data, output_buffer_limit=PIECE)
        while piece:
            yield from _pieces(piece)
            piece = self._decoder.process(b"", output_buffer_limit=PIECE)


class _Zstd:
    """zstd, several frames."""

    def __init__(self) -> None:
        self._decoder = ZstdDecompressor()

    @property
    def ended(self) -> bool:
        return self._decoder.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            if self._decoder.eof:
                if not data:
                    return
                self._decoder = ZstdDecompressor()
            if piece := self._decoder.decompress(data, PIECE):
                yield piece
            if self._decoder.eof:
                data = self._decoder.unused_data
            elif self._decoder.needs_input:
                return
            else:
                data = b""


def _step(name: str) -> _Step | None:
    match name:
        case "gzip" | "x-gzip":
            return _Zlib(gzip=True)
        case "deflate":
            return _Zlib(gzip=False)
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
    return None


class Decoder:
    """One body's decoder. content_encoding: the header's value, ``""`` for none.

    fault: None, or why the rest of the body is not read, in plain words.
    plain: the body is not encoded at all: a piece that is short enough need not pass through here.
    """

    def __init__(self, content_encoding: str = "") -> None:
        self.fault: str | None = None
        self._in = self._out = 0
        self._steps: list[_Step] = []
        names = [name.strip().lower() for name in content_encoding.split(",")]
        for name in reversed([name for name in names if name not in ("", "identity")]):
            step = _step(name)
            if step is None or len(self._steps) == 4:
                self.fault = "the content encoding is not one that is read"
                return
            self._steps.append(step)

    @property
    def plain(self) -> bool:
        return not self._steps and self.fault is None

    @property
    def cut(self) -> bool:
        """The encoding's own end has not been seen, though something has."""
        return bool(self._in) and self.fault is None and not all(step.ended for step in self._steps)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The plain pieces that these bytes complete, each at most PIECE long."""
        if self.fault:
            return
        if not self._steps:
            yield from _pieces(data)
            return
        self._in += len(data)
        try:
            for piece in self._through(data, 0):
                self._out += len(piece)
                if self._out > _ALLOWANCE + _RATIO * self._in:
                    self.fault = "the body expands beyond measure"
                    return
                yield piece
        except _FAULTS:
            self.fault = "the body is not what its content encoding says"

    def _through(self, data: bytes, step: int) -> Iterator[bytes]:
        if step == len(self._steps):
            yield data
            return
        for piece in self._steps[step].feed(data):
            yield from self._through(piece, step + 1)
