"""What is explored by a time and then by a dimension of many values: the largest ones in every time, and the others."""

import sqlite3
from collections.abc import Sequence

from franking.ledger.filters import TIMES, Value
from franking.ledger.queries import OTHER, Costs, Group, one_moment, told_apart
from franking.projects.names import Names
from franking.projects.questions import costs
from franking.web.asked import Asked
from franking.web.pages._explored import Metric, less, ranked

__all__ = ["in_each_time"]


def in_each_time(
    ledger: sqlite3.Connection, asked: Asked, by: Sequence[str], metric: Metric, top: int, names: Names
) -> Costs | None:
    """As ``questions.costs``, but only so many, the largest of the whole period, are told apart in every time, and what
    has no value; the others are one group of each. None where the question is better asked whole.
    """
    # A filter that gives values may give a project's earlier name, and there are few of them.
    if len(by) != 2 or by[0] not in TIMES or by[1] in asked.filters.include:
        return None
    time, name = by
    with one_moment(ledger):
        alone = costs(ledger, asked.filters, (name,), asked.zone, names=names, users=metric.counts)
        values = [value for value in ranked(alone, 0, metric) if value is not None]
        if len(values) < 2 * top:
            return None
        inside, _ = told_apart(asked.filters, name, values[:top])
        some = costs(ledger, inside, by, asked.zone, names=names)
        # What is left of each time: to ask for the others would take three times as long.
        whole = costs(ledger, asked.filters, (time,), asked.zone, names=names, users="none")
    parts: dict[Value, list[Group]] = {}
    for group in some.groups:
        parts.setdefault(group.key[0], []).append(group)
    rests = (less(group, parts.get(group.key[0], ())) for group in whole.groups)
    others = (group._replace(key=(*group.key, OTHER)) for group in rests if group.requests)
    return Costs(tuple(by), (*some.groups, *others), alone.total)
