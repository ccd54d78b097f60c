"""Links for clients: those that were made, the form that makes one, and the button that ends one."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.projects import checks, link_tokens, link_values, links, questions
from franking.projects.link_tokens import Key
from franking.projects.link_values import Link, Listed, Terms
from franking.projects.values import ProjectsError
from franking.web.asked import Asked, WrongError, asked
from franking.web.forms import WHOLE, Form, NotWrittenError, Typed, checked, meant, typed, write
from franking.web.reading import ask
from franking.web.rendering import page

__all__ = ["PERIODS", "ROUTES", "Links", "shown", "terms_of"]

PERIODS = (("week", "The past week"), ("month", "The past month"), ("year", "The past year"), ("all", "All time"))

_DONE = {"", "revoked"}


@dataclass(frozen=True, slots=True)
class Links:
    """project: of which they are, "" for all. listed: the newest first. made: the one that was just made. known:
    projects to choose from.
    """

    project: str
    listed: Sequence[Listed]
    made: Listed | None
    known: Sequence[str]
    done: str
    periods: Sequence[tuple[str, str]] = PERIODS


def shown(ledger: sqlite3.Connection, asked: Asked, key: Key | None) -> Links:
    """Everything that the page shows: of the project that the address names, or all. Raises WrongError."""
    names = questions.names(ledger)
    named = asked.word("project")
    project = names.resolved(named) if named else ""
    listed = links.listed(ledger, key, asked.now)
    return Links(
        project,
        [each for each in listed if not project or (each.project is not None and each.project.name == project)],
        next((each for each in listed if each.link.id == asked.word("made")), None),
        [each.name for each in questions.known(ledger, names) if each.archived_at is None],
        asked.word("done", "", expected=_DONE),
    )


def terms_of(typed: Typed) -> tuple[Terms, dict[str, str]]:
    """What the form says, and what is wrong with it: field → why. Pure."""
    wrong: dict[str, str] = {}
    return Terms(
        checked(wrong, "address", lambda: link_values.origin(typed.one("address")), ""),
        checked(wrong, "days", lambda: _days(typed.one("days")), link_values.DAYS[0]),
        checked(wrong, "period", lambda: _period(typed.one("period")), link_values.PERIODS[0]),
        bool(typed.one("with_users")),
        checked(wrong, "note", lambda: checks.line(typed.one("note"), "note"), None),
    ), wrong


def _days(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 6) or int(text) not in link_values.DAYS:
        raise ValueError(f"{text!r}: expected a number of days, {link_values.DAYS[0]} to {link_values.DAYS[-1]}")
    return int(text)


def _period(text: str) -> str:
    if text not in link_values.PERIODS:
        raise ValueError(f"{text!r} is none of {', '.join(link_values.PERIODS)}")
    return text


async def _found(request: Request, question: Asked) -> Links:
    try:
        key = await anyio.to_thread.run_sync(link_tokens.key_if_there)
    except ProjectsError as fault:
        raise WrongError(str(fault)) from None
    return await ask(request, lambda ledger: shown(ledger, question, key))


async def _page(request: Request, form: Form | None = None, status: int = 200) -> Response:
    question = await asked(request)
    found = await _found(request, question)
    form = form or Form(_blank(request, found.project))
    return page(request, "links.html", here="/projects", status=status, asked=question, it=found, form=form)


def _blank(request: Request, project: str) -> Typed:
    """A new link's fields. By the address that the dashboard is seen at now, a client may reach it as well."""
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return Typed({"project": (project,), "days": ("30",), "period": ("month",), "address": (own,)})


async def _show(request: Request) -> Response:
    return await _page(request)


async def _make(request: Request) -> Response:
    said = await typed(request)
    terms, wrong = terms_of(said)
    status = 422
    if not wrong:
        try:
            made = await write(request, lambda ledger: _made(ledger, said, terms))
        except ProjectsError as fault:
            wrong = {"project": str(fault)}
        except NotWrittenError as fault:
            wrong, status = {WHOLE: str(fault)}, 503
        else:
            question = await asked(request)
            return RedirectResponse(question.to_words({"made": made.link.id, "done": None}, "/links"), 303)
    return await _page(request, Form(said, wrong), status)


def _made(ledger: sqlite3.Connection, said: Typed, terms: Terms) -> Listed:
    known = [each.name for each in questions.known(ledger)]
    name = meant(said.one("project"), known)
    return links.make(ledger, link_tokens.key(), name, terms, time.time_ns() // 1000)


async def _revoke(request: Request) -> Response:
    question, id_ = await asked(request), str(request.path_params["id"])

    def change(ledger: sqlite3.Connection) -> Link:
        return links.revoke(ledger, id_, time.time_ns() // 1000)

    try:
        await write(request, change)
    except ProjectsError as fault:
        raise WrongError(str(fault)) from None
    return RedirectResponse(question.to_words({"made": None, "done": "revoked"}, "/links"), 303)


ROUTES = (
    Route("/links", _show, methods=["GET"]),
    Route("/links", _make, methods=["POST"]),
    Route("/links/{id}/revoke", _revoke, methods=["POST"]),
)
