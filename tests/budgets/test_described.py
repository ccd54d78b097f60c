"""How a budget stands, in the words that programs read."""

from dataclasses import replace

import pytest

from franking.budgets import state
from franking.budgets.described import described
from franking.budgets.values import Budget, Raise, Spending

DAY = 86_400_000_000
BUDGET = Budget("b", 10**9, "day", "UTC", {"project": ("shop", None)}, (50, 80), unknown_cost=5, number=1)


def test_all_of_it() -> None:
    raises = [Raise(1, 10**9, 0, DAY)]
    found = described(state.state(BUDGET, raises, Spending(10**9, 7, 2), DAY // 2))
    assert found == {
        "name": "b", "amount": "2.000000000", "base_amount": "1.000000000", "raised": "1.000000000", "period": "day",
        "zone": "UTC", "for": {"project": ["shop", None]}, "thresholds": [50, 80], "hard": False, "starts": None,
        "ends": None, "unknown_cost": "0.000000005", "since": "1970-01-01T00:00:00.000000Z",
        "until": "1970-01-02T00:00:00.000000Z", "status": "warning", "threshold": 50, "spent": "1.000000010",
        "remaining": "0.999999990", "share": "0.5000", "requests": 7, "unpriced": 2, "days_left": 1,
        "projection": {
            "amount": "2.000000020", "sure": "medium", "exhausted_at": "1970-01-01T23:59:59.999137Z",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spent", "share"),
    [
        (0, "0.0000"),
        (99_999, "0.0000"),
        (100_000, "0.0001"),
        (10**9 - 1, "0.9999"),
        (10**9, "1.0000"),
        (12_345_678_901, "12.3456"),
        (-500_000_000, "-0.5000"),
    ],
)
def test_a_share_is_never_said_too_early(spent: int, share: str) -> None:
    assert described(state.state(BUDGET, [], Spending(spent), 0))["share"] == share


def test_of_one_that_is_over_there_is_no_period() -> None:
    found = described(state.state(replace(BUDGET, starts=DAY, ends=2 * DAY), [], Spending(), 2 * DAY))
    assert (found["status"], found["starts"], found["ends"]) == (
        "inactive",
        "1970-01-02T00:00:00.000000Z",
        "1970-01-03T00:00:00.000000Z",
    )
    assert {found[name] for name in ("since", "until", "days_left", "projection", "threshold")} == {None}
