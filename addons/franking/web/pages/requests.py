"""Requests one by one, the newest first: a live list with filters on every field, a search, and pages that stay quick
at any size of ledger.

The address' words: ``_wanted``.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.ledger.browsing import LOOK, Place, browse
from franking.ledger.listings import Row as Found
from franking.ledger.wanted import FIELDS
from franking.web.api import common
from franking.web.asked import Asked, asked
from franking.web.navigation import Entry
from franking.web.pages._exported import address as address_of_export
from franking.web.pages._filtering import TITLES, FilterError, Filtering, addition, filtering, nobody, plain
from franking.web.pages._wanted import meant, places
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.tables import Cell, Column, Row, Table, arranged

__all__ = ["ENTRY", "ROUTES", "Listed", "address", "listed", "requests"]

ENTRY = Entry("Requests", "/requests", 7)

SHOWN = 50
"""Requests of a page."""

_LOOK_FOR_TEXT = 8_000
"""Requests that a search looks through at a time: reading every text of each is slow."""


_COLUMNS: tuple[tuple[Column, Callable[[Found], Cell]], ...] = (
    (Column("started_at", "Started", "time"), lambda row: row["started_at"]),
    (Column("status", "Status", "status"), lambda row: row["status"]),
    (Column("project", "Project", nobody=nobody("project")), lambda row: row["project_id"]),
    (Column("feature", "Feature", nobody=nobody("feature"), wide=2), lambda row: row["feature"]),
    (Column("model", "Model", nobody=nobody("model"), wide=1), lambda row: row["model"] or row["requested_model"]),
    (Column("user", "User", nobody=nobody("user"), wide=2), lambda row: row["user"]),
    (Column("client", "Client", nobody=nobody("client"), wide=2), lambda row: row["client"]),
    (Column("input_tokens", "Input", "short", wide=1), lambda row: row["input_tokens"]),
    (Column("output_tokens", "Output", "short", wide=1), lambda row: row["output_tokens"]),
    (Column("took", "Took", "duration", wide=1), lambda row: _took(row)),
    (Column("cost", "Cost", "money"), lambda row: row["cost"]),
)
"""What the list shows of a request."""

_FURTHER: tuple[tuple[Column, Callable[[Found], Cell]], ...] = (
    (Column("id", "Id"), lambda row: row["id"]),
    (Column("session", "Session"), lambda row: row["session_id"]),
    (Column("branch", "Branch"), lambda row: row["branch"]),
    (Column("http_status", "HTTP status", "count"), lambda row: row["http_status"]),
)
"""What its CSV tells beside that."""


@dataclass(frozen=True, slots=True)
class Listed:
    """table: the page's requests; sheet: the same with more of each, for CSV. older, newer, newest: addresses, None
    where there is nothing. back_to: the moment to which it was looked for matching ones, where the look ended early.
    """

    ever: bool
    table: Table
    sheet: Table
    filters: Filtering
    older: str | None
    newer: str | None
    newest: str | None
    back_to: int | None


def address(id_: str) -> str:
    """Where a request's page is."""
    return f"/requests/{quote(id_, safe='')}"


def listed(rows: Sequence[Found], name: str, caption: str, *, full: bool = False) -> Table:
    """Requests as a table, each leading to its page. full: with the columns that only CSV has."""
    shown = (*_FURTHER, *_COLUMNS) if full else _COLUMNS
    cells = tuple(
        Row(tuple(cell(row) for _, cell in shown), address(row["id"]), quiet=row["project_id"] is None) for row in rows
    )
    return Table(name, caption, tuple(column for column, _ in shown), cells)


def requests(ledger: sqlite3.Connection, asked: Asked, wrong: str = "") -> Listed:
    """The page that the address asks for. wrong: why what was typed is no filter. Raises WrongError."""
    wanted, (before, after) = meant(asked), places(asked)
    look = LOOK if wanted.text is None else _LOOK_FOR_TEXT
    found = browse(ledger, wanted, SHOWN, before=before, after=after, look=look)
    if after is not None and len(found.rows) < SHOWN:
        # Nothing is newer: the first page, whole.
        before = after = None
        found = browse(ledger, wanted, SHOWN, look=look)
    bare = plain(asked)
    first = before is None and after is None
    caption = "Requests, newest first"
    suggested = [(field, str(row[_column(field)])) for row in found.rows for field in _SUGGESTED if row[_column(field)]]
    return Listed(
        bool(found.rows) or ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None,
        arranged(listed(found.rows, "requests", caption), asked),
        listed(found.rows, "requests", caption, full=True),
        filtering(asked, tuple(TITLES), wrong, suggested),
        _at(bare, "before", found.older),
        None if first else _at(bare, "after", found.newer),
        None if first else bare.to_words({}),
        found.looked_at,
    )


def _at(bare: Asked, word: str, place: Place | None) -> str | None:
    return None if place is None else bare.to_words({word: common.written(place)})


_SUGGESTED = ("project", "feature", "model", "user", "client", "branch", "session", "status", "error_type", "host")


def _column(field: str) -> str:
    return "model" if field == "model" else FIELDS[field].strip('"')


def _took(row: Found) -> int | None:
    return None if row["ended_at"] is None else row["ended_at"] - row["started_at"]


async def _show(request: Request) -> Response:
    question = await asked(request)
    wrong = ""
    try:
        if there := addition(question, FIELDS):
            return RedirectResponse(there, 303)
    except FilterError as fault:
        wrong = str(fault)
    found = await ask(request, lambda ledger: requests(ledger, question, wrong))
    csv = request.query_params.get("csv")
    tables = (found.sheet if csv else found.table,)
    return page(
        request, "requests.html", tables=tables, asked=plain(question), it=found, export=address_of_export(question)
    )


ROUTES = (Route("/requests", _show, methods=["GET"]),)
