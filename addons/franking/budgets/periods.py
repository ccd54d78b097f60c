"""Calendar periods of a time zone: which one a moment is in. Pure but for the system's own zone.

Each moment is in exactly one day, week (from Monday), month and quarter of a zone, also where clocks are changed: a
day begins with the first moment that bears its date, whatever hour the clock then shows.
"""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from franking.budgets.values import Budget, BudgetError, Period, Window

__all__ = ["current", "days_left", "local_zone_name", "window", "zone"]

_ZONES = "zoneinfo/"


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises BudgetError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BudgetError(
            f"{name!r} is no time zone that this system knows; expected such as Europe/Berlin, or UTC"
        ) from None


def local_zone_name(localtime: Path = Path("/etc/localtime")) -> str:
    """The machine's own zone by its IANA name; UTC where that cannot be told."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if not named and localtime.is_symlink():
        _, mark, after = str(localtime.readlink()).rpartition(_ZONES)
        named = after if mark else ""
    try:
        return zone(named or "UTC").key.replace("Etc/UTC", "UTC")
    except BudgetError:
        return "UTC"


def window(period: Period, where: ZoneInfo, at: int) -> Window:
    """The period of that kind in which the moment is."""
    today = datetime.fromtimestamp(at // 1_000_000, where).date()
    first, after = _days(period, today)
    if at >= _begins(after, where):
        # Clocks were set back over midnight: what then bears yesterday's date again is of today.
        first, after = _days(period, after)
    return Window(_begins(first, where), _begins(after, where))


def current(budget: Budget, at: int) -> Window | None:
    """The budget's own period at that moment, cut where it starts and ends; None before and after that."""
    if (budget.starts is not None and at < budget.starts) or (budget.ends is not None and at >= budget.ends):
        return None
    whole = window(budget.period, zone(budget.zone), at)
    start = whole.start if budget.starts is None else max(whole.start, budget.starts)
    return Window(start, whole.end if budget.ends is None else min(whole.end, budget.ends))


def days_left(where: ZoneInfo, at: int, end: int) -> int:
    """Days of the calendar from the moment's own to the one in which the last moment before the end is."""
    first, last = (datetime.fromtimestamp(moment // 1_000_000, where).date() for moment in (at, end - 1))
    return (last - first).days + 1


def _days(period: Period, day: date) -> tuple[date, date]:
    """The period's first day, and the first after it."""
    if period == "day":
        return day, day + timedelta(days=1)
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    months = 1 if period == "month" else 3
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    month = first.month - 1 + months
    return first, date(first.year + month // 12, month % 12 + 1, 1)


def _begins(day: date, where: ZoneInfo) -> int:
    # Of a midnight that a zone has twice the first is taken; one that it skips is the moment of the change.
    return int(datetime(day.year, day.month, day.day, tzinfo=where).timestamp()) * 1_000_000
