"""Periods of local days and months as microseconds UTC. Pure; daylight saving time is the zone's own affair.

Everywhere a zone of None is the machine's own. A period holds its first moment and not its last.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, get_args

__all__ = ["Name", "Period", "between", "moment", "named"]

Name = Literal["week", "month", "year", "all"]


@dataclass(frozen=True, slots=True)
class Period:
    """since, until: microseconds UTC, None is open.  words: the period for people."""

    since: int | None
    until: int | None
    words: str


def named(name: str, now: int, zone: tzinfo | None = None) -> Period:
    """The past week (today and the six days before), month or year (back to the same day), or all. ValueError else."""
    today = datetime.fromtimestamp(now // 1_000_000, zone).date()
    if name == "all":
        return Period(None, None, "all time")
    if name == "week":
        first = today - timedelta(days=6)
    elif name == "month":
        first = _same_day(today, today.year - (today.month == 1), (today.month - 2) % 12 + 1)
    elif name == "year":
        first = _same_day(today, today.year - 1, today.month)
    else:
        raise ValueError(f"{name!r} is no period; expected {', '.join(get_args(Name))}")
    return Period(_midnight(first, zone), None, f"past {name}, since {_day(first)}")


def between(since: str | None, until: str | None, now: int, zone: tzinfo | None = None) -> Period:
    """From and to as a person writes them (see ``moment``); a day or month in ``until`` is meant whole. ValueError."""
    start = moment(since, now, zone)[0] if since else None
    end = moment(until, now, zone)[1] if until else None
    if start is not None and end is not None and end <= start:
        raise ValueError(f"{until!r} is not after {since!r}")
    words = " ".join(filter(None, (f"since {since}" if since else "", f"until {until}" if until else "")))
    return Period(start, end, words or "all time")


def moment(text: str, now: int, zone: tzinfo | None = None) -> tuple[int, int]:
    """The first moment of what is written, and the first after it, in microseconds UTC.

    ``2026-11-22``, ``2026-11``, ``2026``, ``today``, ``yesterday``; ``7d``, ``12h``, ``2w`` (that long ago);
    ``2026-11-22T14:05``, with ``Z`` or ``+01:00`` or else local. Raises ValueError.
    """
    today = datetime.fromtimestamp(now // 1_000_000, zone).date()
    if text in {"today", "yesterday"}:
        day = today - timedelta(days=text == "yesterday")
        return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    if match := re.fullmatch(r"(\d{1,5})([hdw])", text):
        hours = int(match[1]) * {"h": 1, "d": 24, "w": 168}[match[2]]
        ago = now - hours * 3_600_000_000
        return ago, ago
    try:
        if match := re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text):
            numbers = [int(part) if part else None for part in match.groups()]
            return _calendar(numbers[0] or 0, numbers[1], numbers[2], zone)
        point = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no time; expected such as 2026-11-22, 2026-11, 2026-11-22T14:05, yesterday or 7d"
        ) from None
    micros = _micros(point if point.tzinfo else point.replace(tzinfo=zone))
    return micros, micros


def _calendar(year: int, month: int | None, day: int | None, zone: tzinfo | None) -> tuple[int, int]:
    first = date(year, month or 1, day or 1)
    if day:
        after = first + timedelta(days=1)
    elif month:
        after = date(first.year + (month == 12), month % 12 + 1, 1)
    else:
        after = date(first.year + 1, 1, 1)
    return _midnight(first, zone), _midnight(after, zone)


def _same_day(day: date, year: int, month: int) -> date:
    """That day in another month; the month's last where it is too short."""
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)


def _midnight(day: date, zone: tzinfo | None) -> int:
    return _micros(datetime(day.year, day.month, day.day, tzinfo=zone))


def _micros(point: datetime) -> int:
    return int(point.timestamp()) * 1_000_000 + point.microsecond


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
