"""Prices: what models are charged, and where each price is from."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from franking.ledger import queries, reader
from franking.ledger.filters import Filters
from franking.metering.pricing import Found, Pricer
from franking.metering.rates import Rate
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.known_prices import PriceList, price_list, pricer
from franking.web.api.parameters import text

__all__ = ["ENDPOINTS"]

_MONTH = 31 * 86_400_000_000
_EACH = frozenset({"web_search", "request"})
_FORMATS = ("openai-chat", "anthropic-messages", "gemini-generate")

Dollars = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)?$", description="US dollars, exact.")]


class LongContext(Struct, kw_only=True, forbid_unknown_fields=True):
    """What holds instead for a request with more input tokens than ``above``."""

    above: int
    per_million: dict[str, Dollars]


class Price(Struct, kw_only=True, forbid_unknown_fields=True):
    """A model's price at a gateway; null is not known: such requests are unpriced.

    source: as a request's ``cost_source``. price: the price's name. per_million: unit → for a million tokens.
    each: unit → for one.
    """

    model: str
    gateway: str | None
    requests: Annotated[int | None, Meta(description="Of the past 31 days.")]
    source: str | None
    price: str | None
    per_million: dict[str, Dollars]
    each: dict[str, Dollars]
    long_context: list[LongContext]


class Prices(Struct, kw_only=True, forbid_unknown_fields=True):
    """The models of the past 31 days, the most used first, and those of the user's own prices; or the one asked for."""

    price_list: PriceList
    prices: list[Price]


def _prices(question: Question) -> Prices:
    prices_of = pricer(question.site.settings.prices.file)
    model = question.values["model"]
    prices = _of(question, prices_of, model) if model else [*_used(question, prices_of), *_own(question, prices_of)]
    return Prices(price_list=price_list(), prices=prices)


def _of(question: Question, pricer: Pricer, model: str) -> list[Price]:
    """The model at every gateway that has a price for it."""
    names = [gateway.name for gateway in question.site.settings.gateway]
    found = [(name, _found(question, pricer, model, name)) for name in names]
    return [_price(model, name, price) for name, price in found if price is not None] or [_price(model, None, None)]


def _used(question: Question, pricer: Pricer) -> list[Price]:
    try:
        with question.ledger() as ledger:
            groups = queries.costs(ledger, Filters(question.now - _MONTH), ("model", "gateway")).groups
    except reader.LedgerMissingError:
        return []
    known = [(group.key[0], group.key[1], group.requests) for group in groups if group.key[0] is not None]
    return [
        _price(model, gateway, _found(question, pricer, model, gateway or ""), requests)
        for model, gateway, requests in sorted(known, key=lambda one: (-one[2], one[0] or "", one[1] or ""))
        if model is not None
    ]


def _own(question: Question, pricer: Pricer) -> list[Price]:
    return [_price(model, None, _found(question, pricer, model, "")) for model in pricer.own.models]


def _found(question: Question, pricer: Pricer, model: str, gateway: str) -> Found | None:
    """As a request of now is priced, whichever wire format it speaks."""
    for wire_format in _FORMATS:
        if found := pricer.find((model,), gateway, wire_format, None, question.now):
            return found
    return None


def _price(model: str, gateway: str | None, found: Found | None, requests: int | None = None) -> Price:
    rates = found.rates.by_unit if found else {}
    bounds = sorted({bound for rate in rates.values() for bound, _ in rate.above})
    return Price(
        model=model,
        gateway=gateway,
        requests=requests,
        source=found.source if found else None,
        price=found.label if found else None,
        per_million={unit: _dollars(rate.base / 1000) for unit, rate in rates.items() if unit not in _EACH},
        each={unit: _dollars(rate.base / 10**9) for unit, rate in rates.items() if unit in _EACH},
        long_context=[LongContext(above=bound, per_million=_above(rates, bound)) for bound in bounds],
    )


def _above(rates: Mapping[str, Rate], bound: int) -> dict[str, str]:
    return {unit: _dollars(dict(rate.above)[bound] / 1000) for unit, rate in rates.items() if bound in dict(rate.above)}


def _dollars(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


ENDPOINTS = (
    Endpoint(
        "/prices", "prices", "What models are charged", Prices, _prices,
        (text("model", "Only this model, at every gateway that has it.", least=1, longest=200),), of_ledger=False,
    ),
)  # fmt: skip
