"""Which alerts there are, what they say, and when they are tried again."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from franking.budgets import alerts, state
from franking.budgets.alerts import Alert
from franking.budgets.values import Budget, Spending

AT = int(datetime.fromisoformat("2026-11-22T12:00:00Z").timestamp()) * 1_000_000
SECOND = 1_000_000
MONTH = int(datetime.fromisoformat("2026-11-01T00:00:00+01:00").timestamp()) * SECOND
BUDGET = Budget("acme", 10 * 10**9, zone="Europe/Berlin", thresholds=(50, 80), number=7)
ALERT = Alert(7, "acme", MONTH, 80, AT, 9 * 10**9, 10 * 10**9)


@pytest.mark.parametrize(("spent", "threshold"), [(4, None), (5, 50), (8, 80), (9, 80), (10, 100), (90, 100)])
def test_the_highest_threshold_that_is_reached(spent: int, threshold: int | None) -> None:
    found = alerts.reached([state.state(BUDGET, (), Spending(spent * 10**9), AT)], AT)
    assert [alert.threshold for alert in found] == ([] if threshold is None else [threshold])
    assert all(alert.period_start == MONTH for alert in found)


def test_a_budget_that_is_not_in_force_tells_nothing() -> None:
    gone = state.state(replace(BUDGET, ends=AT), (), Spending(10**12), AT)
    assert alerts.reached([gone], AT) == []


@pytest.mark.parametrize(
    ("alert", "hard", "title", "text"),
    [
        (ALERT, False, "Budget acme is at 80 %", "$9.00 of $10.00 spent in the month from 2026-11-01 (Europe/Berlin)"),
        (replace(ALERT, threshold=100, spent=11 * 10**9), False, "Budget acme is used up", "$1.00 over."),
        (replace(ALERT, threshold=100, spent=10**10), True, "used up", "$0.00 left; requests are refused."),
        (replace(ALERT, name="a\u202e\nb"), False, "Budget a\\u202e\\nb is at 80 %", "$9.00"),
    ],
)  # fmt: skip
def test_what_it_says(alert: Alert, hard: bool, title: str, text: str) -> None:
    told = alerts.words(alert, replace(BUDGET, hard=hard))
    assert title in told[0]
    assert text in told[1]


def test_what_it_says_to_programs() -> None:
    told = json.loads(alerts.payload(ALERT, replace(BUDGET, include={"project": ("acme", None)}), test=True))
    assert told["spent"] == "9.000000000"
    assert told["period_start"] == "2026-10-31T23:00:00.000000Z"
    assert (told["test"], told["id"], told["include"]) == (True, ALERT.key, {"project": ["acme", None]})


@pytest.mark.parametrize(
    ("attempts", "tried_at", "at", "due"),
    [
        (0, None, 0, True),
        (1, 0, 59 * SECOND, False),
        (1, 0, 60 * SECOND, True),
        (3, 0, 299 * SECOND, False),
        (50, 0, 3599 * SECOND, False),
        (50, 0, 3600 * SECOND, True),
    ],
)
def test_pauses_grow(attempts: int, tried_at: int | None, at: int, due: bool) -> None:
    assert alerts.due(attempts, tried_at, at) is due
