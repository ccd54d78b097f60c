"""Header look-ups of mitmproxy's that cost less: a request asks for some thirty, most of which are not there.

mitmproxy converts name and fields through four calls each, and tells an absent one by an exception that it catches.
"""

from functools import lru_cache
from typing import Any

from mitmproxy.http import Headers

__all__ = ["contains", "get", "get_all"]


def get_all(headers: Headers, name: str | bytes) -> list[str]:
    """Headers.get_all: every value of that name."""
    key = _key(name)
    return [value.decode("utf-8", "surrogateescape") for field, value in headers.fields if field.lower() == key]


def get(headers: Headers, key: str | bytes, default: Any = None) -> Any:
    """Headers.get: all values of that name in one, or the default."""
    values = get_all(headers, key)
    return ", ".join(values) if values else default


def contains(headers: Headers, key: object) -> bool:
    """Whether there is one of that name."""
    if not isinstance(key, str | bytes):
        return False
    wanted = _key(key)
    return any(field.lower() == wanted for field, _ in headers.fields)


@lru_cache(512)
def _key(name: str | bytes) -> bytes:
    return (name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name).lower()
