"""Amounts of money as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.views.amounts import nano, plain

DOLLAR = 10**9


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50", 50 * DOLLAR),
        (" 12.50 ", 12_500_000_000),
        ("$1,234.56", 1_234_560_000_000),
        ("1,000,000", 1_000_000 * DOLLAR),
        ("0", 0),
        ("0.000000001", 1),
        ("999999999999.999999999", 999_999_999_999_999_999_999),
    ],
)
def test_exactly(text: str, amount: int) -> None:
    assert nano(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "-1", "1.234,56", "12,50", "1,2345", ",5", ".5", "5.", "1,,000", "1 000", "0.0000000001", "NaN",
     "1e3", "٣", "€5", "$", "9" * 13, "1\n2"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no amount of dollars; expected such as"):
        nano(text)


@given(st.integers(0, 10**21 - 1))
def test_what_is_shown_may_be_typed(amount: int) -> None:
    assert nano(plain(amount)) == amount


def test_nothing_is_nothing() -> None:
    assert (plain(None), plain(0), plain(12_500_000_000)) == ("", "0", "12.5")
