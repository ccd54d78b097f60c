"""The views' questions, warm: costs by each grouping and period, sessions, single requests, coverage."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from benchmarks.generated import END
from franking.ledger import browsing, coverage, largest, listings, queries, sessions, unread
from franking.ledger.filters import Filters
from franking.ledger.wanted import Wanted

__all__ = ["asked"]

_DAY = 86_400_000_000
_ZONE = ZoneInfo("Europe/Berlin")
_FAR = ZoneInfo("Asia/Tokyo")
"""Its days begin in the middle of those that the roll-ups keep, at a busy hour."""


def asked(opened: sqlite3.Connection) -> dict[str, Callable[[], object]]:
    """Each by its name."""
    midnight = datetime.fromtimestamp(END / 1e6, _ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    today = int(midnight.timestamp()) * 1_000_000
    periods = {"week": today - 7 * _DAY, "month": today - 30 * _DAY, "year": today - 364 * _DAY, "all": None}
    groupings = [
        ("project",), ("model",), ("feature",), ("user",), ("project", "feature"), ("model", "project"), ("day",),
        ("week",), ("month",), ("day", "project"), ("week", "project"), ("month", "model"),
    ]  # fmt: skip
    found: dict[str, Callable[[], object]] = {}
    for period, since in periods.items():
        for by in groupings:
            found[f"costs of a {period} by {', '.join(by)}"] = _costs(opened, Filters(since), by)
    year = periods["year"]
    one = {"project": ("project-7",)}
    found["costs of a year by day, one project"] = _costs(opened, Filters(year, None, one), ("day",))
    found["costs of a year by model, without one project"] = _costs(opened, Filters(year, None, {}, one), ("model",))
    found["costs of a day by session"] = _costs(opened, Filters(today - 2 * _DAY, today - _DAY), ("session",))
    for period in ("week", "month", "year"):
        for by in (("branch",), ("repository",), ("project", "branch")):
            found[f"costs of a {period} by {', '.join(by)}"] = _costs(opened, Filters(periods[period]), by)
    for by in (("session",), ("day", "branch")):
        found[f"costs of a month by {', '.join(by)}"] = _costs(opened, Filters(periods["month"]), by)
    for by in (("day",), ("day", "project"), ("month", "model"), ("branch",)):
        found[f"costs of a year by {', '.join(by)}, in Tokyo"] = _costs(opened, Filters(year), by, _FAR)
    found["costs of a year by day, project, the dearest 8"] = lambda: queries.costs(
        opened, Filters(year), ("day", "project"), _ZONE, 8
    )
    for size in ("cost", "average", "users"):
        found[f"the largest sessions of a year by {size}"] = _largest(opened, Filters(year), size)
    for named, filters in (("", Filters()), (" of a project", Filters(None, None, one))):
        found[f"the last sessions{named}"] = lambda filters=filters: sessions.sessions(opened, filters)
    for what, wanted in (
        ("that failed", Wanted(include={"status": ("http_error",)})),
        ("of a user", Wanted(include={"user": ("nobody",)})),
        ("with a text that none has", Wanted(text="no such text")),
    ):
        found[f"requests {what}"] = lambda wanted=wanted: browsing.browse(opened, wanted)
    found["the newest 50"] = lambda: listings.newest(opened, Filters(), 50)
    found["the newest 50 of a project"] = lambda: listings.newest(opened, Filters(None, None, one), 50)
    found["the newest one"] = lambda: listings.named(opened, "last")
    week = Filters(periods["week"])
    found["share attributed in a week"] = lambda: coverage.share(opened, week)
    found["features of a week"] = lambda: coverage.features(opened, week)
    found["callers not found in a week"] = lambda: unread.unread(opened, week)
    return found


def _largest(opened: sqlite3.Connection, filters: Filters, size: str) -> Callable[[], object]:
    return lambda: largest.sessions(opened, filters, size, 10)


def _costs(
    opened: sqlite3.Connection, filters: Filters, by: tuple[str, ...], zone: ZoneInfo = _ZONE
) -> Callable[[], object]:
    return lambda: queries.costs(opened, filters, by, zone)
