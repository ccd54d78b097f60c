"""Usage → Cost: the gateway's own figure first, then the user's price, then the packaged list's, else not known.

The estimate is computed whenever a price is known, beside a reported cost as well. Under BYOK (the user's own key at
the upstream) the gateway's ``cost`` is its fee: the cost is what the upstream charged, and the two are never added.
Integer nano-dollars, computed in Decimal, rounded half-even once at the end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from franking.metering.overrides import Overrides
from franking.metering.price_table import PriceTable
from franking.metering.rates import Rates
from franking.metering.values import Cost, Usage

__all__ = ["Found", "Pricer"]

_DATE = re.compile(r"-(?:\d{8}|\d{4}-\d\d-\d\d)$")


class Pricer:
    """prices_file: the user's own prices, None without. fetched: the file of a price list that is newer than the
    package's, which need not be there. Raises SettingsError where the first cannot be used.
    """

    def __init__(self, prices_file: Path | None = None, fetched: Path | None = None) -> None:
        self.own = Overrides(prices_file)
        self.table = PriceTable(fetched)

    def warm(self) -> None:
        """Load the packaged list (0.7 s): call it in a thread at start."""
        self.table.warm()

    def price(self, usage: Usage, asked_model: str | None, gateway: str, wire_format: str, when_us: int) -> Cost:
        """What it cost. asked_model: as the request named it. when_us: the request's start, microseconds since 1970."""
        charged = usage.upstream_cost if usage.is_byok else usage.reported_cost
        estimate, source, label = self._estimate(usage, asked_model, gateway, wire_format, when_us)
        if charged is not None:
            return Cost(charged, "gateway", usage.reported_cost, estimate, label)
        return Cost(estimate, source, usage.reported_cost, estimate, label)

    def _estimate(
        self, usage: Usage, asked: str | None, gateway: str, wire_format: str, when_us: int
    ) -> tuple[int | None, str | None, str | None]:
        """(estimate, source, the price's name), all None where there is no price or too little is known to use it."""
        if usage.input_tokens is None or (usage.output_tokens is None and wire_format != "openai-embeddings"):
            return None, None, None
        found = self.find(_models(usage.model, asked), gateway, wire_format, usage.service_tier, when_us)
        if found is None or (cost := found.rates.cost(usage)) is None:
            return None, None, None
        return cost, found.source, found.label

    def find(
        self, models: Sequence[str], gateway: str, wire_format: str, tier: str | None, when_us: int
    ) -> "Found | None":
        """The price of the first of these names that has one, the user's own prices before the list's."""
        for model in models:
            if own := self.own.find(gateway, model, when_us):
                return Found(own[0], "price-override", own[1])
        for model in models:
            found = self.table.find(gateway, wire_format, model, tier, when_us)
            if found.rates is not None:
                return Found(found.rates, "price-table", found.label)
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """A price. source: as the row's ``cost_source``. label: for people."""

    rates: Rates
    source: str
    label: str | None


def _models(answered: str | None, asked: str | None) -> tuple[str, ...]:
    """The names to look for. What was asked for counts only where the answer names the same model, or none.

    ``:free`` is part of what was asked for, which an answer may leave out.
    """
    if not answered:
        return (asked,) if asked else ()
    if not asked or asked == answered:
        return (answered,)
    plain = asked.partition(":")[0]
    if _DATE.sub("", answered.partition(":")[0]) != plain:
        return (answered,)
    return (asked, answered) if asked.endswith(":free") else (answered, asked)
