"""The forms that define, change, rename, merge and archive a project."""

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.projects import changes, merging, questions, store
from franking.projects.values import Member, Project, ProjectsError
from franking.web import addresses  # noqa: F401 - for its {name:any}
from franking.web.asked import asked
from franking.web.forms import WHOLE, Form, NotWrittenError, Typed, meant, typed, write
from franking.web.pages.budget_choices import choices
from franking.web.pages.manage_projects import DONE, edit_address
from franking.web.pages.manage_reading import Known, member_key, project_of, typed_of
from franking.web.reading import ask
from franking.web.rendering import page

__all__ = ["ROUTES", "ProjectForm"]


@dataclass(frozen=True, slots=True)
class ProjectForm:
    """held: the project that is changed, None for a new one. members: (key in the form, itself). parts: names of what
    was merged into it. ambiguous: remotes of its id's several repositories. known: suggestions.
    """

    held: Project | None
    members: tuple[tuple[str, Member], ...]
    parts: tuple[str, ...]
    ambiguous: tuple[str, ...]
    known: Known
    done: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    held: Project | None
    parts: tuple[str, ...]
    ambiguous: tuple[str, ...]
    known: Known


def _found(ledger: sqlite3.Connection, name: str | None) -> _Found:
    """The project of that name, which may be one that was merged; none is wanted for a new one."""
    names = questions.names(ledger)
    known = choices(ledger)
    if name is None:
        return _Found(None, (), (), known)
    held = store.project(ledger, name)
    if held is None:
        try:
            held = questions.named(ledger, name, names)
        except ProjectsError:
            raise HTTPException(404) from None
    parts = tuple(sorted(each.name for each in names.projects.values() if each.merged_into == held.name))
    return _Found(held, parts, questions.ambiguous(ledger, names).get(held.name, ()), known)


async def _ask(request: Request) -> _Found:
    name = request.path_params.get("name")
    return await ask(request, lambda ledger: _found(ledger, name))


async def _page(request: Request, found: _Found, form: Form, status: int = 200) -> Response:
    question = await asked(request)
    members = tuple((member_key(member), member) for member in (found.held.members if found.held else ()))
    done = question.word("done", "", expected={"", *DONE})
    it = ProjectForm(found.held, members, found.parts, found.ambiguous, found.known, done)
    return page(request, "manage_project.html", here="/projects", status=status, asked=question, it=it, form=form)


async def _show(request: Request) -> Response:
    found = await _ask(request)
    return await _page(request, found, Form(typed_of(found.held or Project(""))))


async def _create(request: Request) -> Response:
    found, said = await _ask(request), await typed(request)
    fields, wrong = project_of(said, None, found.known)
    return await _written(
        request, found, said, wrong, lambda ledger, at: changes.create(ledger, Project(**fields), at), "name", "made"
    )


async def _change(request: Request) -> Response:
    """Whichever of the page's forms was sent: ``do`` says which."""
    found, said = await _ask(request), await typed(request)
    held = found.held
    if held is None:
        raise HTTPException(404)
    todo = _DO.get(said.one("do"))
    if todo is None:
        raise HTTPException(400)
    return await todo(request, found, held, said)


async def _save(request: Request, found: _Found, held: Project, said: Typed) -> Response:
    fields, wrong = project_of(said, held, found.known)
    return await _written(
        request, found, said, wrong, lambda ledger, at: changes.edit(ledger, held.name, at, **fields), "ids", "changed"
    )


async def _rename(request: Request, found: _Found, held: Project, said: Typed) -> Response:
    new = said.one("new")
    return await _written(
        request, found, said, {}, lambda ledger, at: changes.rename(ledger, held.name, new, at), "new", "renamed"
    )


async def _merge(request: Request, found: _Found, held: Project, said: Typed) -> Response:
    into = meant(said.one("into"), found.known["project"])
    return await _written(
        request, found, said, {}, lambda ledger, at: merging.merge(ledger, held.name, into, at), "into", "merged"
    )


async def _split(request: Request, found: _Found, held: Project, said: Typed) -> Response:
    def change(ledger: sqlite3.Connection, at: int) -> Project:
        merging.split(ledger, held.name, at, questions.ambiguous(ledger).get(held.name, ()))
        return held

    return await _written(request, found, said, {}, change, WHOLE, "split")


async def _archive(request: Request, found: _Found, held: Project, said: Typed) -> Response:
    return await _written(
        request, found, said, {}, lambda ledger, at: changes.archive(ledger, held.name, at), WHOLE, "archived"
    )


async def _unarchive(request: Request, found: _Found, held: Project, said: Typed) -> Response:
    return await _written(
        request, found, said, {}, lambda ledger, at: changes.unarchive(ledger, held.name, at), WHOLE, "unarchived"
    )


_DO = {
    "save": _save, "rename": _rename, "merge": _merge, "split": _split, "archive": _archive, "unarchive": _unarchive,
}  # fmt: skip


async def _written(
    request: Request,
    found: _Found,
    said: Typed,
    wrong: dict[str, str],
    change: Callable[[sqlite3.Connection, int], Project],
    field: str,
    done: str,
) -> Response:
    """The change made and its page shown, or the form again. field: what a refusal of the change belongs to."""
    status = 422
    if not wrong:
        try:
            changed = await write(request, lambda ledger: change(ledger, time.time_ns() // 1000))
        except ProjectsError as fault:
            wrong = {field: str(fault)}
        except NotWrittenError as fault:
            wrong, status = {WHOLE: str(fault)}, 503
        else:
            return RedirectResponse(f"{edit_address(changed.name)}?done={done}", 303)
    # The page has several forms: those that were not sent show what is stored, this one what was typed.
    stored: Mapping[str, tuple[str, ...]] = typed_of(found.held or Project("")).words
    whole = said.one("do", "save") == "save"
    words = {**({} if whole else stored), **said.words, "seen": stored["seen"]}
    return await _page(request, found, Form(Typed(words), wrong), status)


ROUTES = (
    Route("/manage/projects/new", _show, methods=["GET"]),
    Route("/manage/projects/new", _create, methods=["POST"]),
    Route("/projects/{name:any}/edit", _show, methods=["GET"]),
    Route("/projects/{name:any}/edit", _change, methods=["POST"]),
)
