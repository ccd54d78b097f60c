"""Identifiers of what is imported: the same for the same thing, whenever and however often it comes. Pure.

An imported request's id is a UUID of version 8 (RFC 9562): 48 bits that are the midnight before it began, so that ids
are nearly in the order of time, and a digest. A total's key is a digest.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = ["contents", "derived", "own_id", "total_key"]

_DAY_MS = 86_400_000
_OWN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def own_id(text: str) -> str | None:
    """An id of franking's own, in lower case; None where it is none."""
    return lowered if _OWN.fullmatch(lowered := text.strip().lower()) else None


def contents(values: Mapping[str, Any]) -> bytes:
    """A digest of a line's values, whatever the order of its columns."""
    return _digest([(name, values[name]) for name in sorted(values) if values[name] is not None])


def derived(namespace: str, identity: bytes | str, occurrence: int, started_at: int) -> str:
    """A request's id, of its source's own id, or of its contents and how often these came before in its file.

    namespace: the gateway, within which the source's ids are one thing's.  started_at: microseconds.
    """
    digest = int.from_bytes(_digest([namespace, identity, occurrence]))
    day = started_at // 1000 // _DAY_MS * _DAY_MS
    value = day << 80 | 8 << 76 | (digest >> 64 & 0xFFF) << 64 | 2 << 62 | (digest & (1 << 62) - 1)
    said = f"{value:032x}"
    return f"{said[:8]}-{said[8:12]}-{said[12:16]}-{said[16:20]}-{said[20:]}"


def total_key(shape: str, begins: int, ends: int, dimensions: tuple[str | None, ...]) -> bytes:
    """A total's key: what it is about, whatever its sums."""
    return _digest([shape, begins, ends, *dimensions])


def _digest(values: object) -> bytes:
    return hashlib.blake2b(msgspec.msgpack.encode(values), digest_size=16).digest()
