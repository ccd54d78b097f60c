"""An answer bent: its body broken, then encoded, then its connection cut, as the scenario's words say. Pure."""

import sys
import zlib
from collections.abc import Callable, Set
from dataclasses import replace

import brotli  # type: ignore[import-untyped]

from franking.demo.values import Answer, Gate

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["ENCODINGS", "ENDLESS", "FAULTS", "bend"]

FAULTS = (
    "no-done",  # the last event is missing
    "broken-json",  # an event, or the body, that is cut and no JSON
    "broken-gzip",  # gzip whose second half is rubbish
    "endless-line",  # the last line is 2 MiB and never ends
    "close",  # the connection ends in the middle
    "reset",  # it is reset in the middle
    "stall",  # nothing more comes after the first piece
)
ENDLESS = 2 * 1024 * 1024
"""Bytes of the endless line."""


def bend(whole: Answer, words: Set[str]) -> Answer:
    """The answer with the faults and the encoding that ``words`` name."""
    pieces = [piece for piece in whole.pieces if isinstance(piece, bytes)]
    half = (len(pieces) + 1) // 2
    if "no-done" in words and len(pieces) > 1:
        pieces.pop()
    if "broken-json" in words:
        pieces[half - 1] = _cut(pieces[half - 1])
    if "endless-line" in words:
        pieces = [*pieces[:half], b'data: {"choices": "', *[b"x" * 65_536] * (ENDLESS // 65_536)]
    headers = list(whole.headers)
    encoding = "gzip" if "broken-gzip" in words else next((word for word in ENCODINGS if word in words), None)
    if encoding:
        pieces = _encoded(encoding, pieces)
        headers.append(("Content-Encoding", encoding))
    if "broken-gzip" in words:
        flat = b"".join(pieces)
        pieces = [flat[: len(flat) // 2], b"\xff" * 64]
    size = str(sum(map(len, pieces)))
    headers = [(name, size if name == "Content-Length" else value) for name, value in headers]
    bent = replace(whole, headers=tuple(headers), pieces=tuple(pieces))
    if "stall" in words:
        return bent.held(Gate())
    if words & {"close", "reset"}:
        kept = pieces[:half] if len(pieces) > 1 else [pieces[0][: len(pieces[0]) // 2]]
        return replace(bent, pieces=tuple(kept), ending="close" if "close" in words else "reset")
    return bent


def _cut(piece: bytes) -> bytes:
    """An event, or a body, whose JSON stops half-way."""
    end = b"\n\n" if piece.endswith(b"\n\n") else b""
    return piece[: len(piece) // 2] + end


def _encoded(encoding: str, pieces: list[bytes]) -> list[bytes]:
    """The pieces, each flushed so that a client can read it at once; the last carries the encoding's end."""
    press, end = PRESSES[encoding]()
    done = [press(piece) for piece in pieces]
    return [*done[:-1], done[-1] + end()]


type Press = tuple[Callable[[bytes], bytes], Callable[[], bytes]]


def _zlib(bits: int) -> Press:
    press = zlib.compressobj(wbits=bits)
    return lambda piece: press.compress(piece) + press.flush(zlib.Z_SYNC_FLUSH), press.flush


def _brotli() -> Press:
    press = brotli.Compressor(quality=5)
    return lambda piece: press.process(piece) + press.flush(), press.finish


def _zstd() -> Press:
    press = zstd.ZstdCompressor()
    return lambda piece: press.compress(piece, press.FLUSH_BLOCK), press.flush


PRESSES: dict[str, Callable[[], Press]] = {
    "gzip": lambda: _zlib(31),
    "br": _brotli,
    "zstd": _zstd,
    "deflate": lambda: _zlib(15),
}
ENCODINGS = tuple(PRESSES)
