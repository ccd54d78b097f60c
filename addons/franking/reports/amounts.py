"""Amounts of an invoice: exact until rounded once, and rounded parts that add up to the rounded whole. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

__all__ = ["apportioned", "decimal", "places", "rounded"]

_PLACES = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
                     "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
"""Decimals of a currency's smallest unit where they are not two (ISO 4217)."""


def places(currency: str) -> int:
    """How many decimals the currency's amounts have."""
    return _PLACES.get(currency, 2)


def rounded(amount: Fraction) -> int:
    """To a whole number, a half to the even one."""
    return round(amount)


def apportioned(exact: Sequence[Fraction]) -> list[int]:
    """Whole numbers that add up to the rounded sum, each less than one from its part: largest remainders go up."""
    whole = [amount.__floor__() for amount in exact]
    missing = rounded(sum(exact, Fraction(0))) - sum(whole)
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[:missing]:
        whole[place] += 1
    return whole


def decimal(units: int, decimals: int) -> Decimal:
    """So many smallest units as an amount."""
    return Decimal(units).scaleb(-decimals) if decimals else Decimal(units)
