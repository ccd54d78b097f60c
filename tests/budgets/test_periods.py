"""Calendar periods, clocks set forward and back: tables of cases, and every moment in exactly one."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from franking.budgets import periods
from franking.budgets.values import PERIODS, Budget, BudgetError, Period, Window

HOUR = 3_600_000_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("period", "zone", "moment", "start", "end"),
    [
        ("day", "UTC", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("day", "UTC", "2026-11-22T23:59:59Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("day", "Asia/Kathmandu", "2026-11-22T18:14:59Z", "2026-11-21T18:15:00Z", "2026-11-22T18:15:00Z"),
        # Clocks forward and back: 23 and 25 hours.
        ("day", "Europe/Warsaw", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("day", "Europe/Warsaw", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("day", "Australia/Lord_Howe", "2026-04-05T00:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"),
        # A midnight that does not exist, and one that comes twice.
        ("day", "America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        ("day", "America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
        ("day", "America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
        # Set back over midnight, a minute after it: the hour that bears yesterday's date again is today's.
        ("day", "America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"),
        # A day that a zone left out.
        ("day", "Pacific/Apia", "2011-12-30T11:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
        ("week", "UTC", "2026-11-22T12:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("week", "UTC", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
        ("week", "Europe/Warsaw", "2026-10-25T12:00:00Z", "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("week", "UTC", "2027-01-01T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
        ("month", "America/New_York", "2026-12-01T04:59:59Z", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z"),
        ("month", "UTC", "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        ("month", "UTC", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("quarter", "Europe/Warsaw", "2026-11-22T12:00:00Z", "2026-09-30T22:00:00Z", "2026-12-31T23:00:00Z"),
        ("quarter", "UTC", "2026-03-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
    ],
)
def test_the_period_of_a_moment(period: Period, zone: str, moment: str, start: str, end: str) -> None:
    assert periods.window(period, ZoneInfo(zone), at(moment)) == Window(at(start), at(end))


_ZONES = st.sampled_from(
    ["UTC", "Europe/Warsaw", "America/New_York", "America/St_Johns", "America/Havana", "America/Sao_Paulo",
     "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut", "Pacific/Apia", "Africa/Casablanca", "Antarctica/Troll"]
)  # fmt: skip


@given(
    period=st.sampled_from(PERIODS),
    zone=_ZONES.map(ZoneInfo),
    moment=st.integers(min_value=500_000_000_000_000, max_value=2_500_000_000_000_000),
)
@example("day", ZoneInfo("America/St_Johns"), 1_289_100_000_000_000)
def test_periods_cover_time_exactly_once(period: Period, zone: ZoneInfo, moment: int) -> None:
    found = periods.window(period, zone, moment)
    assert found.start <= moment < found.end
    assert periods.window(period, zone, found.start) == found
    assert periods.window(period, zone, found.end - 1) == found
    assert periods.window(period, zone, found.end).start == found.end
    assert periods.window(period, zone, found.start - 1).end == found.start


@pytest.mark.parametrize(
    ("starts", "ends", "moment", "window"),
    [
        (None, None, 30, (24, 48)),
        (26, None, 25, None),
        (26, None, 30, (26, 48)),
        (26, 40, 30, (26, 40)),
        (None, 40, 39, (24, 40)),
        (None, 40, 40, None),
        (None, 90, 30, (24, 48)),
    ],
)
def test_a_budget_is_in_force_from_its_start_to_its_end(
    starts: int | None, ends: int | None, moment: int, window: tuple[int, int] | None
) -> None:
    budget = Budget(
        "b", 1, "day", starts=None if starts is None else starts * HOUR, ends=None if ends is None else ends * HOUR
    )
    found = periods.current(budget, moment * HOUR)
    assert found == (None if window is None else Window(window[0] * HOUR, window[1] * HOUR))


@pytest.mark.parametrize(
    ("moment", "end", "days"),
    [
        ("2026-11-22T00:00:00Z", "2026-12-01T00:00:00Z", 9),
        ("2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z", 1),
        ("2026-11-30T00:00:00Z", "2026-12-01T12:00:00Z", 2),
    ],
)
def test_days_left_are_days_of_the_calendar(moment: str, end: str, days: int) -> None:
    assert periods.days_left(ZoneInfo("UTC"), at(moment), at(end)) == days


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "a\x00b"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BudgetError, match="no time zone"):
        periods.zone(name)


@pytest.mark.parametrize(
    ("variable", "link", "name"),
    [
        ("Europe/Warsaw", None, "Europe/Warsaw"),
        (":Asia/Kathmandu", None, "Asia/Kathmandu"),
        ("", "/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("", "/usr/share/zoneinfo/Etc/UTC", "UTC"),
        ("", "/somewhere/else", "UTC"),
        ("", None, "UTC"),
        ("CET-1CEST", None, "UTC"),
    ],
)
def test_the_machines_own_zone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, link: str | None, name: str
) -> None:
    monkeypatch.setenv("TZ", variable)
    localtime = tmp_path / "localtime"
    if link is not None:
        localtime.symlink_to(link)
    assert periods.local_zone_name(localtime) == name
