"""Local days and months to microseconds, daylight saving time included."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from franking import periods

WARSAW = ZoneInfo("Europe/Warsaw")
NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("name", "now", "zone", "since"),
    [
        ("week", "2026-11-22T12:00:00", UTC, "2026-11-16T00:00:00"),
        ("month", "2026-11-22T12:00:00", UTC, "2026-10-22T00:00:00"),
        ("month", "2026-01-15T12:00:00", UTC, "2025-12-15T00:00:00"),
        ("month", "2026-03-31T12:00:00", UTC, "2026-02-28T00:00:00"),
        ("month", "2024-03-30T12:00:00", UTC, "2024-02-29T00:00:00"),
        ("year", "2024-02-29T12:00:00", UTC, "2023-02-28T00:00:00"),
        # Summer time ended on 25 October 2026: the month began at an offset of two hours, and ends at one.
        ("month", "2026-11-22T12:00:00", WARSAW, "2026-10-21T22:00:00"),
        # It is already the 23rd in Kathmandu, 5:45 ahead.
        ("week", "2026-11-22T18:30:00", KATHMANDU, "2026-11-16T18:15:00"),
        ("week", "2026-11-22T03:00:00", NEW_YORK, "2026-11-15T05:00:00"),
    ],
)
def test_named_periods_begin_at_local_midnight(name: str, now: str, zone: ZoneInfo, since: str) -> None:
    period = periods.named(name, at(now), zone)
    assert (period.since, period.until) == (at(since), None)


def test_all_is_open() -> None:
    assert periods.named("all", 0, UTC) == periods.Period(None, None, "all time")


@pytest.mark.parametrize(
    ("text", "zone", "first", "after"),
    [
        ("2026-11-22", UTC, "2026-11-22T00:00:00", "2026-11-23T00:00:00"),
        ("2026-11", UTC, "2026-11-01T00:00:00", "2026-12-01T00:00:00"),
        ("2026-12", UTC, "2026-12-01T00:00:00", "2027-01-01T00:00:00"),
        ("2026", UTC, "2026-01-01T00:00:00", "2027-01-01T00:00:00"),
        ("today", UTC, "2026-11-22T00:00:00", "2026-11-23T00:00:00"),
        ("yesterday", UTC, "2026-11-21T00:00:00", "2026-11-22T00:00:00"),
        ("7d", UTC, "2026-11-15T12:00:00", "2026-11-15T12:00:00"),
        ("12h", UTC, "2026-11-22T00:00:00", "2026-11-22T00:00:00"),
        ("2w", UTC, "2026-11-08T12:00:00", "2026-11-08T12:00:00"),
        ("2026-11-22T14:05", WARSAW, "2026-11-22T13:05:00", "2026-11-22T13:05:00"),
        ("2026-11-22T14:05Z", WARSAW, "2026-11-22T14:05:00", "2026-11-22T14:05:00"),
        ("2026-11-22T14:05+02:00", UTC, "2026-11-22T12:05:00", "2026-11-22T12:05:00"),
        # Days of 25 and of 23 hours.
        ("2026-10-25", WARSAW, "2026-10-24T22:00:00", "2026-10-25T23:00:00"),
        ("2026-03-29", WARSAW, "2026-03-28T23:00:00", "2026-03-29T22:00:00"),
    ],
)
def test_a_moment_as_a_person_writes_it(text: str, zone: ZoneInfo, first: str, after: str) -> None:
    assert periods.moment(text, at("2026-11-22T12:00:00"), zone) == (at(first), at(after))


@pytest.mark.parametrize("text", ["", "soon", "2026-13", "2026-02-30", "22.11.2026", "7x", "-1d", "2026-11-22T25:00"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="expected such as 2026-11-22"):
        periods.moment(text, 0, UTC)


def test_a_day_in_until_is_meant_whole() -> None:
    period = periods.between("2026-11-01", "2026-11-30", 0, UTC)
    assert (period.since, period.until) == (at("2026-11-01T00:00:00"), at("2026-12-01T00:00:00"))
    assert period.words == "since 2026-11-01 until 2026-11-30"


def test_an_end_before_its_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="is not after"):
        periods.between("2026-11-02", "2026-11-01", 0, UTC)


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(ValueError, match="expected week, month, year, all"):
        periods.named("decade", 0, UTC)
