"""Local days, weeks and months: cut where their labels change, whatever the zone."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from franking.ledger.stretches import label, stretches

_FIRST, _END = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) // 900 for month in (2, 12))
_ZONES = ["UTC", "Europe/Berlin", "Asia/Tokyo", "Asia/Kathmandu", "America/Los_Angeles", "America/New_York",
          "Australia/Lord_Howe", "Pacific/Kiritimati"]  # fmt: skip


def test_the_machines_own_zone_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        for zone in ("Asia/Tokyo", "America/New_York"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert stretches("day", _FIRST, _END, None) == stretches("day", _FIRST, _END, ZoneInfo(zone))
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("zone", _ZONES)
@pytest.mark.parametrize("dimension", ["day", "week", "month"])
def test_a_stretch_is_as_long_as_its_label(dimension: str, zone: str) -> None:
    parts = stretches(dimension, _FIRST + 5, _END - 5, ZoneInfo(zone))
    for part in parts:
        days = {datetime.fromtimestamp(at * 900, ZoneInfo(zone)).date() for at in (part.first, part.end - 1)}
        assert {label(dimension, day) for day in days} == {part.label}
    assert len({part.label for part in parts}) == len(parts)
