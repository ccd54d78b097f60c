"""Local days, weeks and months as stretches of quarter-hours, which every time zone's days consist of. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

__all__ = ["KEPT", "Stretch", "label", "stretches"]

KEPT = 32
"""So many calendars are kept, cut and in pieces: a page asks several questions about the same days."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A label and its quarter-hours since 1970 UTC; ``end`` is not included."""

    label: str | None
    first: int
    end: int


def label(dimension: str, day: date) -> str:
    """A local day's name in the dimension: ``2026-11-22``, ISO's ``2026-W47``, ``2026-11``."""
    if dimension == "week":
        week = day.isocalendar()
        return f"{week.year}-W{week.week:02d}"
    return day.isoformat() if dimension == "day" else f"{day:%Y-%m}"


def stretches(dimension: str | None, first: int, end: int, zone: tzinfo | None) -> tuple[Stretch, ...]:
    """From first to end, cut where the dimension's label changes; one unlabelled stretch without a dimension.

    A zone of None is the machine's own.
    """
    if dimension is None or first >= end:
        return (Stretch(None, first, end),) if first < end else ()
    # The machine's own may change while franking runs.
    return _cut(dimension, first, end, None) if zone is None else _cut_once(dimension, first, end, zone)


def _cut(dimension: str, first: int, end: int, zone: tzinfo | None) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    day, begins = datetime.fromtimestamp(first * 900, zone).date(), first
    while begins < end:
        day, named = _following(dimension, day), label(dimension, day)
        # A midnight that a zone skips is the moment after; none is inside a quarter-hour.
        ends = min(end, int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) // 900)
        if ends > begins:
            found.append(Stretch(named, begins, ends))
            begins = ends
    return tuple(found)


_cut_once = lru_cache(KEPT)(_cut)


def _following(dimension: str, day: date) -> date:
    """The first day of the next label."""
    if dimension == "week":
        return day + timedelta(days=7 - day.weekday())
    if dimension == "month":
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=1)
