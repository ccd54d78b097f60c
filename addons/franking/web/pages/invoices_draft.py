"""An invoice before it is issued: the form, the check list, the draft, its files; and issuing it."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.projects import questions
from franking.projects.values import ProjectsError
from franking.reports import configured, drafting, invoice_pdf, issued
from franking.reports.charging import BY
from franking.reports.drafting import Draft
from franking.reports.fonts import FontError, Fonts
from franking.reports.invoices import Invoice, InvoiceError
from franking.settings_invoice import Invoice as Own
from franking.web.forms import WHOLE, Form, NotWrittenError, Typed, typed, write
from franking.web.forms import meant as resolved
from franking.web.pages.invoices import FORMATS, LINES, file_of
from franking.web.pages.invoices_reading import FIELDS, Meant, meant_by, typed_of
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.site import site

__all__ = ["ROUTES", "DraftPage"]

_CHANGED = "What there is to charge has changed since this draft was shown. This is how it is now."


@dataclass(frozen=True, slots=True)
class DraftPage:
    """draft: None where nothing is asked for yet, or something is wrong. billable: projects to choose from.

    seen: what the draft comes to, so that nothing else is issued than what was shown. files: the draft's.
    """

    draft: Draft | None
    billable: Sequence[str]
    by: Sequence[str]
    seen: str
    files: dict[str, str]
    words: Sequence[tuple[str, str]]
    lines: int = LINES


def _drafted(ledger: sqlite3.Connection, wanted: Meant, own: Own, now: int) -> Draft:
    names = [each.name for each in questions.known(ledger)]
    period = wanted.since, wanted.until
    project = resolved(wanted.project, names)
    zone, sender = configured.zone(own), configured.sender(own)
    return drafting.draft(ledger, project, period, wanted.words, wanted.terms, sender, now, zone)


def _billable(ledger: sqlite3.Connection) -> list[str]:
    return [each.name for each in questions.known(ledger) if each.billable]


def _seen(invoice: Invoice) -> str:
    return f"{invoice.requests}/{invoice.provider_cost}/{invoice.total}"


def _words(form: Typed) -> list[tuple[str, str]]:
    return [(name, value) for name in FIELDS for value in form.all(name) if value]


async def _answer(request: Request, form: Typed, wrong: dict[str, str], draft: Draft | None, status: int) -> Response:
    words = _words(form)
    files = {name: f"/invoices/draft?{urlencode([*words, ('format', name)])}" for name in FORMATS}
    billable = await ask(request, _billable)
    it = DraftPage(draft, billable, BY, _seen(draft.invoice) if draft else "", files, words)
    return page(request, "invoice_draft.html", status=status, it=it, form=Form(form, wrong))


async def _show(request: Request) -> Response:
    own, now = site(request).settings.invoice, time.time_ns() // 1000
    query = request.query_params
    if not query.get("month") and not query.get("from"):
        return await _answer(request, typed_of(own, query.get("project", ""), now), {}, None, 200)
    words = {name: tuple(query.getlist(name)) for name in FIELDS if name in query}
    form = Typed({**typed_of(own, "", now).words, "month": ("",), **words})
    wanted, wrong = meant_by(form, own, now)
    draft = None
    if wanted is not None:
        try:
            draft = await ask(request, lambda ledger: _drafted(ledger, wanted, own, now))
        except ProjectsError as fault:
            wrong["project"] = str(fault)
    kind = query.get("format", "")
    if draft is not None and kind in FORMATS:
        try:
            return file_of(draft.invoice, kind, _page(draft.invoice, own) if kind == "pdf" else b"")
        except FontError as fault:
            wrong[WHOLE] = str(fault)
    return await _answer(request, form, wrong, draft, 422 if wrong else 200)


def _page(invoice: Invoice, own: Own) -> bytes:
    return invoice_pdf.pdf(invoice, Fonts(own.fonts))


async def _issue(request: Request) -> Response:
    own, said, now = site(request).settings.invoice, await typed(request), time.time_ns() // 1000
    wanted, wrong = meant_by(said, own, now)
    if wanted is None:
        return await _answer(request, said, wrong, None, 422)
    status = 422
    draft = None
    try:
        draft = await ask(request, lambda ledger: _drafted(ledger, wanted, own, now))
        if draft.stops:
            wrong[WHOLE] = "It was not issued: the check list says why."
        elif said.one("seen") != _seen(draft.invoice):
            wrong[WHOLE] = _CHANGED
        else:
            day = f"{datetime.fromtimestamp(now // 1_000_000, configured.zone(own)):%Y-%m-%d}"
            made = await write(request, partial(_issued, wanted=wanted, own=own, now=now, day=day))
            return RedirectResponse(f"/invoices/issued?{urlencode({'number': made.number, 'done': 'issued'})}", 303)
    except ProjectsError as fault:
        wrong["project"] = str(fault)
    except (InvoiceError, FontError) as fault:
        wrong[WHOLE] = str(fault)
    except NotWrittenError as fault:
        wrong[WHOLE], status = str(fault), 503
    return await _answer(request, said, wrong, draft, status)


def _issued(ledger: sqlite3.Connection, *, wanted: Meant, own: Own, now: int, day: str) -> Invoice:
    return issued.issue(
        ledger, lambda: _drafted(ledger, wanted, own, now).invoice, lambda one: _page(one, own), own.series, day, now
    )


ROUTES = (
    Route("/invoices/draft", _show, methods=["GET"]),
    Route("/invoices/draft", _issue, methods=["POST"]),
)
