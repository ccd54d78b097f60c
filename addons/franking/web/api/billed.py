"""Invoices that were issued, for programs; their documents are had at ``/invoices/issued`` as PDF, CSV and JSON."""

from typing import Annotated

from msgspec import Meta, Struct

from franking.reports import issued
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.values import Time
from franking.words import iso

__all__ = ["ENDPOINTS"]

_Amount = Annotated[str, Meta(description="Decimal, in the currency beside it.")]


class Issued(Struct, kw_only=True, forbid_unknown_fields=True):
    """An invoice. since, until: what it charges, the latter not included; period: the same for people."""

    number: str
    project: str
    since: Time | None
    until: Time | None
    issued_at: Time | None
    period: str
    total: _Amount
    currency: str


class Invoices(Struct, kw_only=True, forbid_unknown_fields=True):
    """All of them, the newest first."""

    invoices: list[Issued]


def _invoices(question: Question) -> Invoices:
    with question.ledger() as ledger:
        found = issued.listed(ledger)
    return Invoices(
        invoices=[
            Issued(
                number=one.number, project=one.project, since=iso(one.since), until=iso(one.until),
                issued_at=iso(one.issued_at), period=one.period, total=one.total, currency=one.currency,
            )
            for one in reversed(found)
        ]
    )  # fmt: skip


ENDPOINTS = (Endpoint("/invoices", "invoices", "Invoices that were issued, the newest first", Invoices, _invoices),)
