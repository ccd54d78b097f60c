"""What a link shows of a project: what it cost, over time and by what, and how its own budgets stand. Read-only.

Everything here is of the project's own requests alone, so that nothing of others can be told from it: their names,
their amounts, nor since when there are any. Users are left out unless the link shows them.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from franking import periods
from franking.budgets import periods as zones
from franking.budgets.values import State
from franking.ledger.filters import Filters
from franking.ledger.queries import Costs, Group
from franking.projects import questions
from franking.projects.link_values import Link
from franking.projects.names import Names
from franking.projects.values import Project
from franking.web.asked import Asked, WrongError, read
from franking.web.figures import figures
from franking.web.pages._parts import only
from franking.web.pages._spending import Month, budgets, month
from franking.web.stacks import Stack, stack
from franking.web.tables import Column, Table
from franking.words import NOBODY

__all__ = ["Shared", "shared"]

_PARTS = {"model": "Model", "client": "Tool", "feature": "Feature", "user": "User"}
_WORDS = {"period", "since", "until", "by"}
"""What a reader may ask for; nothing else of an address is looked at."""

_LONG_AGO = 3 * 366 * 86_400_000_000
_ROWS = 12
_COLUMNS = ("cost", "share", "requests")


@dataclass(frozen=True, slots=True)
class Shared:
    """asked: the period in force, and addresses of this page relative to itself. wrong: why it is not the one that was
    asked for. parts: what it may be told by → its title. by: what the bars are made of. tables: by each of parts.
    ends_at: when the link does.
    """

    project: Project
    asked: Asked
    wrong: str
    total: Group
    month: Month
    budgets: Sequence[State]
    parts: Sequence[tuple[str, str]]
    by: str
    stack: Stack
    tables: Sequence[Table]
    ends_at: int


def shared(
    ledger: sqlite3.Connection, link: Link, project: Project, words: Sequence[tuple[str, str]], now: int
) -> Shared:
    """Everything that the page shows. words: of the address."""
    names = questions.names(ledger)
    parts = [(name, title) for name, title in _PARTS.items() if name != "user" or link.with_users]
    asked, wrong = _asked(link, words, now)
    asked = replace(asked, filters=Filters(asked.period.since, asked.period.until, {"project": (project.name,)}))
    asked = _within(ledger, asked, names)
    by = asked.word("by", "model")
    by = by if by in dict(parts) else "model"
    found = {name: _costs(ledger, asked, names, name) for name, _ in parts}
    return Shared(
        project,
        asked,
        wrong,
        found["model"].total,
        month(ledger, project.name, asked, names),
        [each for each in budgets(ledger, project.name, now, names) if each.budget.include == _alone(project)],
        parts,
        by,
        stack(ledger, asked, by, names=names),
        [_table(found[name], name, title) for name, title in parts],
        link.expires_at,
    )


def _alone(project: Project) -> dict[str, tuple[str, ...]]:
    """A budget for nothing else: one that it shares would tell what others spend."""
    return {"project": (project.name,)}


def _asked(link: Link, words: Sequence[tuple[str, str]], now: int) -> tuple[Asked, str]:
    """What the reader asks for; the link's own period where that cannot be had, and why. Days are this machine's, as
    on its bills. The path is empty: the page leads to itself alone, and its address is not in it.
    """
    zone = zones.zone(zones.local_zone_name())
    kept = [(name, value) for name, value in words if name in _WORDS and value]
    if not {name for name, _ in kept}.intersection({"period", "since", "until"}):
        kept.append(("period", link.period))
    try:
        return read("", tuple(kept), zone, now), ""
    except WrongError as fault:
        return read("", (("period", link.period),), zone, now), str(fault)


def _within(ledger: sqlite3.Connection, asked: Asked, names: Names) -> Asked:
    """A period that has no beginning, or one long ago, begins with the project's first day: not with that of others,
    and not with bars of centuries.
    """
    asked_for = asked.period.since
    if asked_for is not None and asked_for > asked.now - _LONG_AGO:
        return asked
    days = [group.key[0] for group in questions.costs(ledger, asked.filters, ("day",), asked.zone, names=names).groups]
    first = min((day for day in days if day is not None), default=None)
    since = asked.now if first is None else periods.moment(first, asked.now, asked.zone)[0]
    since = max(since, asked_for or since)
    return replace(asked, period=replace(asked.period, since=since), filters=replace(asked.filters, since=since))


def _costs(ledger: sqlite3.Connection, asked: Asked, names: Names, dimension: str) -> Costs:
    return questions.costs(ledger, asked.filters, (dimension,), asked.zone, top=_ROWS, names=names)


def _table(found: Costs, dimension: str, title: str) -> Table:
    column = Column(dimension, title, nobody=NOBODY[dimension])
    table = figures(f"each-{dimension}", f"By {title.lower()}", column, found.groups, None)
    return only(table, (dimension, *_COLUMNS))
