"""Projects to be managed: all of them, archived and merged ones too, and those whose id several repositories share."""

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.projects import merging, questions, store
from franking.projects.values import Project, ProjectsError
from franking.web.asked import Asked, WrongError, asked
from franking.web.forms import typed, write
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.tables import Column, Row, Table, arranged
from franking.words import plural

__all__ = ["DONE", "ROUTES", "Managed", "edit_address", "managed"]

DONE = {"made", "changed", "renamed", "merged", "split", "archived", "unarchived"}
"""What a page may say has been done."""


@dataclass(frozen=True, slots=True)
class Managed:
    """ambiguous: project id → the remotes of its several repositories."""

    table: Table
    ambiguous: Mapping[str, tuple[str, ...]]
    done: str


def edit_address(name: str) -> str:
    """Where a project is edited."""
    return f"/projects/{quote(name, safe='')}/edit"


def managed(ledger: sqlite3.Connection, asked: Asked) -> Managed:
    """Everything that the page shows. Raises WrongError."""
    names = questions.names(ledger)
    listed = {each.name: each for each in (*questions.known(ledger, names), *store.projects(ledger))}
    columns = (
        Column("name", "Project"), Column("title", "Shown as", wide=1), Column("organization", "Organization", wide=1),
        Column("client", "Client", wide=2), Column("billable", "Billable", wide=2),
        Column("members", "Its own besides its name", wide=2), Column("state", "State"),
    )  # fmt: skip
    rows = tuple(_row(each) for each in listed.values())
    table = arranged(Table("managed", "Projects", columns, rows), asked, "name")
    return Managed(table, questions.ambiguous(ledger, names), asked.word("done", "", expected={"", *DONE}))


def _row(project: Project) -> Row:
    client = project.metadata.get("client_name")
    kinds = (
        (sum(member.repository is None and not member.pattern for member in project.members), "id"),
        (sum(member.repository is not None for member in project.members), "remote"),
        (sum(member.pattern for member in project.members), "pattern"),
    )
    cells = (
        project.name,
        project.display_name,
        project.organization,
        client if isinstance(client, str) else None,
        "yes" if project.billable else None,
        ", ".join(plural(number, noun) for number, noun in kinds if number) or None,
        _state(project),
    )
    return Row(
        cells, edit_address(project.name), quiet=project.merged_into is not None or project.archived_at is not None
    )


def _state(project: Project) -> str:
    if project.merged_into is not None:
        return f"part of {project.merged_into}"
    if project.archived_at is not None:
        return "archived"
    return "seen only" if project.number is None else "defined"


async def _show(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: managed(ledger, question))
    return page(request, "manage_projects.html", here="/projects", tables=(found.table,), asked=question, it=found)


async def _split(request: Request) -> Response:
    name = (await typed(request)).one("name")

    def change(ledger: sqlite3.Connection) -> None:
        merging.split(ledger, name, time.time_ns() // 1000, questions.ambiguous(ledger).get(name, ()))

    try:
        await write(request, change)
    except ProjectsError as fault:
        raise WrongError(str(fault)) from None
    return RedirectResponse("/manage/projects?done=split", 303)


ROUTES = (
    Route("/manage/projects", _show, methods=["GET"]),
    Route("/manage/projects/split", _split, methods=["POST"]),
)
