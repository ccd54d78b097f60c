"""What one line of an export says: columns, each an SQL expression over the tables beneath ``requests``. Pure.

Entries are ``e``; what repeats is kept once beside them: scopes ``s``, callers ``c``, kinds ``k``. A column that needs
no entry is the same for every request of the same three, so that it is written once and not for each (``lines.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from franking.ledger.schema import COLUMNS
from franking.ledger.schema_2 import CALLER, KIND, SCOPE

__all__ = ["REQUESTS", "Column", "Kind"]

Kind = Literal["text", "number", "money", "moment", "truth", "json"]


@dataclass(frozen=True, slots=True)
class Column:
    """A name and its expression. own: it is of the request itself. kind: how it is written; money is nano-dollars."""

    name: str
    sql: str
    kind: Kind = "text"
    own: bool = False


_MONEY = {"cost", "reported_cost", "estimated_cost", "upstream_cost"}
_MOMENTS = {"started_at", "first_token_at", "ended_at"}
_TRUTHS = {"streamed", "is_byok"}
_NUMBERS = {
    "http_status", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens",
    "pid", "request_bytes", "response_bytes",
}  # fmt: skip


def _kind(name: str) -> Kind:
    if name in _MONEY:
        return "money"
    if name in _MOMENTS:
        return "moment"
    if name in _TRUTHS:
        return "truth"
    return "number" if name in _NUMBERS else "text"


def _requests() -> Sequence[Column]:
    found = []
    for name in COLUMNS:
        # A model is a scope's too, where it stands for the one asked for; the answer's own is the kind's.
        if name in KIND:
            found.append(Column(name, f'k."{name}"', _kind(name)))
        elif name in SCOPE:
            found.append(Column(name, f's."{name}"', _kind(name)))
        elif name == "provenance":
            found.append(Column(name, "c.provenance", "json", own=True))
        elif name in CALLER:
            found.append(Column(name, f'c."{name}"', _kind(name)))
        else:
            found.append(Column(name, f'e."{name}"', _kind(name), own=True))
    return tuple(found)


REQUESTS: Sequence[Column] = _requests()
"""The contract's columns, in its order. ``provenance`` is put together of the caller's and of metering's part."""
