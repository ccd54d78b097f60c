"""What a request may cost, told before it leaves: from its size, its bound on the output, and a model's price.

Input tokens are bytes / 4, which for JSON in English is somewhat too many. Where the model is not known yet, that of
the priciest of those that may be meant counts; where none of them has a price, what the configuration assumes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from franking.metering.pricing import Found
from franking.metering.values import Usage

__all__ = ["Assumed", "Estimator", "Prices"]

_BYTES_A_TOKEN = 4
_STEP = 256
"""Input tokens are rounded up to a multiple, so that what was computed once serves again."""

_MOST_OUTPUT = 1_000_000
"""Tokens that one answer can have; a request may name any number."""

_MOST_REMEMBERED = 8192
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Assumed:
    """What stands in for what is not known. input_price, output_price: nano-dollars for a million tokens.

    output_tokens: where a request names no bound. request_bytes: where it does not say how long it is.
    """

    input_price: int
    output_price: int
    output_tokens: int
    request_bytes: int = 32_768


class Prices(Protocol):
    """metering's Pricer, as far as it is needed here."""

    def find(
        self, models: Sequence[str], gateway: str, wire_format: str, tier: str | None, when_us: int
    ) -> Found | None:
        """The price of the first of these models that has one."""


class Estimator:
    """Estimates; what was computed serves again on the same day."""

    def __init__(self, prices: Prices, assumed: Assumed) -> None:
        self._prices = prices
        self._assumed = assumed
        self._known: dict[tuple[Any, ...], int] = {}

    def estimate(
        self,
        models: tuple[str, ...],
        gateway: str,
        wire_format: str,
        at: int,
        size: int | None,
        max_tokens: int | None = None,
    ) -> int:
        """Nano-dollars. models: one, or those that may be meant. size: the request's body in bytes, None: not known."""
        steps = -(-(self._assumed.request_bytes if size is None else size) // (_BYTES_A_TOKEN * _STEP))
        key = (models, gateway, wire_format, at // _DAY, steps, max_tokens)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._computed(models, gateway, wire_format, at, steps * _STEP, max_tokens)
        return known

    def _computed(
        self, models: Sequence[str], gateway: str, wire_format: str, at: int, given: int, max_tokens: int | None
    ) -> int:
        assumed = self._assumed
        made = min(assumed.output_tokens if max_tokens is None else max_tokens, _MOST_OUTPUT)
        if wire_format == "openai-embeddings":
            made = 0
        found = [self._prices.find([model], gateway, wire_format, None, at) for model in models]
        usage = Usage(input_tokens=given, output_tokens=made)
        costs = [cost for one in found if one is not None and (cost := one.rates.cost(usage)) is not None]
        if costs:
            return max(costs)
        return (given * assumed.input_price + made * assumed.output_price) // 1_000_000
