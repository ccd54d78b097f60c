"""How a budget stands, in the two figures that are worked out."""

from fractions import Fraction

import pytest

from franking.budgets.values import Budget, Spending, State


@pytest.mark.parametrize(
    ("own", "amount", "spent", "share", "raised"),
    [
        (100, 100, 0, Fraction(0), 0),
        (100, 100, 100, Fraction(1), 0),
        (100, 150, 50, Fraction(1, 3), 50),
        (3, 3, 10, Fraction(10, 3), 0),
    ],
)
def test_share_and_raised(own: int, amount: int, spent: int, share: Fraction, raised: int) -> None:
    state = State(
        budget=Budget("b", own), at=0, window=None, amount=amount, spending=Spending(), spent=spent,
        remaining=amount - spent, threshold=None, status="inactive", days_left=None, projection=None,
    )  # fmt: skip

    assert (state.share, state.raised) == (share, raised)
