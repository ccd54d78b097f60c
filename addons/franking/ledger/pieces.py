"""Stretches of time as whole UTC days and the quarter-hours that make up the difference. Pure.

A question about local days, weeks or months is answered exactly from roll-ups: the days of UTC whose midnight is
nearest to the local one, and, at each border, the quarter-hours between the two midnights, added or taken away. So a
year of any zone's days reads a year of UTC days and a few hours around each midnight. Long stretches are made of spans
of 64 days in the same manner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

__all__ = ["DAY", "SPAN", "Piece", "Stretch", "label", "pieces", "stretches"]

DAY = 96
"""Quarter-hours of a day of UTC."""

SPAN = 64 * DAY
"""Quarter-hours of the longest roll-up's bucket."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A label and its quarter-hours since 1970 UTC; ``end`` is not included."""

    label: str | None
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Buckets of one roll-up that count for (sign 1) or against (-1) the stretch with that number."""

    number: int
    sign: int
    first: int
    end: int


def label(dimension: str, day: date) -> str:
    """A local day's name in the dimension: ``2026-11-22``, ISO's ``2026-W47``, ``2026-11``."""
    if dimension == "week":
        week = day.isocalendar()
        return f"{week.year}-W{week.week:02d}"
    return f"{day:%Y-%m-%d}" if dimension == "day" else f"{day:%Y-%m}"


def stretches(dimension: str | None, first: int, end: int, zone: tzinfo | None) -> list[Stretch]:
    """From first to end, cut where the dimension's label changes; one unlabelled stretch without a dimension.

    A zone of None is the machine's own.
    """
    if dimension is None or first >= end:
        return [Stretch(None, first, end)] if first < end else []
    found: list[Stretch] = []
    for day, begins, ends in _days(first, end, zone):
        named = label(dimension, day)
        if found and found[-1].label == named:
            found[-1] = Stretch(named, found[-1].first, ends)
        else:
            found.append(Stretch(named, begins, ends))
    return found


def pieces(parts: Sequence[Stretch]) -> dict[str, list[Piece]]:
    """What to read of each roll-up, by its name; buckets are numbered from 1970 on."""
    found: dict[str, list[Piece]] = {"quarters": [], "days": [], "spans": []}
    for number, part in enumerate(parts):
        begins, ends = _border(found, number, part)
        first, end = _nearest(begins, SPAN), _nearest(ends, SPAN)
        if first < end and abs(begins - first) + abs(ends - end) < ends - begins:
            found["spans"].append(Piece(number, 1, first // SPAN, end // SPAN))
            _signed(found["days"], number, begins, first, DAY)
            _signed(found["days"], number, end, ends, DAY)
        else:
            _signed(found["days"], number, begins, ends, DAY)
    return found


def _border(found: dict[str, list[Piece]], number: int, part: Stretch) -> tuple[int, int]:
    """The whole days nearest to the stretch, once the quarter-hours of the difference are noted."""
    begins, ends = _nearest(part.first, DAY), _nearest(part.end, DAY)
    if begins == ends:
        _signed(found["quarters"], number, part.first, part.end, 1)
    else:
        _signed(found["quarters"], number, part.first, begins, 1)
        _signed(found["quarters"], number, ends, part.end, 1)
    return begins, ends


def _signed(listed: list[Piece], number: int, first: int, end: int, length: int) -> None:
    """From first to end, forwards to be added, backwards to be taken away."""
    if first != end:
        listed.append(Piece(number, 1 if first < end else -1, min(first, end) // length, max(first, end) // length))


def _nearest(quarter: int, length: int) -> int:
    return (quarter + length // 2) // length * length


def _days(first: int, end: int, zone: tzinfo | None) -> Iterator[tuple[date, int, int]]:
    day = datetime.fromtimestamp(first * 900, zone).date()
    begins = first
    while begins < end:
        day, named = day + timedelta(days=1), day
        # A midnight that a zone skips is the moment after; none is inside a quarter-hour.
        ends = min(end, int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) // 900)
        if ends > begins:
            yield named, begins, ends
            begins = ends
