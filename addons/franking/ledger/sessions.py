"""Sessions: the requests of one ``session_id`` together, page by page, the last active first. Read-only, portable SQL.

Looked for back in time, in the stretches that may hold a meant request; a page's sessions are then read whole, and no
others, so that a page is quick at any size of ledger.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from operator import add
from typing import Any, NamedTuple

from franking.ledger.filters import Filters, where
from franking.ledger.statements import kept
from franking.ledger.wanted import Wanted
from franking.ledger.windows import windows

__all__ = ["Active", "Page", "Session", "sessions"]

_LOOK = 100_000
"""Requests that are looked at for one page."""

_EACH_WINDOW = 30
_FIRST, _PAST = -(2**63), 2**63 - 1

_AT_ONCE = 500
"""Sessions that are read by one statement."""


class Active(NamedTuple):
    """When a session last began a meant request (microseconds UTC), and its id: its place in the list. An empty id
    stands behind every session of that moment.
    """

    last: int
    session: str


@dataclass(frozen=True, slots=True)
class Session:
    """cost: nano-dollars of the priced ones, None where none is. first, last: starts, microseconds UTC.

    projects, clients, models, users: the known ones, in alphabetical order.
    """

    session: str
    requests: int
    cost: int | None
    unpriced: int
    input_tokens: int | None
    output_tokens: int | None
    first: int
    last: int
    projects: tuple[str, ...]
    clients: tuple[str, ...]
    models: tuple[str, ...]
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """older: where the next page goes on, None where nothing is left.

    complete: False where the look ended before the page was full.
    """

    sessions: tuple[Session, ...]
    older: Active | None
    complete: bool = True


@dataclass(slots=True)
class _Sum:
    numbers: list[Any] = field(default_factory=lambda: [None] * 7)
    names: tuple[set[str], ...] = field(default_factory=lambda: (set(), set(), set(), set()))

    def add(self, numbers: Sequence[int | None], names: Sequence[str | None]) -> None:
        """Some of its requests."""
        ways: tuple[Callable[[int, int], int], ...] = (add, add, add, add, add, min, max)
        for place, (way, value) in enumerate(zip(ways, numbers, strict=True)):
            if value is not None:
                held = self.numbers[place]
                self.numbers[place] = value if held is None else way(held, value)
        for known, name in zip(self.names, names, strict=True):
            known.update(() if name is None else (name,))

    def session(self, name: str) -> Session:
        """What it has come to."""
        return Session(name, *self.numbers, *(tuple(sorted(known)) for known in self.names))


def sessions(
    ledger: sqlite3.Connection, filters: Filters, limit: int = 50, before: Active | None = None, look: int = _LOOK
) -> Page:
    """The sessions of the meant requests, the last active first; what they come to is of the meant requests alone.

    before: only what is behind this place. look: how many requests may be looked at.
    """
    found: list[Session] = []
    seen: set[str] = set()
    for part, stopped in _last_seen(ledger, filters, before, look):
        names = [name for name in part if name not in seen]
        seen.update(names)
        read = [summed.session(name) for name, summed in _read(ledger, filters, names).items()]
        for one in sorted(read, key=_order):
            if before is not None and not _behind(one, before):
                continue  # it was on a page before this one
            if len(found) == limit:
                return Page(tuple(found), Active(found[-1].last, found[-1].session))
            found.append(one)
        if stopped is not None:
            return Page(tuple(found), Active(stopped, ""), complete=False)
    return Page(tuple(found), None)


def _order(one: Session) -> tuple[int, str]:
    return -one.last, one.session


def _behind(one: Session, place: Active) -> bool:
    """Is it further on in the list? A place without a session is behind all of its moment."""
    return _order(one) > (-place.last, place.session) if place.session else one.last < place.last


def _last_seen(
    ledger: sqlite3.Connection, filters: Filters, before: Active | None, look: int
) -> Iterator[tuple[list[str], int | None]]:
    """Sessions, stretch by stretch back in time; the second is where the look ended, None before that."""
    first = _FIRST if filters.since is None else filters.since
    end = _PAST if filters.until is None else filters.until
    end = end if before is None else min(end, before.last + (1 if before.session else 0))
    wanted = Wanted(filters.since, filters.until, filters.include, filters.exclude)
    running = _active(ledger, filters, first, end, "running")
    for window in windows(ledger, wanted, first, end, back=True):
        if look <= 0:
            yield [name for name, last in running.items() if last >= window.end], window.end
            return
        look -= window.requests + _EACH_WINDOW
        named = _active(ledger, filters, window.first, window.end, "ended")
        yield [*named, *(name for name, last in running.items() if last >= window.first)], None
    yield list(running), None


def _active(ledger: sqlite3.Connection, filters: Filters, first: int, end: int, which: str) -> Mapping[str, int]:
    """The sessions of a stretch, and when each was last seen in it. which: ``running`` or ``ended``."""
    condition, parameters = where(filters)
    rows = ledger.execute(kept.statement(f"sessions of the {which}", condition), [first, end, *parameters])
    return dict(rows.fetchall())


def _read(ledger: sqlite3.Connection, filters: Filters, names: Sequence[str]) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    condition, parameters = where(filters)
    for part in batched(names, _AT_ONCE):
        asked = kept.statement("sums of sessions", condition, listed=len(part))
        for session, project, client, model, user, *numbers in ledger.execute(asked, [*parameters, *part]):
            sums.setdefault(session, _Sum()).add(numbers, (project, client, model, user))
    return sums
