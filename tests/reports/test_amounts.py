"""Rounded parts add up to the rounded whole, whatever the parts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.reports import amounts


@given(st.lists(st.fractions(min_value=0, max_value=10**6), max_size=40))
def test_parts_add_up_and_are_near(exact: list[Fraction]) -> None:
    found = amounts.apportioned(exact)
    assert sum(found) == amounts.rounded(sum(exact, Fraction(0)))
    assert all(abs(units - amount) < 1 for units, amount in zip(found, exact, strict=True))


@pytest.mark.parametrize(
    ("exact", "found"),
    [
        ([], []),
        ([Fraction(1, 3)] * 3, [1, 0, 0]),
        ([Fraction(1, 2)], [0]),
        ([Fraction(3, 2)], [2]),
        ([Fraction(9, 10), Fraction(1, 10), Fraction(5)], [1, 0, 5]),
    ],
)
def test_the_largest_remainders_go_up(exact: list[Fraction], found: list[int]) -> None:
    assert amounts.apportioned(exact) == found


@pytest.mark.parametrize(("currency", "places", "amount"), [("EUR", 2, "0.07"), ("JPY", 0, "7"), ("KWD", 3, "0.007")])
def test_a_currency_has_its_places(currency: str, places: int, amount: str) -> None:
    assert amounts.places(currency) == places
    assert amounts.decimal(7, places) == Decimal(amount)
