"""Where a period of a zone's calendar begins and ends. Pure; no more is loaded than a shell's prompt can wait for.

``periods`` says the same of a Budget.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from franking.budgets.values import Period

__all__ = ["Window", "cut", "window"]


class Window(NamedTuple):
    """A period that is under way: from start, until end not included. Microseconds UTC."""

    start: int
    end: int


def window(period: "Period", where: "ZoneInfo", at: int) -> Window:
    """The period of that kind in which the moment is."""
    today = datetime.fromtimestamp(at // 1_000_000, where).date()
    first, after = _days(period, today)
    if at >= _begins(after, where):
        # Clocks were set back over midnight: what then bears yesterday's date again is of today.
        first, after = _days(period, after)
    return Window(_begins(first, where), _begins(after, where))


def cut(period: "Period", where: "ZoneInfo", at: int, starts: int | None, ends: int | None) -> Window | None:
    """The same, cut where it all starts and ends; None before and after that."""
    if (starts is not None and at < starts) or (ends is not None and at >= ends):
        return None
    start, end = window(period, where, at)
    return Window(start if starts is None else max(start, starts), end if ends is None else min(end, ends))


def _days(period: "Period", day: date) -> tuple[date, date]:
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


def _begins(day: date, where: "ZoneInfo") -> int:
    # Of a midnight that a zone has twice the first is taken; one that it skips is the moment of the change.
    return int(datetime(day.year, day.month, day.day, tzinfo=where).timestamp()) * 1_000_000
