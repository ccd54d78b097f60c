"""What requests cost, grouped: the question behind every cost view. Read-only, portable SQL.

Answered from the roll-ups where they know every dimension asked for, else from the rows; the answer is the same.

Money is integer nano-dollars. None is "not known": a request without a cost is counted as unpriced and is not 0; a
request without a project is in the group None; so groups always add up to the total. Local days, weeks and months are
made of quarter-hours of UTC, which every time zone's days consist of.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo
from itertools import chain
from typing import Literal

from franking.ledger import by_callers, by_roll_ups, by_rows, imported
from franking.ledger.adding import Brief, Key, Sum, briefly
from franking.ledger.by_rows import Found
from franking.ledger.filters import TIMES, Filters, Value, column
from franking.ledger.groups import OTHER, Costs, Group, grouped, merged, ordered, together, total

__all__ = ["OTHER", "Costs", "Group", "Part", "Users", "costs", "folded", "one_moment", "told_apart", "unturned"]

Users = Literal["each", "all", "none"]
"""Of each group and of all together; of all together only; not at all."""

Part = tuple[Filters, Callable[[Key], Key]]
"""Requests, and what the keys of their groups are turned into (projects that were put together, say)."""


def costs(
    ledger: sqlite3.Connection,
    filters: Filters,
    by: Sequence[str],
    zone: tzinfo | None = None,
    top: int | None = None,
) -> Costs:
    """What the meant requests cost by one or two dimensions; a zone of None is the machine's. Raises ValueError.

    top: only so many groups, the dearest (in every time, where one dimension is a time), and beside them what is
    unattributed, and all the others as one: ``Group.other``.
    """
    return folded(ledger, [(filters, unturned)], by, zone, top)


def unturned(key: Key) -> Key:
    """The key as it is: of a part in which no two groups become one."""
    return key


def folded(
    ledger: sqlite3.Connection,
    parts: Sequence[Part],
    by: Sequence[str],
    zone: tzinfo | None = None,
    top: int | None = None,
    *,
    users: Users = "each",
    brief: Brief | None = None,
) -> Costs:
    """As ``costs``, of several parts together, which have no request in common. Raises ValueError.

    users: which of them are counted, as none are where nobody asks. brief: nothing is told but requests and
    either costs or tokens, in two thirds of the time; the other figures are as of no request. For charts: by a time,
    without ``top``.
    """
    if not 1 <= len(by) <= 2 or len(set(by)) != len(by):
        raise ValueError("group by one dimension or by two different ones")
    for filters, _ in parts:
        for dimension in (*by, *filters.include, *filters.exclude):
            if dimension not in TIMES:
                column(dimension)
    plain = [turned for _, turned in parts] == [unturned]
    with one_moment(ledger):
        of_each_time = len(by) == 2 and len({*by}.difference(TIMES)) == 1
        if top is not None and plain and of_each_time and by_roll_ups.knows(parts[0][0], by):
            return _dearest_of_each_time(ledger, parts[0][0], by, zone, top)
        users = "none" if brief else users
        named = users == "each" and (top is not None or not plain)
        groups, people = _added(ledger, parts, by, zone, named=named, users=users, brief=brief)
    whole = total(groups.values(), len(people))
    if top is not None:
        groups = merged(groups, by, top)
    return Costs(tuple(by), tuple(ordered(grouped(groups), by)), whole)


@contextmanager
def one_moment(ledger: sqlite3.Connection) -> Iterator[None]:
    """All statements within see the ledger as it is at the first, so that what they find adds up."""
    if ledger.in_transaction:
        yield
        return
    ledger.execute("BEGIN")
    try:
        yield
    finally:
        ledger.execute("ROLLBACK")


def _added(
    ledger: sqlite3.Connection,
    parts: Sequence[Part],
    by: Sequence[str],
    zone: tzinfo | None,
    *,
    named: bool,
    users: Users,
    brief: Brief | None,
) -> tuple[dict[Key, Sum], set[str]]:
    """The groups, and the users of all of them. named: the groups' users by name."""
    groups: dict[Key, Sum] = {}
    people: set[str] = set()
    counted = users == "each"
    for filters, turned in parts:
        told = [*_found(ledger, filters, by, zone, named=named, counted=counted, brief=brief)]
        if not groups and counted and turned is unturned and len(once := dict(told)) == len(told):
            # Nearly always, and of a year's days in a third of the time.
            groups = once
            people.update(*(held[-1] for held in once.values() if not isinstance(held[-1], int)))
            told = []
        for found, part in told:
            key = found if turned is unturned else turned(found)
            if users != "none" and not isinstance(theirs := part[-1], int):
                people.update(theirs)
            held = part if counted or brief else (*part[:-1], 0)
            if (before := groups.setdefault(key, held)) is not held:
                groups[key] = together(before, held)
        if users != "none" and not named and by_roll_ups.knows(filters, ()):
            people |= by_roll_ups.people(ledger, filters)
    return groups, people


def _found(
    ledger: sqlite3.Connection,
    filters: Filters,
    by: Sequence[str],
    zone: tzinfo | None,
    *,
    named: bool,
    counted: bool,
    brief: Brief | None,
) -> Iterator[Found]:
    if by_roll_ups.knows(filters, by):
        return by_roll_ups.found(ledger, filters, by, zone, named=named, users=counted, brief=brief)
    if by_callers.knows(filters, by):
        told = by_callers.found(ledger, filters, by, zone, named=named or not by_roll_ups.knows(filters, ()))
    else:
        told = chain(by_rows.found(ledger, filters, by, zone), imported.found(ledger, filters, by, zone))
    return told if brief is None else ((key, briefly(part, brief)) for key, part in told)


def told_apart(filters: Filters, dimension: str, values: Sequence[Value]) -> tuple[Filters, Filters]:
    """Of the meant requests those with one of these values or with none known, and all the others."""
    listed = (None, *values)
    given = filters.include.get(dimension, listed)
    inside = {**filters.include, dimension: tuple(value for value in listed if value in given)}
    outside = {**filters.exclude, dimension: (*filters.exclude.get(dimension, ()), *listed)}
    return replace(filters, include=inside), replace(filters, exclude=outside)


def _dearest_of_each_time(
    ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None, top: int
) -> Costs:
    """Which are the dearest is asked first, so that the others need not be told apart in every time."""
    place = 1 if by[0] in TIMES else 0
    name, time = by[place], by[1 - place]
    ranked = folded(ledger, [(filters, unturned)], (name,), zone, top)
    listed = [group.key[0] for group in ranked.groups if not group.other and group.key[0] is not None]
    inside, outside = told_apart(filters, name, listed)
    found = list(folded(ledger, [(inside, unturned)], by, zone).groups)
    if any(group.other for group in ranked.groups):
        others = folded(ledger, [(outside, unturned)], (time,), zone).groups
        found += [group._replace(key=(*group.key, OTHER) if place else (OTHER, *group.key)) for group in others]
    return Costs(tuple(by), tuple(ordered(found, by)), ranked.total)
