"""The corpus: answers per provider and ending, each with the usage and the cost that it must give.

In ``tests/metering/corpus``, ``NAME.{sse,json,txt}`` is the body as the provider writes it, and ``NAME.toml`` says
what it came with and what is expected: a field of Usage or Cost that is not named must be None (a count of events 0,
complete False).
The costs are worked out by hand from the providers' published prices; the working stands beside them.
"""

import gzip
import tomllib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
from backports import zstd

from franking.metering.tap import ResponseTap
from franking.metering.values import Cost, Usage

__all__ = ["ENCODINGS", "WHEN", "Case", "cases", "read"]

WHEN = 1_795_300_000_000_000
"""2026-11-22, when the corpus' prices were those of the list."""


def _raw_deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(data) + squeeze.flush()


def _members(data: bytes) -> bytes:
    middle = len(data) // 2
    return gzip.compress(data[:middle], mtime=0) + gzip.compress(data[middle:], mtime=0)


def _frames(data: bytes) -> bytes:
    middle = len(data) // 2
    return bytes(zstd.compress(data[:middle]) + zstd.compress(data[middle:]))


ENCODINGS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "none": ("", bytes),
    "identity": ("identity", bytes),
    "gzip": ("gzip", lambda data: gzip.compress(data, mtime=0)),
    "gzip members": ("GZIP", _members),
    "deflate": ("deflate", zlib.compress),
    "deflate raw": ("deflate", _raw_deflate),
    "br": ("br", lambda data: bytes(brotli.compress(data, quality=5))),
    "zstd": ("zstd", lambda data: bytes(zstd.compress(data))),
    "zstd frames": ("zstd", _frames),
    "gzip, br": ("gzip, br", lambda data: bytes(brotli.compress(gzip.compress(data, mtime=0), quality=5))),
    "zstd, identity, deflate": ("zstd, identity, deflate", lambda data: zlib.compress(zstd.compress(data))),
}


@dataclass(frozen=True)
class Case:
    """One answer of the corpus."""

    name: str
    body: bytes
    gateway: str
    wire_format: str
    asked: str
    content_type: str
    http_status: int
    ended: bool
    usage: Usage
    cost: Cost


def cases() -> list[Case]:
    """All of them, by name."""
    return [_load(file) for file in sorted((Path(__file__).parents[1] / "metering" / "corpus").glob("*.toml"))]


def _load(file: Path) -> Case:
    entry: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    (body,) = (other for other in file.parent.glob(f"{file.stem}.*") if other != file)
    entry["usage"]["iterations"] = tuple(map(tuple, entry["usage"].get("iterations", ())))
    usage, cost = Usage(**entry.pop("usage")), Cost(**entry.pop("cost", {}))
    return Case(name=file.stem, body=body.read_bytes(), usage=usage, cost=cost, **entry)


def read(case: Case, pieces: list[bytes], encoding: str = "") -> Usage:
    """What the tap makes of these pieces of the case's body."""
    tap = ResponseTap(case.wire_format, case.http_status, case.content_type, encoding)
    for piece in pieces:
        tap.feed(piece)
    return tap.finish(case.ended)
