"""The band of alerts: how many it shows, whose they are, and what a visitor has dismissed."""

import pytest

from franking.budgets import periods
from franking.budgets.alerts import Alert
from franking.budgets.standing import Standing
from franking.budgets.values import Budget, Period
from franking.web.alerts import ALL, band, dismissed, kept
from support.dashboard import NOW


def stand(number: int, period: Period = "month", threshold: int = 80) -> Standing:
    window = periods.window(period, periods.zone("UTC"), NOW)
    alert = Alert(number, f"b{number}", window.start, threshold, NOW - number, 8, 10)
    return Standing(alert, Budget(alert.name, 10, period, number=number), window, 10)


STANDS = tuple(stand(number) for number in (1, 2, 3))


def test_the_first_are_shown_and_the_others_counted() -> None:
    found = band(STANDS, ())
    assert [one.it.alert.name for one in found.shown] == ["b1", "b2"]
    assert found.further == 1


def test_what_was_dismissed_is_not_shown_but_stands() -> None:
    gone = kept(STANDS, (), STANDS[0].alert.key)
    found = band(STANDS, dismissed(gone))
    assert [one.it.alert.name for one in found.shown] == ["b2", "b3"]
    assert found.mark == band(STANDS, ()).mark != ""
    assert band(STANDS, dismissed(kept(STANDS, (), ALL))).shown == ()
    assert band((stand(1, threshold=100),), dismissed(gone)).shown != ()


def test_the_cookie_holds_what_stands_and_no_more() -> None:
    first, second = STANDS[0].alert.key, STANDS[1].alert.key
    assert kept(STANDS[:2], (first, "9-9-9"), second) == f"{first}.{second}"
    assert kept(STANDS, (), "no key; path=/") == ""
    assert len(kept([stand(number) for number in range(500)], (), ALL)) < 4000


@pytest.mark.parametrize("cookie", ["", "x", "<b>", "1-2", "1-2-3-4", "-".join(["9" * 19] * 3)])
def test_what_is_no_key_is_left_out(cookie: str) -> None:
    assert dismissed(f"{cookie}.1-2-80") == ("1-2-80",)


@pytest.mark.parametrize(
    ("period", "days"),
    [("day", "22 Nov"), ("week", "16 to 22 Nov"), ("month", "1 to 30 Nov"), ("quarter", "1 Oct to 31 Dec")],
)
def test_the_days_of_its_period(period: Period, days: str) -> None:
    assert band((stand(1, period),), ()).shown[0].days == days
