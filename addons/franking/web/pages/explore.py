"""Explore: any figure by any dimension and, within it, by another; filtered by every dimension, over time and as a
table. What is shown is in the address, and can be kept under a name.

Words of its own: ``metric``, ``by``, ``then``, ``top``.
"""

import sqlite3
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.ledger.filters import DIMENSIONS, TIMES
from franking.ledger.queries import OTHER, Costs, Group
from franking.ledger.saved_views import View, views
from franking.projects import questions
from franking.projects.names import Names
from franking.web.asked import Asked, asked
from franking.web.navigation import Entry
from franking.web.pages._explore_chart import Drawn, chart
from franking.web.pages._explore_sessions import largest
from franking.web.pages._explore_table import tabled
from franking.web.pages._explore_times import in_each_time
from franking.web.pages._explored import METRICS, Metric, lines
from franking.web.pages._exported import address
from franking.web.pages._filtering import TITLES, FilterError, Filtering, addition, filtering, plain
from franking.web.pages._saving import Typed, changed
from franking.web.reading import ask, bounded
from franking.web.rendering import page
from franking.web.tables import Table, arranged

__all__ = ["ENTRY", "ROUTES", "Explored", "explore"]

ENTRY = Entry("Explore", "/explore", 6)

SECONDS = 6.0
"""How long the ledger is asked for one page: what no roll-up knows is read row by row."""

_TOPS = ("5", "10", "20", "50")
_FIELDS = tuple(field for field in TITLES if field in DIMENSIONS)
_GROUPS = (*_FIELDS, *TIMES)


@dataclass(frozen=True, slots=True)
class Explored:
    """by, then, metric, top: what is asked for, then "" for nothing. drawn: None where there is nothing to draw.
    slow: it was broken off, as it takes longer than SECONDS.

    current: the saved view that this is. query: this page's, as a saved view keeps it.
    """

    ever: bool
    slow: bool
    metric: Metric
    by: str
    then: str
    top: str
    total: Group
    drawn: Drawn | None
    table: Table
    filters: Filtering
    views: list[View]
    current: View | None
    requests: str


def explore(ledger: sqlite3.Connection, asked: Asked, wrong: str = "") -> Explored:
    """Everything that the page shows. wrong: why what was typed is no filter. Raises WrongError."""
    metric = METRICS[asked.word("metric", "cost", expected=METRICS)]
    by = asked.word("by", "project", expected=_GROUPS)
    then = asked.word("then", expected=("", *_FIELDS))
    top = asked.word("top", "10", expected=_TOPS)
    then = "" if then == by else then
    wanted = (by, then) if then else (by,)
    found, drawn, slow = Costs(wanted, (), Group(())), None, False
    names = questions.names(ledger)
    with bounded(ledger, SECONDS) as late:
        try:
            found = (
                largest(ledger, asked, wanted, metric, int(top), names)
                or in_each_time(ledger, asked, wanted, metric, int(top), names)
                or questions.costs(ledger, asked.filters, wanted, asked.zone, names=names)
            )
            drawn = chart(ledger, asked, metric, by, then or None, int(top), found, names) if found.groups else None
        except sqlite3.OperationalError:
            if not late():
                raise
            found, drawn, slow = Costs(wanted, (), Group(())), None, True
    ever = bool(found.groups) or ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None
    listed = lines(found, metric, int(top))
    bare, saved = plain(asked), views(ledger)
    table = tabled(listed, found.total, metric, by, then, asked, drawn)
    values = ((name, value) for group in found.groups for name, value in zip(found.by, group.key, strict=True)
              if name not in TIMES and value and value is not OTHER)  # fmt: skip
    suggested = list(islice(values, 100))
    return Explored(
        ever, slow, metric, by, then, top, found.total, drawn, arranged(table, bare),
        filtering(asked, _FIELDS, wrong, suggested), saved, _current(saved, bare),
        _requests(bare, names),
    )  # fmt: skip


def _current(saved: list[View], bare: Asked) -> View | None:
    return next((view for view in saved if view.query == query(bare)), None)


def _requests(bare: Asked, names: Names) -> str:
    """The list of these requests: by the ids that they were stamped with, whatever their projects are named now."""
    meant: list[tuple[str, str]] = []
    for word, value in bare.query:
        ids = [value]
        if word.removeprefix("not-") == "project" and value and not names.trivial:
            project = names.resolved(value)
            ids = [id_ for id_ in names.seen if names.of(id_) == project] or ids
        meant += [(word, id_) for id_ in ids]
    unasked = dict.fromkeys(("metric", "by", "then", "top", "csv", "sort.explored", "all.explored"))
    return replace(bare, query=tuple(meant)).to_words(unasked, "/requests")


def query(bare: Asked) -> str:
    """What a saved view keeps of an address."""
    return urlencode([pair for pair in bare.query if pair[0] != "csv"])


async def _show(request: Request) -> Response:
    question = await asked(request)
    wrong = ""
    try:
        if there := addition(question, _FIELDS):
            return RedirectResponse(there, 303)
    except FilterError as fault:
        wrong = str(fault)
    return await _page(request, question, wrong, Typed())


async def _change(request: Request) -> Response:
    """A view is saved, renamed or deleted; then the page again, with what was typed where it was wrong."""
    question = await asked(request)
    typed = await changed(request, query(plain(question)))
    if typed is None:
        return RedirectResponse(plain(question).to_words({}), 303)
    return await _page(request, question, "", typed, 422)


async def _page(request: Request, question: Asked, wrong: str, typed: Typed, status: int = 200) -> Response:
    found = await ask(request, lambda ledger: explore(ledger, question, wrong))
    tables: tuple[Table, ...] = (found.table,)
    if found.drawn is not None:
        of_chart = arranged(found.drawn.table, plain(question))
        found, tables = replace(found, drawn=replace(found.drawn, table=of_chart)), (found.table, of_chart)
    return page(
        request, "explore.html", tables=tables, status=status, asked=plain(question), it=found, typed=typed,
        metrics=[(metric.key, metric.title) for metric in METRICS.values()],
        groups=[(field, TITLES[field]) for field in _FIELDS], times=[(name, name.capitalize()) for name in TIMES],
        tops=[(top, f"Top {top}") for top in _TOPS], export=address(question),
    )  # fmt: skip


ROUTES = (Route("/explore", _show, methods=["GET"]), Route("/explore", _change, methods=["POST"]))
