"""Organizations: all of them, defined or only seen, and the form that defines and changes one."""

import sqlite3
import time
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.projects import changes, checks, questions, store
from franking.projects.values import Organization, ProjectsError
from franking.web import addresses  # noqa: F401 - for its {name:any}
from franking.web.asked import Asked, asked
from franking.web.forms import WHOLE, Form, NotWrittenError, Typed, checked, meant, typed, write
from franking.web.pages.budget_choices import choices
from franking.web.pages.manage_reading import looks_of, typed_of
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.tables import Column, Row, Table, arranged

__all__ = ["ROUTES", "OrganizationForm", "Organizations", "organizations"]

_DONE = {"", "made", "changed"}


@dataclass(frozen=True, slots=True)
class Organizations:
    """The list."""

    table: Table
    done: str


@dataclass(frozen=True, slots=True)
class OrganizationForm:
    """held: the organization that is changed, None for a new one. projects: the names of those that it has."""

    held: Organization | None
    projects: tuple[str, ...]
    known: tuple[str, ...]


def organizations(ledger: sqlite3.Connection, asked: Asked) -> Organizations:
    """Everything that the page shows. Raises WrongError."""
    defined = {each.name: each for each in store.organizations(ledger)}
    projects = questions.known(ledger)
    rows = []
    for name in choices(ledger)["organization"]:
        held = defined.get(name, Organization(name))
        own = [project.title for project in projects if project.organization == name]
        client = held.metadata.get("client_name")
        cells = (
            name, held.display_name, client if isinstance(client, str) else None, len(own), ", ".join(own) or None,
            "defined" if name in defined else "seen only",
        )  # fmt: skip
        rows.append(Row(cells, _address(name)))
    columns = (
        Column("name", "Organization"), Column("title", "Shown as", wide=1), Column("client", "Client", wide=2),
        Column("count", "Projects", "count"), Column("projects", "Which", wide=1), Column("state", "State"),
    )  # fmt: skip
    table = arranged(Table("organizations", "Organizations", columns, tuple(rows)), asked, "name")
    return Organizations(table, asked.word("done", "", expected=_DONE))


def _address(name: str) -> str:
    return f"/manage/organizations/{quote(name, safe='')}/edit"


def _found(ledger: sqlite3.Connection, name: str | None) -> OrganizationForm:
    known = choices(ledger)["organization"]
    if name is None:
        return OrganizationForm(None, (), known)
    held = store.organization(ledger, name)
    if held is None and name not in known:
        raise HTTPException(404)
    own = tuple(each.name for each in questions.known(ledger) if each.organization == name)
    return OrganizationForm(held or Organization(name), own, known)


async def _ask(request: Request) -> OrganizationForm:
    name = request.path_params.get("name")
    return await ask(request, lambda ledger: _found(ledger, name))


async def _list(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: organizations(ledger, question))
    return page(request, "organizations.html", here="/projects", tables=(found.table,), asked=question, it=found)


async def _show(request: Request) -> Response:
    found = await _ask(request)
    fields = typed_of(found.held or Organization("")).words
    return page(
        request, "organization_form.html", here="/projects", it=found, form=Form(Typed({**fields, "name": ("",)}))
    )


async def _save(request: Request) -> Response:
    found, said = await _ask(request), await typed(request)
    held = found.held
    looks, wrong = looks_of(said, held)
    name = held.name if held is not None else checked(wrong, "name", lambda: _new(said, found), "")
    status = 422
    if not wrong:
        now = time.time_ns() // 1000
        try:
            await write(request, lambda ledger: changes.edit_organization(ledger, name, now, **looks))
            return RedirectResponse(f"/manage/organizations?done={'changed' if held else 'made'}", 303)
        except ProjectsError as fault:
            wrong[WHOLE] = str(fault)
        except NotWrittenError as fault:
            wrong[WHOLE], status = str(fault), 503
    seen = str(held.changed_at or "") if held is not None else ""
    form = Form(Typed({**said.words, "seen": (seen,)}), wrong)
    return page(request, "organization_form.html", here="/projects", status=status, it=found, form=form)


def _new(said: Typed, found: OrganizationForm) -> str:
    name = checks.name(meant(said.one("name"), found.known), "name")
    if name in found.known:
        raise ProjectsError(f"there is an organization {name!r} already")
    return name


ROUTES = (
    Route("/manage/organizations", _list, methods=["GET"]),
    Route("/manage/organizations/new", _show, methods=["GET"]),
    Route("/manage/organizations/new", _save, methods=["POST"]),
    Route("/manage/organizations/{name:any}/edit", _show, methods=["GET"]),
    Route("/manage/organizations/{name:any}/edit", _save, methods=["POST"]),
)
