"""A project: what it spends and will spend, its budgets, its cost over time, and what that is made of."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.budgets.values import State
from franking.ledger.browsing import browse
from franking.ledger.queries import Group
from franking.ledger.wanted import Wanted
from franking.projects import folding, questions
from franking.projects.names import Names
from franking.projects.values import Project, ProjectsError
from franking.web.asked import Asked, asked
from franking.web.figures import figures
from franking.web.pages._parts import only
from franking.web.pages._spending import Month, budgets, month
from franking.web.pages.requests import listed
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.stacks import Stack, stack
from franking.web.tables import Column, Table, arranged
from franking.words import NOBODY

__all__ = ["ROUTES", "Shown", "project"]

PARTS = {"model": "model", "user": "user", "client": "tool", "feature": "feature", "branch": "branch"}
"""What a project's cost is told by → what that is called here."""

SLOW = 30_000
"""Requests of the period, of all projects, above which the branches are asked for by themselves: no roll-up has them,
so that every request is looked at.
"""

RECENT = 10
ROWS = 12
"""Of each table, before "show all"."""

_COLUMNS = ("cost", "share", "requests")


@dataclass(frozen=True, slots=True)
class Shown:
    """asked_as: the name in the address. parts: other names that count to it. everything: what all projects come to.

    months: this month so far and what it will come to. budgets: those for this project. by: what the bars are made of.
    tables: by each of PARTS; without the branches where these come later. requests: the newest. all_requests: where
    the others are.
    """

    project: Project
    asked_as: str
    parts: Sequence[str]
    total: Group
    everything: Group
    month: Month
    budgets: Sequence[State]
    by: str
    stack: Stack
    tables: Sequence[Table]
    later: bool
    requests: Table
    all_requests: str


def project(ledger: sqlite3.Connection, asked: Asked, name: str) -> Shown | None:
    """Everything that the page shows; None where there is no such project. Raises WrongError."""
    names = questions.names(ledger)
    try:
        found = questions.named(ledger, name, names)
    except ProjectsError:
        return None
    everything = questions.costs(ledger, asked.filters, ("gateway",), asked.zone, names=names).total
    own = replace(asked.filters, include={**asked.filters.include, "project": (found.name,)})
    meant = replace(asked, filters=own)
    by = asked.word("by", "model", expected=[dimension for dimension in PARTS if dimension != "branch"])
    later = everything.requests > SLOW and asked.word("branches") != "1"
    tables = [_table(ledger, meant, names, dimension) for dimension in PARTS if dimension != "branch" or not later]
    stacked = stack(ledger, meant, by, names=names)
    total = questions.costs(ledger, own, ("gateway",), asked.zone, names=names).total
    return Shown(
        found,
        name,
        sorted(each for each in names.projects if each != found.name and names.resolved(each) == found.name),
        total,
        everything,
        month(ledger, found.name, asked, names),
        budgets(ledger, found.name, asked.now, names),
        by,
        replace(stacked, parts=arranged(stacked.parts, asked), table=arranged(stacked.table, asked)),
        tables,
        later,
        _recent(ledger, meant, names),
        _all(meant, names),
    )


def _table(ledger: sqlite3.Connection, meant: Asked, names: Names, dimension: str) -> Table:
    groups = questions.costs(ledger, meant.filters, (dimension,), meant.zone, names=names).groups
    column = Column(dimension, dimension.capitalize(), nobody=NOBODY[dimension])
    table = figures(f"each-{dimension}", f"By {PARTS[dimension]}", column, groups, None)
    return arranged(only(table, (dimension, *_COLUMNS)), meant, "-cost", most=ROWS)


def _recent(ledger: sqlite3.Connection, meant: Asked, names: Names) -> Table:
    parts = folding.matched(names, meant.filters)
    found = [browse(ledger, Wanted(part.since, part.until, part.include, part.exclude), RECENT) for part in parts]
    rows = [row for part in found for row in part.rows]
    rows.sort(key=lambda row: (row["started_at"], row["id"]), reverse=True)
    table = listed(rows[:RECENT], "recent", "Recent requests")
    return arranged(only(table, [column.key for column in table.columns if column.key != "project"]), meant)


def _all(meant: Asked, names: Names) -> str:
    """The list of its requests: by the ids that they were stamped with."""
    ids = {value for part in folding.matched(names, meant.filters) for value in part.include.get("project", ())}
    chosen = [pair for pair in meant.chosen if pair[0] != "project"]
    there = replace(meant, path="/requests", query=tuple(pair for pair in meant.query if pair[0] in _KEPT))
    for word, value in [*chosen, *(("project", id_ or "") for id_ in sorted(ids, key=str))]:
        there = replace(there, query=(*there.query, (word, value)))
    return there.to()


_KEPT = ("period", "since", "until", "mine")


async def _show(request: Request) -> Response:
    question, name = await asked(request), str(request.path_params["name"])
    found = await ask(request, lambda ledger: project(ledger, question, name))
    if found is None:
        raise HTTPException(404)
    tables = (*found.tables, found.stack.parts, found.stack.table, found.requests)
    return page(request, "project.html", tables=tables, asked=question, it=found)


ROUTES = (Route("/projects/{name:any}", _show, methods=["GET"]),)
