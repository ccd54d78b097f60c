"""Reading hostile JSON: whatever stands in an answer, these helpers give a believable value or None. Nothing raises.

Money comes off the wire as decimal text and becomes integer nano-dollars, rounded half-even at the last digit.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import msgspec

__all__ = ["Parts", "count", "load", "nano", "nested", "split", "table", "text"]

type Parts = Mapping[str, Any]
"""An object's values, each still raw JSON (bytes or msgspec.Raw)."""

_SPLIT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LOAD = msgspec.json.Decoder(float_hook=Decimal)
_FAULTS = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)
_MOST = 10**12
_NANO = Context(prec=60, rounding=ROUND_HALF_EVEN)
_MOST_DOLLARS = 9  # digits before the point


def split(raw: Any) -> Parts | None:
    """A JSON object as its raw values; None where it is no whole object."""
    try:
        return _SPLIT.decode(raw)
    except _FAULTS:
        return None


def load(raw: Any) -> Any:
    """A raw value decoded, its fractions as Decimal; None where it cannot be."""
    if raw is None:
        return None
    try:
        return _LOAD.decode(raw)
    except _FAULTS:
        return None


def table(value: Any) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def nested(parts: Parts, key: str) -> Parts:
    """The object under a key as its raw values; empty where there is none."""
    raw = parts.get(key)
    return {} if raw is None else split(raw) or {}


def text(value: Any, longest: int = 200) -> str | None:
    """A short text in one line; None where it is none, or empty."""
    if not isinstance(value, str) or not value:
        return None
    if not value.isprintable():
        value = "".join(char if char.isprintable() else " " for char in value[: 2 * longest]).strip()
    return value[:longest] or None


def count(value: Any) -> int | None:
    """A believable number of tokens: a whole number from 0 to a million million."""
    if (
        isinstance(value, Decimal)
        and value.is_finite()
        and value.adjusted() <= 12
        and value == value.to_integral_value()
    ):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST else None


def nano(value: Any) -> int | None:
    """US dollars, a JSON number or decimal text, as nano-dollars; None where it is no believable amount."""
    try:
        if isinstance(value, str):
            value = Decimal(value) if len(value) <= 64 else None
        elif isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value) if abs(value) < 10**_MOST_DOLLARS else None
        if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
            return None
        if value.adjusted() >= _MOST_DOLLARS or len(value.as_tuple().digits) > 50:
            return None
        return int(value.scaleb(9, _NANO).to_integral_value(ROUND_HALF_EVEN, _NANO)) if value else 0
    except _FAULTS:
        return None
