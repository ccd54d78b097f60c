"""Amounts of money as people type them. Pure and exact; a text that is none raises ValueError."""

import re
from decimal import Decimal

__all__ = ["nano", "plain"]

_AMOUNT = re.compile(r"\$?(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(\.\d{1,9})?", re.ASCII)


def nano(text: str) -> int:
    """Dollars as nano-dollars: ``50``, ``12.50``, ``$1,234.56``. Not below 0; nine decimals at most.

    A comma stands between thousands and nowhere else, so that no amount is taken for another one: ``1.234,56`` and
    ``12,50`` are refused.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no amount of dollars; expected such as 50, 12.50 or 1,234.56")
    return int(Decimal(match[1].replace(",", "") + (match[2] or "")).scaleb(9))


def plain(amount: int | None) -> str:
    """The amount as it may be typed, exact and no longer than it must be: ``50``, ``12.5``; empty for None."""
    if amount is None:
        return ""
    whole, part = divmod(amount, 10**9)
    return f"{whole}.{part:09d}".rstrip("0").rstrip(".")
