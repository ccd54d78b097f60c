"""How a budget stands: thresholds, raises, unknown costs, the projection; whole numbers that always add up."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.budgets import state
from franking.budgets.values import Budget, Projection, Raise, Spending, Window

HOUR = 3_600_000_000
DAY = 24 * HOUR


def budget(**values: Any) -> Budget:
    return Budget("b", **{"amount": 100, "period": "day", "number": 1, **values})


@pytest.mark.parametrize(
    ("spent", "thresholds", "status", "threshold"),
    [
        (0, (80,), "ok", None),
        (79, (80,), "ok", None),
        (80, (80,), "warning", 80),
        (99, (50, 80), "warning", 80),
        (79, (50, 80), "warning", 50),
        (99, (), "ok", None),
        (100, (80,), "over", 100),
        (250, (), "over", 100),
    ],
)
def test_a_state_is_told_by_its_thresholds(
    spent: int, thresholds: tuple[int, ...], status: str, threshold: int | None
) -> None:
    found = state.state(budget(thresholds=thresholds), [], Spending(spent, 1, 0), 12 * HOUR)
    assert (found.status, found.threshold, found.remaining) == (status, threshold, 100 - spent)


def test_a_threshold_is_exact_where_a_share_is_no_whole_number() -> None:
    third = budget(amount=3_000_000_000, thresholds=(33,))
    assert state.state(third, [], Spending(989_999_999), 0).status == "ok"
    assert state.state(third, [], Spending(990_000_000), 0).status == "warning"


@pytest.mark.parametrize(("at", "amount"), [(9, 100), (10, 150), (14, 150), (15, 160), (19, 160), (20, 110), (25, 100)])
def test_raises_add_up_while_they_last(at: int, amount: int) -> None:
    raises = [Raise(1, 50, 10, 20), Raise(1, 10, 15, 25), Raise(2, 1000, 0, 99)]
    assert state.amount(budget(), raises, at) == amount
    assert state.state(budget(), raises, Spending(), at).raised == amount - 100


@pytest.mark.parametrize(("counted", "spent"), [(None, 40), (0, 40), (7, 61)])
def test_unknown_costs_count_as_configured(counted: int | None, spent: int) -> None:
    assert state.spent(budget(unknown_cost=counted), Spending(40, 9, 3)) == spent


def test_before_and_after_it_is_inactive() -> None:
    found = state.state(budget(starts=DAY, ends=2 * DAY), [], Spending(), 2 * DAY)
    assert (found.status, found.window, found.days_left, found.projection) == ("inactive", None, None, None)


@pytest.mark.parametrize(
    ("spent", "at", "told"),
    [
        (0, 0, None),
        (10, 0, None),
        (0, 6 * HOUR, Projection(0, "medium", None)),
        (10, 1 * HOUR, Projection(240, "low", 10 * HOUR)),
        (25, 6 * HOUR, Projection(100, "medium", None)),
        (25, 6 * HOUR - 1, Projection(100, "low", 24 * HOUR - 4)),
        (60, 12 * HOUR, Projection(120, "medium", 20 * HOUR)),
        (60, 16 * HOUR, Projection(90, "high", None)),
        (120, 12 * HOUR, Projection(240, "medium", 10 * HOUR)),
        (1, 23 * HOUR, Projection(1, "high", None)),
    ],
)
def test_the_projection_is_by_the_time_passed(spent: int, at: int, told: Projection | None) -> None:
    assert state.projection(spent, 100, Window(0, DAY), at) == told


@given(
    amount=st.integers(min_value=1, max_value=10**18),
    raises=st.lists(st.integers(min_value=1, max_value=10**15), max_size=3),
    known=st.integers(min_value=0, max_value=10**18),
    unknown=st.integers(min_value=0, max_value=1000),
    counted=st.none() | st.integers(min_value=0, max_value=10**10),
    thresholds=st.lists(st.integers(min_value=1, max_value=99), max_size=3, unique=True).map(sorted).map(tuple),
    at=st.integers(min_value=0, max_value=10**15),
)
def test_spent_and_remaining_are_the_budget(
    amount: int,
    raises: list[int],
    known: int,
    unknown: int,
    counted: int | None,
    thresholds: tuple[int, ...],
    at: int,
) -> None:
    held = budget(amount=amount, unknown_cost=counted, thresholds=thresholds)
    found = state.state(held, [Raise(1, more, 0, 10**16) for more in raises], Spending(known, 5, unknown), at)
    assert found.spent + found.remaining == found.amount == amount + sum(raises)
    assert found.spent == known + unknown * (counted or 0)
    assert (found.status == "over") == (found.remaining <= 0)
    assert (found.threshold is None) == (found.status == "ok")
    assert found.share * found.amount == found.spent


def test_those_that_need_a_look_come_first() -> None:
    standing = [
        state.state(replace(budget(starts=starts), name=name), [], Spending(known), 12 * HOUR)
        for name, known, starts in [
            ("unused", 0, None), ("later", 0, 9 * DAY), ("b", 50, None), ("a", 50, None), ("near", 90, None),
            ("far over", 300, None), ("over", 100, None),
        ]
    ]  # fmt: skip

    names = [each.budget.name for each in state.urgent_first(standing)]
    assert names == ["far over", "over", "near", "a", "b", "unused", "later"]
