"""Stretches of time made of buckets: each of their quarter-hours once, and no more is read than has to be."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from franking.ledger.pieces import DAY, EIGHTH, SPAN, pieces
from franking.ledger.stretches import Stretch, stretches

_LENGTHS = {"quarters": 1, "eighths": EIGHTH, "days": DAY, "spans": SPAN}
_FIRST, _END = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) // 900 for month in (2, 12))
_ZONES = ["UTC", "Europe/Berlin", "Asia/Tokyo", "Asia/Kathmandu", "America/Los_Angeles", "America/New_York",
          "Australia/Lord_Howe", "Pacific/Kiritimati"]  # fmt: skip


def covered(parts: Sequence[Stretch], *, within: bool) -> Sequence[Stretch]:
    """The stretches that the pieces come to: every quarter-hour of them counted once, any other not at all."""
    changes: list[Counter[int]] = [Counter() for _ in parts]
    for table, listed in pieces(parts, within=within).items():
        for piece in listed:
            assert piece.first < piece.end
            changes[piece.number][piece.first * _LENGTHS[table]] += piece.sign
            changes[piece.number][piece.end * _LENGTHS[table]] -= piece.sign
    found = []
    for part, change in zip(parts, changes, strict=True):
        borders = {at: by for at, by in change.items() if by}
        assert sorted(borders.values()) == [-1, 1]
        found.append(Stretch(part.label, *sorted(borders)))
    return tuple(found)


@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize("zone", _ZONES)
@pytest.mark.parametrize("dimension", ["day", "week", "month", None])
@pytest.mark.parametrize("begins", [0, 5, 61])
def test_every_quarter_hour_counts_once(dimension: str | None, zone: str, begins: int, within: bool) -> None:
    parts = stretches(dimension, _FIRST + begins, _END - begins, ZoneInfo(zone))
    assert all(one.end == other.first for one, other in pairwise(parts))
    assert (parts[0].first, parts[-1].end) == (_FIRST + begins, _END - begins)
    assert covered(parts, within=within) == parts


@pytest.mark.parametrize(
    ("zone", "within", "quarters", "eighths"),
    [
        ("Europe/Berlin", False, 2 * 8, 0),
        ("Asia/Tokyo", False, 0, 2 * 3),
        ("Asia/Tokyo", True, 0, 8),
        ("Asia/Kolkata", False, 2 * 2, 2 * 2),
        ("Asia/Kolkata", True, 2 * 2, 8),
        ("America/New_York", False, 2 * 4, 2),
        ("America/New_York", True, 12, 7),
    ],
)
def test_how_much_of_a_summers_day_is_read(zone: str, within: bool, quarters: int, eighths: int) -> None:
    midday = int(datetime(2026, 7, 15, 12, tzinfo=ZoneInfo(zone)).timestamp()) // 900
    day = stretches("day", midday - DAY, midday + DAY, ZoneInfo(zone))[1]
    read = pieces([day], within=within)
    assert sum(piece.end - piece.first for piece in read["quarters"]) == quarters
    assert sum(piece.end - piece.first for piece in read["eighths"]) == eighths
    assert [piece.end - piece.first for piece in read["days"]] == ([] if within else [1])


@pytest.mark.parametrize(
    ("zone", "within", "quarters", "eighths", "away"),
    [
        ("Asia/Tokyo", False, 0, 3 + 3, 3),
        ("Asia/Tokyo", True, 0, 3 + 5, 0),
        ("America/New_York", False, 2 * 4, 2, 5),
        ("America/New_York", True, 2 * 4 + 4, 6 + 1, 0),
        ("UTC", True, 0, 0, 0),
    ],
)
def test_how_much_is_read_at_a_months_borders(zone: str, within: bool, quarters: int, eighths: int, away: int) -> None:
    middle = int(datetime(2026, 7, 15, 12, tzinfo=ZoneInfo(zone)).timestamp()) // 900
    read = pieces([stretches("month", middle - 40 * DAY, middle + 40 * DAY, ZoneInfo(zone))[1]], within=within)
    assert sum(piece.end - piece.first for piece in read["quarters"]) == quarters
    assert sum(piece.end - piece.first for piece in read["eighths"]) == eighths
    taken = [piece for table in ("quarters", "eighths") for piece in read[table] if piece.sign == -1]
    assert sum(piece.end - piece.first for piece in taken) == away
