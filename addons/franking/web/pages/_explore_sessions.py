"""Sessions among what is explored: the largest ones, and all others together, of whom a year has tens of thousands."""

import sqlite3
from collections.abc import Sequence

from franking.ledger.filters import TIMES, Value
from franking.ledger.queries import OTHER, Costs, Group, one_moment, told_apart
from franking.projects.names import Names
from franking.projects.questions import costs, largest_sessions
from franking.web.asked import Asked
from franking.web.pages._explored import Metric, less, ranked

__all__ = ["largest", "others"]


def largest(
    ledger: sqlite3.Connection, asked: Asked, by: Sequence[str], metric: Metric, top: int, names: Names
) -> Costs | None:
    """As ``questions.costs`` by sessions, and perhaps by something else, but only so many, the largest, are told apart;
    those of no known session have a group of their own. None where the question is better asked whole.
    """
    if "session" not in by:
        return None
    place = by.index("session")
    beside = tuple(name for name in by if name != "session")
    with one_moment(ledger):
        whole = costs(ledger, asked.filters, beside or ("gateway",), asked.zone, names=names, users=metric.counts)
        among = asked.filters
        # Of groups that are shown: sessions of the others would not be seen. A filter may give an earlier name.
        if place and beside[0] not in {*TIMES, *among.include} and len(groups := ranked(whole, 0, metric)) > top:
            among, _ = told_apart(among, beside[0], groups[:top])
        listed = largest_sessions(ledger, among, metric.key, top, names)
        if listed is None:
            return None
        inside, _ = told_apart(asked.filters, "session", listed)
        some = costs(ledger, inside, by, asked.zone, names=names)
    shown = {None, *[value for value in ranked(some, place, metric) if value is not None][:top]}
    kept = [group for group in some.groups if group.key[place] in shown]
    parts: dict[tuple[Value, ...], list[Group]] = {}
    for group in kept:
        parts.setdefault((*group.key[:place], *group.key[place + 1 :]), []).append(group)
    rests = [(group.key, group) for group in whole.groups] if beside else [((), whole.total)]
    for key, group in rests:
        rest = less(group, parts.get(key, ()))
        if rest.requests:
            kept.append(rest._replace(key=(*key[:place], OTHER, *key[place:])))
    return Costs(tuple(by), tuple(kept), whole.total)


def others(whole: Costs, some: Costs, metric: Metric) -> dict[Value, int]:
    """By the time that both begin with, what the whole has beyond some of it."""
    amounts = {group.key[0]: metric.of(group) or 0 for group in whole.groups}
    for group in some.groups:
        amounts[group.key[0]] -= metric.of(group) or 0
    return amounts
