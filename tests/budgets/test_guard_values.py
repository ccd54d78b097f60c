"""What a settled request counts, and what the guard's terms say of their budgets together."""

import pytest

from franking.budgets.guard_values import Settled, Terms
from franking.budgets.values import Budget
from franking.projects.names import Names


@pytest.mark.parametrize(
    ("cost", "ended_well", "floor", "counts"),
    [
        (7, True, None, 7),
        (7, False, 50, 7),
        (0, True, 50, 0),
        (None, True, None, 0),
        (None, True, 50, 50),
        (None, False, 50, 0),
    ],
)
def test_what_of_a_request_counts(cost: int | None, ended_well: bool, floor: int | None, counts: int) -> None:
    assert Settled(cost, ended_well).counts(Budget("b", 100, unknown_cost=floor)) == counts


@pytest.mark.parametrize(
    ("budgets", "by_model"),
    [
        ((), False),
        ((Budget("b", 1, include={"project": ("api",)}),), False),
        ((Budget("b", 1), Budget("c", 1, include={"model": ("m",)})), True),
    ],
)
def test_whether_models_have_to_be_told_apart(budgets: tuple[Budget, ...], by_model: bool) -> None:
    assert Terms(iter(budgets), Names(())).by_model is by_model
