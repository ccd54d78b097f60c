"""Stretches of time as whole UTC days, and the eighths of a day and quarter-hours that make up the difference. Pure.

A question about local days, weeks or months is answered exactly from roll-ups: the days of UTC whose midnight is
nearest to the local one, and, at each border, what lies between the two midnights, added or taken away: eighths where
they are fewer rows, and quarter-hours. So a year of any zone's days reads a year of UTC days and a few hours around
each midnight. Long stretches are made of spans of 64 days in the same manner.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from franking.ledger.stretches import KEPT, Stretch

__all__ = ["DAY", "EIGHTH", "SPAN", "Piece", "pieces"]

DAY = 96
"""Quarter-hours of a day of UTC."""

EIGHTH = DAY // 8
"""Quarter-hours of an eighth of it."""

SPAN = 64 * DAY
"""Quarter-hours of the longest roll-up's bucket."""

_NEAR = 3
"""So many quarter-hours may be read to begin with the eighth outside; else the first one inside is taken."""


class Piece(NamedTuple):  # and no dataclass: a year's two thousand are made in a third of the time
    """Buckets of one roll-up that count for (sign 1) or against (-1) the stretch with that number."""

    number: int
    sign: int
    first: int
    end: int


def pieces(parts: Sequence[Stretch], *, within: bool = False) -> Mapping[str, Sequence[Piece]]:
    """What to read of each roll-up, by its name; buckets are numbered from 1970 on. within: days only where they
    are within a stretch: nothing is taken away at its borders but a few quarter-hours, whatever the zone.
    """
    return _pieces(tuple(parts), within)


@lru_cache(KEPT)
def _pieces(parts: tuple[Stretch, ...], within: bool) -> Mapping[str, Sequence[Piece]]:
    found: dict[str, list[Piece]] = {"quarters": [], "eighths": [], "days": [], "spans": []}
    for number, part in enumerate(parts):
        begins, ends = _border(found, number, part, within=within)
        first, end = _nearest(begins, SPAN), _nearest(ends, SPAN)
        if first < end and abs(begins - first) + abs(ends - end) < ends - begins:
            found["spans"].append(Piece(number, 1, first // SPAN, end // SPAN))
            _signed(found["days"], number, begins, first, DAY)
            _signed(found["days"], number, end, ends, DAY)
        else:
            _signed(found["days"], number, begins, ends, DAY)
    return found


def _border(found: dict[str, list[Piece]], number: int, part: Stretch, *, within: bool) -> tuple[int, int]:
    """The whole days nearest to the stretch, or within it, once what makes the difference is noted."""
    begins, ends = _nearest(part.first, DAY), _nearest(part.end, DAY)
    if within:
        begins = -(-part.first // DAY) * DAY
        ends = max(begins, part.end // DAY * DAY)
    if begins == ends:
        _fine(found, number, part.first, part.end)
    else:
        _fine(found, number, part.first, begins)
        _fine(found, number, ends, part.end)
    return begins, ends


def _fine(found: dict[str, list[Piece]], number: int, first: int, end: int) -> None:
    """From first to end in eighths as far as they go, and in quarter-hours; forwards or backwards."""
    begins, ends = _eighth(first, end), _eighth(end, first)
    if (begins < ends) != (first < end):
        begins = ends = end
    _signed(found["quarters"], number, first, begins, 1)
    _signed(found["eighths"], number, begins, ends, EIGHTH)
    _signed(found["quarters"], number, ends, end, 1)


def _eighth(quarter: int, towards: int) -> int:
    """Where an eighth begins: near the quarter-hour, or the next one towards the other."""
    nearest = _nearest(quarter, EIGHTH)
    if abs(nearest - quarter) <= _NEAR:
        return nearest
    return quarter // EIGHTH * EIGHTH + (EIGHTH if quarter < towards else 0)


def _signed(listed: list[Piece], number: int, first: int, end: int, length: int) -> None:
    """From first to end, forwards to be added, backwards to be taken away."""
    if first != end:
        listed.append(Piece(number, 1 if first < end else -1, min(first, end) // length, max(first, end) // length))


def _nearest(quarter: int, length: int) -> int:
    return (quarter + length // 2) // length * length
