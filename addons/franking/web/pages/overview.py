"""The overview: what is spent, on what, by whom, and whether attribution works."""

import sqlite3
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.ledger import coverage
from franking.ledger.coverage import Share
from franking.ledger.queries import Costs, Group
from franking.projects import questions
from franking.projects.names import Names
from franking.web.asked import Asked, asked
from franking.web.figures import figures
from franking.web.navigation import Entry
from franking.web.pages._explored import summed
from franking.web.pages._parts import shares
from franking.web.pages.budget_shown import Shown, near_end
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.stacks import Stack, stack
from franking.web.tables import Column, Table, arranged
from franking.web.timeline import said, span, timeline
from franking.words import NOBODY

__all__ = ["ENTRY", "ROUTES", "Overview", "overview"]

ENTRY = Entry("Overview", "/", 1)

BY = ("project", "feature", "model", "client", "user")
"""What the bars may be made of."""


@dataclass(frozen=True, slots=True)
class Overview:
    """ever: is there any request at all. total: of the period. share: how well it is attributed, None where the
    filters are not the roll-ups'.

    whose: the dearest known users and their parts. no_project, no_feature: what is not attributed. by: what the bars
    are made of. budgets: those that are over or at a warning now, whatever the period.
    """

    ever: bool
    total: Group
    share: Share | None
    whose: str | None
    no_project: Group
    no_feature: Group
    by: str
    stack: Stack
    days: Table
    budgets: tuple[Shown, ...] = ()


def overview(ledger: sqlite3.Connection, asked: Asked) -> Overview:
    """Everything that the page shows. Raises WrongError."""
    by = asked.word("by", "project", expected=BY)
    names = questions.names(ledger)
    by_day = questions.costs(ledger, asked.filters, ("day",), asked.zone, names=names)
    by_part = questions.costs(
        ledger, asked.filters, (timeline(ledger, asked).dimension, by), asked.zone, names=names, brief="costs"
    )
    by_whom = questions.costs(ledger, asked.filters, ("user", "feature"), asked.zone, names=names)
    try:
        share = coverage.share(ledger, asked.filters)
    except ValueError:
        share = None
    stacked = stack(ledger, asked, by, names=names, found=by_part)
    parts = arranged(stacked.parts, asked)
    days = figures("days", "By day", Column("day", "Day", "day"), by_day.groups, by_day.total, opens=True)
    days = arranged(days, asked, "-day", lambda label: _users(ledger, asked, label, names))
    ever = bool(by_day.total.requests) or ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None
    return Overview(
        ever,
        by_day.total,
        share,
        _whose(by_whom),
        _without(ledger, asked, "project", by_part, names),
        _without(ledger, asked, "feature", by_whom, names),
        by,
        replace(stacked, parts=parts, table=arranged(stacked.table, asked)),
        days,
        near_end(ledger, asked.now),
    )


def _whose(by_whom: Costs) -> str | None:
    """The known users come first, whatever is nobody's."""
    by: dict[str | None, list[Group]] = {}
    for group in by_whom.groups:
        by.setdefault(group.key[0], []).append(group)
    users = [summed((user,), groups) for user, groups in by.items()]
    return shares(sorted(users, key=lambda group: group.key[0] is None), "user") if by_whom.total.users else None


def _without(ledger: sqlite3.Connection, asked: Asked, dimension: str, known: Costs, names: Names) -> Group:
    """What has no value of a dimension; nothing where a filter says which values are meant. known: an answer whose last
    dimension may be this one, which need then not be asked about again.
    """
    if dimension in asked.filters.include:
        return Group(())
    if dimension == known.by[-1]:
        return summed((), [Group(()), *(group for group in known.groups if group.key[-1] is None)])
    meant = replace(asked.filters, include={**asked.filters.include, dimension: (None,)})
    return questions.costs(ledger, meant, (dimension,), asked.zone, names=names).total


def _users(ledger: sqlite3.Connection, asked: Asked, label: str, names: Names) -> Table:
    """One day's users."""
    first, after = span(label, asked)
    meant = replace(asked.filters, since=first, until=after)
    found = questions.costs(ledger, meant, ("user",), asked.zone, names=names)
    column = Column("user", "User", nobody=NOBODY["user"])
    return arranged(figures(f"users-{label}", f"Users, {said(label)}", column, found.groups, None), asked, "-cost")


async def _show(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: overview(ledger, question))
    inner = [row.inner for row in found.days.rows if row.inner]
    tables = (found.days, found.stack.parts, found.stack.table, *inner)
    return page(request, "overview.html", tables=tables, asked=question, it=found)


ROUTES = (Route("/", _show, methods=["GET"]),)
