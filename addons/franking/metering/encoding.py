"""Content-Encoding, applied piece by piece: the counterpart of ``decoding``, for a body that was changed on its way.

Each piece can be read by its receiver at once: whatever has been given is flushed through every encoding.
"""

import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdCompressor
else:
    from backports.zstd import ZstdCompressor

__all__ = ["Encoder"]

type _Press = tuple[Callable[[bytes], bytes], Callable[[], bytes]]

_BROTLI_QUALITY = 5  # the library's own default, 11, is for files


def _zlib(bits: int) -> _Press:
    press = zlib.compressobj(wbits=bits)
    return lambda piece: press.compress(piece) + press.flush(zlib.Z_SYNC_FLUSH), press.flush


def _brotli() -> _Press:
    press = brotli.Compressor(quality=_BROTLI_QUALITY)
    return lambda piece: press.process(piece) + press.flush(), press.finish


def _zstd() -> _Press:
    press = ZstdCompressor()
    return lambda piece: press.compress(piece, press.FLUSH_BLOCK), press.flush


_PRESSES: dict[str, Callable[[], _Press]] = {
    "gzip": lambda: _zlib(31),
    "x-gzip": lambda: _zlib(31),
    "deflate": lambda: _zlib(15),
    "br": _brotli,
    "zstd": _zstd,
}


class Encoder:
    """One body's encoder. content_encoding: the header's value; Raises ValueError for one that is not known."""

    def __init__(self, content_encoding: str = "") -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if unknown := [name for name in names if name not in _PRESSES]:
            raise ValueError(f"the content encoding {unknown[0]!r} is not known")
        self._presses = [_PRESSES[name]() for name in names]

    def feed(self, data: bytes) -> bytes:
        """The data as it goes over the wire; all of it can be read there."""
        for press, _ in self._presses:
            if not data:
                return b""
            data = press(data)
        return data

    def finish(self) -> bytes:
        """The end of every encoding."""
        tail = b""
        for press, end in self._presses:
            tail = (press(tail) if tail else b"") + end()
        return tail
