"""Single requests, page by page, newest first: quick at any size of ledger, whatever is filtered by. Read-only.

A page follows a place (the start and id of a request), not a number of rows, so that requests which arrive meanwhile
move nothing. What cannot be found by an index is looked for in stretches of time, and no further than a bound: then the
page is not ``complete``, and the place where the look ended is where the next page goes on.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from franking.ledger.listings import Row
from franking.ledger.statements import kept
from franking.ledger.wanted import Wanted, of_rows
from franking.ledger.windows import Window, few, windows

__all__ = ["LOOK", "Page", "Place", "browse"]

LOOK = 20_000
"""Requests that are looked at for one page, where nothing tells sooner where the wanted ones are."""

_EACH_WINDOW = 30
"""What asking about a stretch costs, in requests looked at."""

_FIRST, _PAST = -(2**63), 2**63 - 1


class Place(NamedTuple):
    """Of a request in the order of time. An empty id stands before every request that started at that moment."""

    started_at: int
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """rows: newest first. older, newer: where the pages before and after go on, None where nothing is left there.

    ``newer`` of a first page is the place from which to ask for what arrives from now on.
    complete: False where the look ended before the page was full; then the next one may have further rows.
    looked_at: the moment (microseconds UTC) at which it ended, None if complete.
    """

    rows: tuple[Row, ...]
    older: Place | None
    newer: Place | None
    complete: bool = True
    looked_at: int | None = None


def browse(
    ledger: sqlite3.Connection,
    wanted: Wanted,
    limit: int = 50,
    *,
    before: Place | None = None,
    after: Place | None = None,
    look: int = LOOK,
) -> Page:
    """The newest wanted requests; those that are next older than ``before``, or next newer than ``after``.

    look: how many requests may be looked at. Raises ValueError for both places at once.
    """
    if before is not None and after is not None:
        raise ValueError("a page is before a place or after one, not both")
    back = after is None
    rows, stopped = _Look(ledger, wanted, before or after, back=back).found(limit + 1, look)
    more = len(rows) > limit
    rows = rows[:limit]
    on = _place(rows[-1]) if more else None
    if not more and stopped is not None:
        on = Place(stopped, "")
    if not back:
        rows.reverse()
    nearest = _place(rows[0]) if rows else before or after
    complete = more or stopped is None
    looked = None if complete else stopped
    if after is None:
        return Page(tuple(rows), on, nearest, complete, looked)
    # Of nothing newer the older neighbour is the place itself.
    oldest = _place(rows[-1]) if rows else Place(after.started_at + 1, "")
    return Page(tuple(rows), oldest, on or nearest, complete, looked)


class _Look:
    """One look from a place on: back in time or on in time."""

    def __init__(self, ledger: sqlite3.Connection, wanted: Wanted, place: Place | None, *, back: bool) -> None:
        self._ledger = ledger
        self._wanted = wanted
        self._back = back
        self._condition, self._parameters = of_rows(wanted)
        self._first = _FIRST if wanted.since is None else wanted.since
        self._end = _PAST if wanted.until is None else wanted.until
        self._place = place
        if place is not None and back:
            self._end = min(self._end, place.started_at + (1 if place.id else 0))
        elif place is not None:
            self._first = max(self._first, place.started_at)

    def found(self, limit: int, look: int) -> tuple[list[Row], int | None]:
        """Up to limit rows, the nearest first, and the moment up to which was looked where that was not far enough."""
        ids = few(self._ledger, self._wanted, self._first, self._end)
        if ids is not None:
            return self._rows(self._first, self._end, limit, f"id IN ({ids[0]})", ids[1]), None
        if not self._condition:
            return self._rows(self._first, self._end, limit), None
        running = self._rows(self._first, self._end, limit, kept.condition("running"))
        rows: list[Row] = []
        stopped = None
        for window in self._windows():
            if len(rows) >= limit:
                break
            if look <= 0:
                stopped = window.end if self._back else window.first
                break
            look -= window.requests + _EACH_WINDOW
            rows += self._rows(window.first, window.end, limit - len(rows), kept.condition("ended"))
        if stopped is not None:
            running = [row for row in running if (row["started_at"] >= stopped) == self._back]
        merged = sorted([*rows, *running], key=_place, reverse=self._back)
        # Of the running ones, those beyond a full page's last row wait for the next.
        return merged[:limit], stopped if len(merged) < limit else None

    def _windows(self) -> Iterator[Window]:
        if {*self._wanted.include.get("status", ("ok",))} == {"in_flight"}:
            return iter(())
        return windows(self._ledger, self._wanted, self._first, self._end, back=self._back)

    def _rows(
        self, first: int, end: int, limit: int, only: str = kept.ALL, of_only: Sequence[str | int] = ()
    ) -> list[Row]:
        way = "back" if self._back else "on"
        said, parameters = [only], [first, end, *of_only]
        if self._place is not None:
            said.append(kept.condition(way))
            parameters += [self._place.started_at, *self._place]
        if self._condition:
            said.append(self._condition)
            parameters += self._parameters
        cursor = self._ledger.execute(kept.statement(f"page {way}", " AND ".join(said)), [*parameters, limit, 0])
        names = [described[0] for described in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def _place(row: Row) -> Place:
    return Place(row["started_at"], row["id"])
