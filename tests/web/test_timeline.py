"""The time that a page shows, in bars."""

from pathlib import Path

import pytest

from franking.ledger import reader
from franking.web.timeline import said, span, timeline
from support.dashboard import DAY, NOW, question
from support.ledgers import made, record


@pytest.mark.parametrize(
    ("address", "zone", "dimension", "count", "first", "last"),
    [
        ("/?period=week", "UTC", "day", 7, "2026-11-16", "2026-11-22"),
        ("/?period=month", "America/New_York", "day", 32, "2026-10-22", "2026-11-22"),
        ("/?since=2026-11-20&until=2026-11-21", "Asia/Kolkata", "day", 2, "2026-11-20", "2026-11-21"),
        ("/?period=year", "UTC", "week", 53, "2025-W47", "2026-W47"),
        ("/?period=all", "UTC", "month", 24, "2024-12", "2026-11"),
        ("/?since=2026-11-22&until=2026-12-31", "UTC", "day", 1, "2026-11-22", "2026-11-22"),
    ],
)
def test_buckets(tmp_path: Path, address: str, zone: str, dimension: str, count: int, first: str, last: str) -> None:
    with reader.opened(made(tmp_path / "old.db", [record(NOW - 720 * DAY)])) as ledger:
        found = timeline(ledger, question(address, zone))
    assert (found.dimension, len(found.labels), found.labels[0], found.labels[-1]) == (dimension, count, first, last)


def test_an_empty_ledger(tmp_path: Path) -> None:
    with reader.opened(made(tmp_path / "empty.db")) as ledger:
        assert timeline(ledger, question("/?period=all")).labels == ("2026-11-22",)


@pytest.mark.parametrize(
    ("label", "long", "brief"),
    [
        ("2026-11-22", "Sun 22 Nov 2026", "22 Nov"),
        ("2026-W47", "Week of 16 Nov 2026", "16 Nov"),
        ("2026-11", "November 2026", "Nov 2026"),
    ],
)
def test_in_words(label: str, long: str, brief: str) -> None:
    assert (said(label), said(label, brief=True)) == (long, brief)


def test_a_day_within_the_period() -> None:
    asked = question("/?since=2026-11-20T12:00&until=2026-11-21")
    assert span("2026-11-20", asked) == (asked.period.since, NOW // DAY * DAY - DAY)
