"""Calendar periods of a time zone: which one a moment is in. Pure but for the system's own zone.

Each moment is in exactly one day, week (from Monday), month and quarter of a zone, also where clocks are changed: a
day begins with the first moment that bears its date, whatever hour the clock then shows.
"""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from franking.budgets.bounds import cut, window
from franking.budgets.values import Budget, BudgetError, Window

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


def current(budget: Budget, at: int) -> Window | None:
    """The budget's own period at that moment, cut where it starts and ends; None before and after that."""
    return cut(budget.period, zone(budget.zone), at, budget.starts, budget.ends)


def days_left(where: ZoneInfo, at: int, end: int) -> int:
    """Days of the calendar from the moment's own to the one in which the last moment before the end is."""
    first, last = (datetime.fromtimestamp(moment // 1_000_000, where).date() for moment in (at, end - 1))
    return (last - first).days + 1
