"""By project: what each cost and its share, by which tools and with which models, and how that went."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.ledger.filters import Value
from franking.ledger.queries import Costs, Group
from franking.projects import questions
from franking.projects.values import Project
from franking.web.asked import Asked, asked
from franking.web.figures import figures
from franking.web.navigation import Entry
from franking.web.pages._parts import only, project_page, requests_page, shares
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.tables import Cell, Column, Row, Table, arranged
from franking.web.timeline import Timeline, timeline
from franking.words import NOBODY

__all__ = ["ENTRY", "ROUTES", "Projects", "projects"]

ENTRY = Entry("Projects", "/projects", 3)

_KEPT = ("project", "cost", "share", "requests", "average")
_AT = 4
"""Where the columns of tools, models and trend begin: behind the requests."""


@dataclass(frozen=True, slots=True)
class Projects:
    """ever: is there any request or defined project at all. known: how many projects are listed.

    ambiguous: project id → the remotes of its several repositories.
    """

    ever: bool
    total: Group
    known: int
    unattributed: Group
    ambiguous: Mapping[str, tuple[str, ...]]
    table: Table


def projects(ledger: sqlite3.Connection, asked: Asked) -> Projects:
    """Everything that the page shows. Raises WrongError."""
    names = questions.names(ledger)
    times = timeline(ledger, asked)
    tools, models = (
        questions.costs(ledger, asked.filters, ("project", dimension), asked.zone, names=names)
        for dimension in ("client", "model")
    )
    over = ("project", times.dimension)
    trends = questions.costs(ledger, asked.filters, over, asked.zone, names=names, brief="costs")
    of_tools, of_models, of_times = (_by_project(found) for found in (tools, models, trends))
    groups = [_together(name, held) for name, held in of_tools.items()]
    nobody = next((group for group in groups if group.key[0] is None), Group((None,)))
    if not asked.chosen and not asked.mine:
        defined = (each for each in names.projects.values() if each.merged_into is None and each.archived_at is None)
        groups += [Group((each.name,)) for each in defined if each.name not in of_tools]
    first = Column("project", "Project", nobody=NOBODY["project"])
    base = only(figures("projects", "By project", first, groups, tools.total), _KEPT)
    columns = (
        Column("tools", "Top tools", wide=2), Column("models", "Top models", wide=2),
        Column("trend", "Trend", "trend", wide=1, heading=f"cost_by_{times.dimension}"),
    )  # fmt: skip
    rows = []
    for row, group in zip(base.rows, groups, strict=True):
        name = group.key[0]
        further = (
            shares(of_tools.get(name, ()), "client"), shares(of_models.get(name, ()), "model"),
            _line(of_times.get(name, ()), times),
        )  # fmt: skip
        rows.append(_row(row, group, names.projects, further, asked))
    total = base.total and (*base.total[:_AT], "", "", _line(trends.groups, times), *base.total[_AT:])
    table = replace(base, columns=(*base.columns[:_AT], *columns, *base.columns[_AT:]), rows=tuple(rows), total=total)
    ever = bool(groups) or ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None
    return Projects(
        ever, tools.total, sum(group.key[0] is not None for group in groups), nobody,
        questions.ambiguous(ledger, names), arranged(table, asked, "-cost"),
    )  # fmt: skip


def _by_project(found: Costs) -> Mapping[Value, Sequence[Group]]:
    by: dict[Value, list[Group]] = {}
    for group in found.groups:
        by.setdefault(group.key[0], []).append(group)
    return by


def _together(name: Value, groups: Sequence[Group]) -> Group:
    """What they come to together, as far as the table shows it."""
    known = [group.cost for group in groups if group.cost is not None]
    return Group(
        (name,),
        requests=sum(group.requests for group in groups),
        cost=sum(known) if known else None,
        unpriced=sum(group.unpriced for group in groups),
    )


def _line(groups: Sequence[Group], times: Timeline) -> tuple[int, ...] | None:
    """The cost of each bucket; None where there is only one."""
    amounts: Counter[Value] = Counter()
    for group in groups:
        amounts[group.key[1]] += group.cost or 0
    return tuple(amounts[label] for label in times.labels) if len(times.labels) > 1 else None


def _row(row: Row, group: Group, defined: Mapping[str, Project], further: tuple[Cell, ...], asked: Asked) -> Row:
    name = group.key[0]
    cells = (*row.cells[:_AT], *further, *row.cells[_AT:])
    if name is None:
        return replace(row, cells=cells, href=requests_page(asked, "project", None))
    project = defined.get(name, Project(name))
    shown = project.title if project.title == name else f"{project.title} ({name})"
    if project.icon:
        shown = f"{project.icon} {shown}"
    if project.archived_at is not None:
        shown += " (archived)"
    return replace(row, cells=(shown, *cells[1:]), href=project_page(asked, name), quiet=not group.requests)


async def _show(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: projects(ledger, question))
    return page(request, "projects.html", tables=(found.table,), asked=question, it=found)


ROUTES = (Route("/projects", _show, methods=["GET"]),)
