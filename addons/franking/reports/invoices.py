"""What an invoice says. Frozen; as JSON it is what the ledger keeps, and is read back as it was.

Money is Decimal: ``provider_cost`` in US dollars with nine places, everything else in the invoice's currency.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from franking.reports.amounts import apportioned, decimal, places, rounded

__all__ = ["Charge", "Check", "Invoice", "InvoiceError", "Line", "Party", "Terms", "composed", "document", "read"]


class InvoiceError(Exception):
    """It cannot be invoiced so. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends it, or whom it is for. Texts may have several lines."""

    name: str
    address: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """rate: units of the currency for one US dollar. markup, tax: percent. by: what lines are told apart by."""

    currency: str
    rate: Decimal
    markup: Decimal
    tax: Decimal
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    """What requests of one line cost the provider's customer. cost: nano-dollars. key: a value for each of ``by``.

    late: they came after an invoice of their own period was issued.
    """

    key: tuple[str | None, ...]
    late: bool
    requests: int
    cost: int
    input_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A charge with its share of the net amount."""

    key: tuple[str | None, ...]
    late: bool
    requests: int
    input_tokens: int | None
    output_tokens: int | None
    provider_cost: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Check:
    """Something to know before it is issued; a ``stop`` keeps it from being issued."""

    kind: Literal["stop", "note"]
    text: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """number: None of a draft. since, until: microseconds UTC; period: the same for people. issued: a day.

    converted: the provider's cost in the currency. net: with the markup. total: net and tax.
    """

    number: str | None
    project: str
    title: str
    since: int
    until: int
    period: str
    issued: str
    sender: Party
    client: Party
    terms: Terms
    lines: tuple[Line, ...]
    requests: int
    provider_cost: Decimal
    converted: Decimal
    markup: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    rounding: str
    reference: str = ""
    late_of: tuple[str, ...] = field(default_factory=tuple)


def composed(
    charges: list[Charge],
    terms: Terms,
    *,
    number: str | None,
    project: str,
    title: str,
    since: int,
    until: int,
    period: str,
    issued: str,
    sender: Party,
    client: Party,
    reference: str = "",
    late_of: tuple[str, ...] = (),
) -> Invoice:
    """The invoice for these charges. Each amount is rounded once; the lines are rounded so that they add up to it."""
    decimals = places(terms.currency)
    unit = Fraction(10**decimals) * Fraction(terms.rate) / 10**9
    factor = unit * (1 + Fraction(terms.markup) / 100)
    cost = sum(charge.cost for charge in charges)
    amounts = apportioned([charge.cost * factor for charge in charges])
    net, converted = sum(amounts), rounded(cost * unit)
    tax = rounded(net * Fraction(terms.tax) / 100)
    lines = tuple(
        Line(
            charge.key, charge.late, charge.requests, charge.input_tokens, charge.output_tokens,
            decimal(charge.cost, 9), decimal(amount, decimals),
        )
        for charge, amount in zip(charges, amounts, strict=True)
    )  # fmt: skip
    return Invoice(
        number, project, title, since, until, period, issued, sender, client, terms, lines,
        sum(charge.requests for charge in charges), decimal(cost, 9), decimal(converted, decimals),
        decimal(net - converted, decimals), decimal(net, decimals), decimal(tax, decimals),
        decimal(net + tax, decimals), _stated(terms.currency, decimals), reference, late_of,
    )  # fmt: skip


def _stated(currency: str, decimals: int) -> str:
    step = f"{decimal(1, decimals)} {currency}"
    return (
        f"Amounts are rounded to {step}, a half to the even digit: the net amount once, for all requests together, and"
        f" then the tax. A line's amount is its share of the net amount, less than {step} from its exact value, so that"
        " the lines add up."
    )


def document(invoice: Invoice) -> str:
    """The whole invoice as JSON, in a fixed order; amounts are decimal strings."""
    return msgspec.json.format(msgspec.json.encode(invoice), indent=2).decode()


def read(text: str) -> Invoice:
    """What ``document`` wrote. Raises msgspec.DecodeError."""
    return msgspec.json.decode(text, type=Invoice)
