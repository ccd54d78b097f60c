"""What is explored by a time and then by a dimension of many values: the largest ones in every time, and the others."""

import sqlite3
from collections.abc import Sequence

from franking.ledger.filters import TIMES
from franking.ledger.queries import OTHER, Costs, one_moment, told_apart
from franking.projects.names import Names
from franking.projects.questions import costs
from franking.web.asked import Asked
from franking.web.pages._explored import Metric, ranked

__all__ = ["in_each_time"]


def in_each_time(
    ledger: sqlite3.Connection, asked: Asked, by: Sequence[str], metric: Metric, top: int, names: Names
) -> Costs | None:
    """As ``questions.costs``, but only so many, the largest of the whole period, are told apart in every time, and what
    has no value; the others are one group of each. None where the question is better asked whole.
    """
    # A filter that gives values may give a project's earlier name, and there are few of them.
    if len(by) != 2 or by[0] not in TIMES or not metric.adds or by[1] in asked.filters.include:
        return None
    time, name = by
    with one_moment(ledger):
        alone = costs(ledger, asked.filters, (name,), asked.zone, names=names, users="all")
        values = [value for value in ranked(alone, 0, metric) if value is not None]
        if len(values) < 2 * top:
            return None
        inside, outside = told_apart(asked.filters, name, values[:top])
        some = costs(ledger, inside, by, asked.zone, names=names)
        others = costs(ledger, outside, (time,), asked.zone, names=names, users="none")
    rest = (group._replace(key=(*group.key, OTHER)) for group in others.groups)
    return Costs(tuple(by), (*some.groups, *rest), alone.total)
