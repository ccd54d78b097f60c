"""What a budget may be: what is refused, and how the rest is kept."""

from typing import Any

import pytest

from franking.budgets import checks
from franking.budgets.values import Budget, BudgetError


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": " "}, "no name"),
        ({"name": "a\x1b[31m"}, "no name"),
        ({"amount": 0}, "more than 0"),
        ({"amount": -1}, "more than 0"),
        ({"amount": 10**18 + 1}, "a billion"),
        ({"period": "year"}, "no period"),
        ({"zone": "Mars"}, "no time zone"),
        ({"thresholds": (0,)}, "from 1 to 99"),
        ({"thresholds": (50, 100)}, "from 1 to 99"),
        ({"starts": 5, "ends": 5}, "end before it starts"),
        ({"unknown_cost": -1}, "below 0"),
        ({"include": {"branch": ("main",)}}, "cannot be for a branch"),
    ],
)
def test_what_is_refused(values: dict[str, Any], says: str) -> None:
    with pytest.raises(BudgetError, match=says):
        checks.checked(Budget(**{"name": "b", "amount": 1, **values}))


def test_how_it_is_kept() -> None:
    kept = checks.checked(
        Budget(" b ", 10**18, thresholds=(90, 50, 90), include={"user": ("a", "a", ""), "project": ("p",), "model": ()})
    )
    assert kept.name == "b"
    assert kept.thresholds == (50, 90)
    assert kept.include == {"project": ("p",), "user": ("a", None)}
