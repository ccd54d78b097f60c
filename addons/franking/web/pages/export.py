"""Export: a form that says which requests, and as what; how many these are; and the file, which streams.

Whatever is wrong, the form is shown again with what was typed, each fault beside its field. The words: ``_exported``.
"""

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.budgets.values import DIMENSIONS as SUGGESTED
from franking.projects import folding, questions
from franking.reports import exports
from franking.reports.exports import Expected
from franking.reports.parquet import MissingError
from franking.web.asked import WrongError, names, zone
from franking.web.export_formats import FORMATS
from franking.web.exporting import BusyError, EmptyError, Exporting, ForeignError
from franking.web.forms import WHOLE
from franking.web.navigation import Entry
from franking.web.pages._exported import FILTERS, PATH, PERIODS, RANGE, Wanted, wanted
from franking.web.pages._filtering import Filtering, filtering
from franking.web.pages.budget_choices import choices
from franking.web.reading import ask, bounded
from franking.web.rendering import page
from franking.web.site import site

__all__ = ["ENTRY", "ROUTES", "Shown", "counted", "shown"]

ENTRY = Entry("Export", PATH, 8)

SECONDS = 3.0
"""How long requests are counted: what takes longer is as much work as the export."""


@dataclass(frozen=True, slots=True)
class Shown:
    """expected: None where nothing was counted. lines: of the file, then. left_out: of what is meant, in words."""

    filters: Filtering
    expected: Expected | None
    lines: int
    left_out: tuple[str, ...]


def shown(ledger: sqlite3.Connection, one: Wanted) -> Shown:
    """Everything that the page shows beside the form's own fields."""
    known = choices(ledger)
    suggested = [(field, value) for field in FILTERS if field in SUGGESTED for value in known[field]]
    found = None if one.form.first else counted(ledger, one)
    lines = 0 if found is None else found.lines(one.format)
    left = () if found is None or found.at_most else exports.left_out(found.whole, lines, one.format)
    row = filtering(one.asked, FILTERS, one.form.wrong.get("value", ""), suggested)
    typed = (
        (one.form.one("add"), one.form.one("how", "is"), one.form.one("value")) if one.form.wrong else ("", "is", "")
    )
    return Shown(replace(row, typed=typed), found, lines, tuple(left))


def counted(ledger: sqlite3.Connection, one: Wanted) -> Expected | None:
    """What there is to write; None where that takes too long to be told."""
    with bounded(ledger, SECONDS) as late:
        try:
            meant = folding.matched(questions.names(ledger), one.asked.filters)
            return exports.expected(ledger, meant, one.asked.zone)
        except sqlite3.OperationalError:
            if not late():
                raise
            return None


async def _asked(request: Request) -> Wanted:
    """Raises WrongError where the address is too long."""
    pairs = request.query_params.multi_items()
    me: tuple[str, ...] = ()
    nobody = ""
    if request.query_params.get("mine") == "1":
        try:
            me = await names()
        except WrongError as fault:
            nobody = str(fault)
    return wanted(pairs, zone(request), time.time_ns() // 1000, me, nobody)


async def _show(request: Request) -> Response:
    one = await _asked(request)
    if one.sent and not one.form.wrong:
        return RedirectResponse(one.asked.to_words({}), 303)
    return await _page(request, one)


async def _page(request: Request, one: Wanted, status: int = 200) -> Response:
    it = await ask(request, lambda ledger: shown(ledger, one))
    status = 422 if one.form.wrong and status == 200 else status
    return page(
        request, "export.html", here=PATH, status=status, asked=one.asked, one=one, it=it, form=one.form,
        formats=FORMATS, periods=(*PERIODS, (RANGE, "Dates")),
    )  # fmt: skip


async def _file(request: Request) -> Response:
    one = await _asked(request)
    if one.form.wrong:
        return await _page(request, one)

    async def refused(fault: Exception) -> Response:
        wrong: Mapping[type[Exception], tuple[int, str]] = {
            BusyError: (503, WHOLE), EmptyError: (404, WHOLE), MissingError: (503, "format"),
        }  # fmt: skip
        if isinstance(fault, ForeignError):
            return RedirectResponse(one.asked.to_words({}), 303)
        if type(fault) not in wrong:
            raise fault
        status, field = wrong[type(fault)]
        text = f"{fault}." if field == WHOLE else str(fault)
        again = replace(one, form=replace(one.form, wrong={field: text[0].upper() + text[1:]}))
        answer = await _page(request, again, status)
        if isinstance(fault, BusyError):
            answer.headers["Retry-After"] = "30"
        return answer

    return Exporting(site(request).ledger, one.asked.filters, one.format, one.file, refused)


ROUTES = (Route(PATH, _show, methods=["GET"]), Route(f"{PATH}/file", _file, methods=["GET"]))
