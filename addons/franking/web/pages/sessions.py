"""Sessions: the requests that belong together, the last active first, page by page."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.ledger.filters import Filters
from franking.ledger.sessions import Active, Session
from franking.ledger.sessions import sessions as found_in
from franking.projects import folding, questions
from franking.projects.names import Names
from franking.web.asked import Asked, WrongError, asked
from franking.web.navigation import Entry
from franking.web.pages._parts import few, place, place_word, session_page
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.tables import Column, Row, Table, arranged
from franking.words import NOBODY

__all__ = ["ENTRY", "ROUTES", "Sessions", "filters_of", "sessions"]

ENTRY = Entry("Sessions", "/sessions", 5)

SHOWN = 50
"""Sessions of a page."""

_COLUMNS = (
    Column("session", "Session"),
    Column("last", "Last request", "time"),
    Column("lasted", "Span", "duration", wide=2),
    Column("cost", "Cost", "money"),
    Column("requests", "Requests", "count"),
    Column("projects", "Project", nobody=NOBODY["project"], wide=1),
    Column("models", "Model", nobody=NOBODY["model"], wide=1),
    Column("clients", "Client", nobody=NOBODY["client"], wide=2),
    Column("users", "User", nobody=NOBODY["user"], wide=2),
    Column("input_tokens", "Input", "short", wide=2),
    Column("output_tokens", "Output", "short", wide=2),
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """ever: is there any request at all. older: the next page's address; newest: the first page's, None on it.

    complete: False where the look ended before the page was full.
    """

    ever: bool
    table: Table
    older: str | None
    newest: str | None
    complete: bool


def sessions(ledger: sqlite3.Connection, asked: Asked) -> Sessions:
    """One page of them. Raises WrongError."""
    names = questions.names(ledger)
    begins = place(asked)
    found = found_in(ledger, filters_of(names, asked.filters), SHOWN, Active(*begins) if begins else None)
    table = Table("sessions", "Sessions, the last active first", _COLUMNS, _rows(found.sessions, names, asked))
    older = asked.to(before=place_word(*found.older)) if found.older else None
    ever = bool(found.sessions) or ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None
    newest = None if begins is None else asked.to(before=None)
    return Sessions(ever, arranged(table, asked, "-last"), older, newest, found.complete)


def filters_of(names: Names, filters: Filters) -> Filters:
    """What is asked for by projects, by ids and repositories. Raises WrongError where that takes several questions."""
    parts = folding.matched(names, filters)
    if len(parts) == 1:
        return parts[0]
    raise WrongError("this cannot be filtered by a project or an organization that several repositories make up")


def _rows(found: Sequence[Session], names: Names, asked: Asked) -> tuple[Row, ...]:
    return tuple(
        Row(
            (
                one.session, one.last, one.last - one.first, one.cost, one.requests,
                few(list(dict.fromkeys(names.of(project) or project for project in one.projects))),
                few(one.models), few(one.clients), few(one.users), one.input_tokens, one.output_tokens,
            ),
            session_page(asked, one.session),
        )
        for one in found
    )  # fmt: skip


async def _show(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: sessions(ledger, question))
    return page(request, "sessions.html", tables=(found.table,), asked=question, it=found)


ROUTES = (Route("/sessions", _show, methods=["GET"]),)
