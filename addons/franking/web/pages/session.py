"""One session: what it came to, how it went, and its requests. Of all time, whatever period other pages show."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.ledger import sessions
from franking.ledger.browsing import Place, browse
from franking.ledger.filters import Filters
from franking.ledger.queries import Group, costs
from franking.ledger.sessions import Session
from franking.ledger.wanted import Wanted
from franking.projects import questions
from franking.web.asked import Asked, asked
from franking.web.figures import figures
from franking.web.pages._parts import only, place, place_word, project_page
from franking.web.pages.requests import listed
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.tables import Column, Table, arranged
from franking.words import NOBODY

__all__ = ["ROUTES", "Shown", "session"]

SHOWN = 200
"""Requests of a page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """projects: (name, where it is shown). models: what each cost. requests: the newest first; older: the next page's
    address, newest: the first page's, None on it.
    """

    it: Session
    total: Group
    projects: Sequence[tuple[str, str]]
    branches: Sequence[str]
    models: Table
    requests: Table
    older: str | None
    newest: str | None


def session(ledger: sqlite3.Connection, asked: Asked, name: str) -> Shown | None:
    """Everything that the page shows; None where no request names the session. Raises WrongError."""
    meant = Filters(include={"session": (name,)})
    found = sessions.sessions(ledger, meant, 1).sessions
    if not found:
        return None
    names = questions.names(ledger)
    by_model = costs(ledger, meant, ("model",))
    by_branch = costs(ledger, meant, ("branch",))
    projects = dict.fromkeys(names.of(project) or project for project in found[0].projects)
    begins = place(asked)
    rows = browse(ledger, Wanted(include={"session": (name,)}), SHOWN, before=Place(*begins) if begins else None)
    models = figures("models", "By model", Column("model", "Model", nobody=NOBODY["model"]), by_model.groups, None)
    requests = listed(rows.rows, "session-requests", "Requests, the newest first")
    same = {"project"} if len(found[0].projects) < 2 else set()
    kept = [column.key for column in requests.columns if column.key not in same]
    return Shown(
        found[0],
        by_model.total,
        [(project, project_page(asked, project)) for project in projects],
        sorted(group.key[0] for group in by_branch.groups if group.key[0] is not None),
        arranged(
            only(models, ("model", "cost", "share", "requests", "average", "input_tokens", "output_tokens")), asked
        ),
        arranged(only(requests, kept), asked),
        asked.to(before=place_word(*rows.older)) if rows.older else None,
        None if begins is None else asked.to(before=None),
    )


async def _show(request: Request) -> Response:
    question, name = await asked(request), str(request.path_params["name"])
    found = await ask(request, lambda ledger: session(ledger, question, name))
    if found is None:
        raise HTTPException(404)
    return page(request, "session.html", tables=(found.models, found.requests), asked=question, it=found)


ROUTES = (Route("/sessions/{name:any}", _show, methods=["GET"]),)
