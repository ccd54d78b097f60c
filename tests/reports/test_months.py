"""Calendar months of a zone, and which of them a scheduled report is due for."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from franking.reports.months import last_whole, month
from franking.reports.schedule import due

BERLIN, NEW_YORK, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Africa/Cairo")
HOUR = 3_600_000_000


def at(text: str, zone: ZoneInfo | None = None) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone or UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("name", "zone", "days", "hours"),
    [
        ("2026-10", BERLIN, 31, 31 * 24 + 1),  # clocks are set back
        ("2026-03", BERLIN, 31, 31 * 24 - 1),
        ("2026-02", NEW_YORK, 28, 28 * 24),
        ("2028-02", BERLIN, 29, 29 * 24),
        ("2026-12", BERLIN, 31, 31 * 24),
    ],
)
def test_a_month_is_its_days(name: str, zone: ZoneInfo, days: int, hours: int) -> None:
    found = month(name, zone, "x")
    assert (len(found.days), found.until - found.since) == (days, hours * HOUR)
    assert (found.days[0], found.days[-1]) == (f"{name}-01", f"{name}-{days}")
    assert found.since == at(f"{name}-01", zone)


def test_the_one_before() -> None:
    assert [month(name, BERLIN, "x").before.name for name in ("2026-01", "2026-12")] == ["2025-12", "2026-11"]
    assert month("2026-12", BERLIN, "x").before.until == month("2026-12", BERLIN, "x").since


@pytest.mark.parametrize(
    "name",
    ["", "2026", "2026-13", "2026-1", "0000-01", "0001-01", "1970-12", "2026-11-01", "\u0662026-11", "last", "9999-12"],
)
def test_what_is_no_month(name: str) -> None:
    with pytest.raises(ValueError, match="expected a month, such as 2026-11"):
        month(name, BERLIN, "x")


@pytest.mark.parametrize(
    ("moment", "zone", "name"),
    [
        ("2026-11-22 12:00", BERLIN, "2026-10"),
        ("2026-10-31 22:59:59", BERLIN, "2026-09"),
        ("2026-10-31 23:00", BERLIN, "2026-10"),
        ("2026-11-01 03:59", NEW_YORK, "2026-09"),
        ("2026-01-01 12:00", BERLIN, "2025-12"),
    ],
)
def test_the_last_that_has_ended(moment: str, zone: ZoneInfo, name: str) -> None:
    assert last_whole(at(moment), zone) == name


@pytest.mark.parametrize(
    ("moment", "day", "name", "since"),
    [
        ("2026-11-01 00:59:59", 1, "2026-09", "2026-10-01 01:00"),
        ("2026-11-01 01:00", 1, "2026-10", "2026-11-01 01:00"),
        ("2026-11-30 23:59", 1, "2026-10", "2026-11-01 01:00"),
        ("2026-11-05 00:59", 5, "2026-09", "2026-10-05 01:00"),
        ("2026-11-05 01:00", 5, "2026-10", "2026-11-05 01:00"),
        ("2027-01-28 01:00", 28, "2026-12", "2027-01-28 01:00"),
        ("2027-01-27 12:00", 28, "2026-11", "2026-12-28 01:00"),
    ],
)
def test_what_is_due(moment: str, day: int, name: str, since: str) -> None:
    found, of = due(day, at(moment, BERLIN), BERLIN, "Europe/Berlin")
    assert (found.name, of) == (name, at(since, BERLIN))


def test_it_is_due_an_hour_after_a_midnight_that_a_zone_skips() -> None:
    # Cairo, Friday 26 April 2024: clocks go from midnight to one.
    _, since = due(26, at("2024-04-30 00:00"), CAIRO, "Africa/Cairo")
    assert since == at("2024-04-25 23:00")
