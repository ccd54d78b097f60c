"""Issued invoices: kept as they are, numbered without a gap, each request on one at most."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from franking.ledger.connection import transaction
from franking.projects import questions
from franking.reports import charging
from franking.reports.invoices import Invoice, InvoiceError, document, read

__all__ = ["Issued", "issue", "listed", "page", "stored"]

_NUMBER = re.compile(r"\{number(?::0(\d))?\}")
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice in a list. since, until, issued_at: microseconds UTC; period: the same for people. total: decimal."""

    number: str
    project: str
    since: int
    until: int
    issued_at: int
    period: str
    total: str
    currency: str


def listed(ledger: sqlite3.Connection) -> list[Issued]:
    """All of them, the oldest first. A ledger from before there were any has none."""
    said = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'invoices'"
    if ledger.execute(said).fetchone() is None:
        return []
    rows = ledger.execute(
        "SELECT name, project, starts, ends, issued_at, json_extract(document, '$.period'),"
        " json_extract(document, '$.total'), json_extract(document, '$.terms.currency') FROM invoices ORDER BY number"
    )
    return [Issued(*row) for row in rows]


def stored(ledger: sqlite3.Connection, number: str) -> Invoice | None:
    """The invoice with that number, as it was issued."""
    if not listed(ledger):
        return None
    row = ledger.execute("SELECT document FROM invoices WHERE name = ?", (number,)).fetchone()
    return None if row is None else read(row[0])


def page(ledger: sqlite3.Connection, number: str) -> bytes:
    """Its PDF, as it was first made. The number is one of ``listed``."""
    found: bytes = ledger.execute("SELECT pdf FROM invoices WHERE name = ?", (number,)).fetchone()[0]
    return found


def issue(
    ledger: sqlite3.Connection,
    made: Callable[[], Invoice],
    drawn: Callable[[Invoice], bytes],
    series: str,
    day: str,
    at: int,
) -> Invoice:
    """Number it, keep it, and mark what it charges; one transaction, after the page is drawn.

    made: the invoice of this moment; asked again where requests arrived while its page was drawn. ledger: in autocommit
    mode. day: of issue, for the number. Raises InvoiceError, sqlite3.Error.
    """
    for _ in range(_TRIES):
        prefix, place, name = _next(ledger, series, day)
        invoice = replace(made(), number=name)
        pdf = drawn(invoice)
        with suppress(_ChangedError), transaction(ledger):
            if _next(ledger, series, day)[1] != place:
                raise _ChangedError
            row = ledger.execute(
                "INSERT INTO invoices (name, series, place, project, starts, ends, issued_at, document, pdf)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
                (name, prefix, place, invoice.project, invoice.since, invoice.until, at, document(invoice), pdf),
            ).fetchone()
            _mark(ledger, invoice, int(row[0]))
            return invoice
    raise InvoiceError("requests of this project keep arriving; try again in a moment")


class _ChangedError(Exception):
    """What the page says is no longer what there is to charge."""


def _next(ledger: sqlite3.Connection, series: str, day: str) -> tuple[str, int, str]:
    """The series of that day, the place in it, and the number that this gives."""
    dated = series.replace("{year}", day[:4]).replace("{month}", day[5:7])
    prefix = _NUMBER.sub("#", dated)
    row = ledger.execute("SELECT COALESCE(MAX(place), 0) + 1 FROM invoices WHERE series = ?", (prefix,)).fetchone()
    place = int(row[0])
    return prefix, place, _NUMBER.sub(lambda found: f"{place:0{int(found[1] or 1)}}", dated)


def _mark(ledger: sqlite3.Connection, invoice: Invoice, number: int) -> None:
    names = questions.names(ledger)
    others = [one for one in listed(ledger) if one.number != invoice.number]
    before = [(one.since, one.until) for one in others if names.resolved(one.project) == invoice.project]
    period = invoice.since, invoice.until
    marked = 0
    for interval in (period, *charging.intervals(before, period)):
        for condition, parameters in charging.conditions(names, invoice.project, interval):
            said = f"INSERT INTO invoice_requests SELECT e.id, {number} {charging.charged(condition)}"
            marked += ledger.execute(said, parameters).rowcount
    cost = ledger.execute(
        "SELECT COALESCE(SUM(e.cost), 0) FROM invoice_requests AS i JOIN entries AS e ON e.id = i.request"
        " WHERE i.invoice = ?",
        (number,),
    ).fetchone()[0]
    if (marked, cost) != (invoice.requests, int(invoice.provider_cost.scaleb(9))):
        raise _ChangedError
