"""By model and day: what each model cost, in each day, week or month or altogether; every row opens into its users."""

import sqlite3
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.ledger.filters import Value
from franking.ledger.queries import Costs, Group
from franking.projects import questions
from franking.projects.names import Names
from franking.web.asked import Asked, asked
from franking.web.figures import figures
from franking.web.navigation import Entry
from franking.web.pages._parts import key_of
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.stacks import Stack, stack
from franking.web.tables import Column, Row, Table, arranged
from franking.web.timeline import said, span, timeline
from franking.words import NOBODY

__all__ = ["ENTRY", "ROUTES", "Models", "models"]

ENTRY = Entry("Models", "/models", 2)

_TIMES = ("day", "week", "month")
_MODEL = Column("model", "Model", nobody=NOBODY["model"])


@dataclass(frozen=True, slots=True)
class Models:
    """ever: is there any request at all. rows_by: ``day``, ``week``, ``month``, or ``whole`` for the whole period.

    known: how many models the requests name. offered: what rows may be by: nothing finer than the bars, which would
    be thousands.
    """

    ever: bool
    total: Group
    known: int
    offered: tuple[str, ...]
    rows_by: str
    stack: Stack
    rows: Table


def models(ledger: sqlite3.Connection, asked: Asked) -> Models:
    """Everything that the page shows. Raises WrongError."""
    bars = timeline(ledger, asked).dimension
    offered = (*_TIMES[_TIMES.index(bars) :], "whole")
    rows_by = asked.word("rows", bars, expected=(*_TIMES, "whole"))
    rows_by = rows_by if rows_by in offered else bars
    names = questions.names(ledger)
    by = ("model",) if rows_by == "whole" else ("model", rows_by)
    found = questions.costs(ledger, asked.filters, by, asked.zone, names=names)
    stacked = stack(ledger, asked, "model", names=names, found=found if rows_by == bars else None)
    ever = bool(found.groups) or ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None
    return Models(
        ever,
        found.total,
        len({group.key[0] for group in found.groups} - {None}),
        offered,
        rows_by,
        replace(stacked, parts=arranged(stacked.parts, asked), table=arranged(stacked.table, asked)),
        _rows(ledger, asked, found, rows_by, names),
    )


def _rows(ledger: sqlite3.Connection, asked: Asked, found: Costs, rows_by: str, names: Names) -> Table:
    """The groups as rows, the time before the model, the newest time first and within it the dearest model."""
    keys = {key_of(*group.key): group.key for group in found.groups}

    def inner(key: str) -> Table:
        return _users(ledger, asked, keys[key], names)

    caption = "By model" if rows_by == "whole" else f"By model and {rows_by}"
    table = figures("models", caption, _MODEL, found.groups, found.total)
    # The time before the model, where there is one.
    rows = tuple(
        Row((*key[1:], *row.cells), key=name, quiet=row.quiet)
        for row, (name, key) in zip(table.rows, keys.items(), strict=True)
    )
    if rows_by == "whole":
        return arranged(replace(table, rows=rows), asked, "-cost", inner)
    # Beside the time, a narrow screen has room for the model and its cost.
    narrowed = (replace(each, wide=1) if each.key == "requests" else each for each in table.columns)
    columns = (Column(rows_by, rows_by.capitalize(), "day"), *narrowed)
    total = ("Total", "", *(table.total or ())[1:])
    return arranged(replace(table, columns=columns, rows=rows, total=total), asked, f"-{rows_by}", inner)


def _users(ledger: sqlite3.Connection, asked: Asked, key: tuple[Value, ...], names: Names) -> Table:
    """One row's users."""
    model, time = key[0], key[1] if len(key) == 2 else None
    meant = replace(asked.filters, include={**asked.filters.include, "model": (model,)})
    words = [NOBODY["model"] if model is None else model]
    if time is not None:
        since, until = span(time, asked)
        meant = replace(meant, since=since, until=until)
        words.append(said(time))
    found = questions.costs(ledger, meant, ("user",), asked.zone, names=names)
    column = Column("user", "User", nobody=NOBODY["user"])
    table = figures(f"users-{key_of(*key)}", f"Users of {', '.join(words)}", column, found.groups, None)
    return arranged(table, asked, "-cost")


async def _show(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: models(ledger, question))
    inner = [row.inner for row in found.rows.rows if row.inner]
    tables = (found.rows, found.stack.parts, found.stack.table, *inner)
    return page(request, "models.html", tables=tables, asked=question, it=found)


ROUTES = (Route("/models", _show, methods=["GET"]),)
