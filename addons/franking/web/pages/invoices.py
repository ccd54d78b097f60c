"""Issued invoices: all of them, one of them, and its files as they were issued."""

import re
import sqlite3
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.reports import configured, invoice_text, invoices, issued
from franking.reports.invoices import Invoice
from franking.reports.issued import Issued
from franking.web.asked import Asked, asked
from franking.web.navigation import Entry
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.site import site
from franking.web.tables import Column, Row, Table, arranged
from franking.words import local

__all__ = ["ENTRY", "FORMATS", "ROUTES", "Listed", "file_of", "listed"]

ENTRY = Entry("Invoices", "/invoices", 4)

FORMATS = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "json": "application/json"}
"""What an invoice can be had as."""

LINES = 60
"""Lines that a page shows; all are in the files."""


@dataclass(frozen=True, slots=True)
class Listed:
    """invoices: (in the list, as issued), the newest first. table: the same for sorting and as CSV,
    totals in billionths of their currency."""

    invoices: tuple[tuple[Issued, Invoice], ...]
    table: Table


def listed(ledger: sqlite3.Connection, asked: Asked) -> Listed:
    """Everything that the page shows. Raises WrongError."""
    found = {one.number: (one, issued.stored(ledger, one.number)) for one in reversed(issued.listed(ledger))}
    columns = (
        Column("number", "Number"), Column("project", "Project"), Column("client", "Client", wide=1),
        Column("since", "From", "time", wide=1), Column("until", "To", "time", wide=1),
        Column("issued_at", "Issued", "time", wide=2), Column("total", "Total", "money"),
        Column("currency", "Currency"),
    )  # fmt: skip
    rows = tuple(
        Row((one.number, one.project, kept.client.name, one.since, one.until, one.issued_at,
             int(Decimal(one.total).scaleb(9)), one.currency))
        for one, kept in found.values() if kept is not None
    )  # fmt: skip
    table = arranged(Table("invoices", "Issued", columns, rows), asked)
    shown = (found[str(row.cells[0])] for row in table.rows)
    return Listed(tuple((one, invoice) for one, invoice in shown if invoice is not None), table)


def file_of(invoice: Invoice, form: str, page_: bytes) -> Response:
    """One of its files. form: a key of FORMATS. page_: its PDF."""
    texts = {"csv": lambda: invoice_text.as_csv(invoice), "json": lambda: invoices.document(invoice) + "\n"}
    body = page_ if form == "pdf" else texts[form]().encode()
    name = re.sub(r"[^\w.-]+", "-", invoice.number or f"draft-{invoice.period}", flags=re.ASCII)
    headers = {"Content-Disposition": f'attachment; filename="invoice-{name}.{form}"'}
    return Response(body, media_type=FORMATS[form], headers=headers)


async def _list(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: listed(ledger, question))
    where = configured.zone(site(request).settings.invoice)
    days = [(local(one.since, where, "%Y-%m-%d"), local(one.until - 1, where, "%Y-%m-%d")) for one, _ in found.invoices]
    return page(request, "invoices.html", tables=(found.table,), asked=question, it=found, days=days, address=_address)


def _address(number: str, form: str = "") -> str:
    return f"/invoices/issued?{urlencode({'number': number} | ({'format': form} if form else {}))}"


async def _one(request: Request) -> Response:
    question = await asked(request)
    number, form = question.word("number"), question.word("format", "", expected={"", *FORMATS})
    done = question.word("done", "", expected={"", "issued"})

    def found(ledger: sqlite3.Connection) -> tuple[Invoice, bytes] | None:
        invoice = issued.stored(ledger, number)
        return None if invoice is None else (invoice, issued.page(ledger, number))

    answer = await ask(request, found)
    if answer is None:
        raise HTTPException(404)
    if form:
        return file_of(answer[0], form, answer[1])
    return page(
        request, "invoice.html", it=answer[0], done=done, lines=LINES,
        files={name: _address(number, name) for name in FORMATS},
    )  # fmt: skip


ROUTES = (
    Route("/invoices", _list, methods=["GET"]),
    Route("/invoices/issued", _one, methods=["GET"]),
)
