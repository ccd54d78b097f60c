"""The time that a page shows, cut into bars: which buckets there are, and what they are called. Pure but for a look at
how far back the ledger goes.
"""

import sqlite3
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from franking import periods
from franking.ledger.stretches import stretches
from franking.web.asked import Asked

__all__ = ["Timeline", "said", "span", "timeline"]

_QUARTER = 900_000_000
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Timeline:
    """dimension: ``day``, ``week`` or ``month``. labels: every bucket, empty ones too, first to last."""

    dimension: str
    labels: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The buckets for people."""
        return [said(label) for label in self.labels]

    @property
    def brief(self) -> list[str]:
        """The buckets for an axis."""
        return [said(label, brief=True) for label in self.labels]


def timeline(ledger: sqlite3.Connection, asked: Asked, dimension: str | None = None) -> Timeline:
    """From the period's start, or the first request's. dimension: left out, days up to seven weeks, weeks up to 14
    months, then months.
    """
    (oldest,) = ledger.execute("SELECT MIN(bucket) FROM days").fetchone()
    first = asked.now if oldest is None else oldest * _DAY
    since, until = asked.period.since, asked.period.until
    begin = max(first, since) if since is not None and oldest is not None and asked.period_name == "all" else since
    begin = first if begin is None else begin
    end = asked.now + 1 if until is None else min(until, asked.now + 1)
    days = (end - begin) / _DAY
    dimension = dimension or ("day" if days <= 50 else "week" if days <= 430 else "month")
    parts = stretches(dimension, begin // _QUARTER, max(begin // _QUARTER, -(-end // _QUARTER)), asked.zone)
    return Timeline(dimension, tuple(dict.fromkeys(part.label for part in parts if part.label is not None)))


@lru_cache(4096)
def said(label: str, *, brief: bool = False) -> str:
    """A bucket for people: ``Sun 22 Nov 2026``, ``week of 16 Nov 2026``, ``November 2026``; brief: ``22 Nov``."""
    if "-W" in label:
        year, week = label.split("-W")
        first = date.fromisocalendar(int(year), int(week), 1)
        return f"{first.day} {first:%b}" if brief else f"Week of {first.day} {first:%b %Y}"
    if len(label) == len("2026-11"):
        month = date.fromisoformat(f"{label}-01")
        return f"{month:%b %Y}" if brief else f"{month:%B %Y}"
    day = date.fromisoformat(label)
    return f"{day.day} {day:%b}" if brief else f"{day:%a} {day.day} {day:%b %Y}"


def span(label: str, asked: Asked) -> tuple[int, int]:
    """A day's, week's or month's first moment and the first after it, within the period. Raises ValueError."""
    if "-W" in label:
        year, week = label.split("-W")
        days = [date.fromisocalendar(int(year), int(week), day).isoformat() for day in (1, 7)]
        first, after = (periods.moment(day, asked.now, asked.zone)[place] for place, day in enumerate(days))
    else:
        first, after = periods.moment(label, asked.now, asked.zone)
    since, until = asked.period.since, asked.period.until
    return max(first, since or first), min(after, until if until is not None else after)
