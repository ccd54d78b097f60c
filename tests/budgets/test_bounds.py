"""Where a period begins and ends in a zone's calendar, where its clocks change at midnight too, and where it is cut."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from franking.budgets.bounds import Window, cut, window
from franking.budgets.values import Period


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("period", "zone", "moment", "start", "end"),
    [
        ("day", "UTC", "2026-11-24T00:00:00", "2026-11-24", "2026-11-25"),
        ("day", "Asia/Kathmandu", "2026-11-24T18:15:00", "2026-11-24T18:15", "2026-11-25T18:15"),
        ("week", "UTC", "2026-11-29T23:59:59", "2026-11-23", "2026-11-30"),
        ("week", "Europe/Berlin", "2026-03-29T12:00:00", "2026-03-22T23:00", "2026-03-29T22:00"),
        ("month", "UTC", "2026-12-31T12:00:00", "2026-12-01", "2027-01-01"),
        ("month", "America/New_York", "2026-11-01T03:59:59", "2026-10-01T04:00", "2026-11-01T04:00"),
        ("quarter", "UTC", "2026-12-31T12:00:00", "2026-10-01", "2027-01-01"),
        ("quarter", "UTC", "2024-02-29T12:00:00", "2024-01-01", "2024-04-01"),
        # A midnight that comes twice, one that is skipped, and one after which it is yesterday again.
        ("day", "America/Havana", "2026-11-01T05:30:00", "2026-11-01T04:00", "2026-11-02T05:00"),
        ("day", "Africa/Cairo", "2026-04-24T12:00:00", "2026-04-23T22:00", "2026-04-24T21:00"),
        ("day", "Asia/Beirut", "2026-10-24T21:30:00", "2026-10-23T21:00", "2026-10-24T22:00"),
        ("day", "America/St_Johns", "2010-11-07T02:29:59", "2010-11-06T02:30", "2010-11-07T02:30"),
        ("day", "America/St_Johns", "2010-11-07T03:00:00", "2010-11-07T02:30", "2010-11-08T03:30"),
    ],
)
def test_a_period_under_way(period: Period, zone: str, moment: str, start: str, end: str) -> None:
    assert window(period, ZoneInfo(zone), at(moment)) == Window(at(start), at(end))


@pytest.mark.parametrize(
    ("starts", "ends", "found"),
    [
        (None, None, ("2026-11-24", "2026-11-25")),
        ("2026-11-01", "2026-12-01", ("2026-11-24", "2026-11-25")),
        ("2026-11-24T08:00", None, ("2026-11-24T08:00", "2026-11-25")),
        ("2026-11-24T12:00", "2026-11-24T12:01", ("2026-11-24T12:00", "2026-11-24T12:01")),
        ("2026-11-24T12:00:01", None, None),
        (None, "2026-11-24T12:00", None),
    ],
)
def test_one_that_starts_or_ends_within(starts: str | None, ends: str | None, found: tuple[str, str] | None) -> None:
    limits = (None if limit is None else at(limit) for limit in (starts, ends))
    expected = None if found is None else Window(*map(at, found))
    assert cut("day", ZoneInfo("UTC"), at("2026-11-24T12:00"), *limits) == expected
