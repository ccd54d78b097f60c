"""What one model charges on one day (Rates), and what a usage costs by it. Pure; Decimal and int only.

A unit's tokens may be part of another's (cached input of all input, reasoning of all output): each token is charged
once, at the price of the narrowest unit that is priced. A unit without a price of its own is charged as the wider one.
Long-context prices hold for all of a request's tokens once its input is above the bound; where one answer was several
rounds, each round's input is what counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from franking.metering.values import Usage

__all__ = ["FREE", "UNITS", "Rate", "Rates", "Unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that is charged for. field: Usage's count of it, None: once a request. traits: what it is a part of."""

    field: str | None
    traits: frozenset[str]


UNITS: Mapping[str, Unit] = {
    name: Unit(field, frozenset(traits.split()))
    for name, field, traits in (
        ("input", "input_tokens", "input"),
        ("output", "output_tokens", "output"),
        ("cache_read", "cache_read_tokens", "input read"),
        ("cache_write", "cache_write_tokens", "input write"),
        ("cache_write_1h", "cache_write_1h_tokens", "input write hour"),
        ("reasoning", "reasoning_tokens", "output reasoning"),
        ("audio_input", "audio_input_tokens", "input audio"),
        ("audio_output", "audio_output_tokens", "output audio"),
        ("audio_cache_read", "audio_cache_read_tokens", "input audio read"),
        ("image_input", "image_input_tokens", "input image"),
        ("image_output", "image_output_tokens", "output image"),
        ("image_cache_read", "image_cache_read_tokens", "input image read"),
        ("web_search", "web_searches", "search"),
        ("request", None, "request"),
    )
}
"""Every unit that a price may be named for."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Nano-dollars for one token (search, request). above: long context: (input tokens, rate) in rising order."""

    base: Decimal
    above: tuple[tuple[int, Decimal], ...] = ()

    def at(self, input_tokens: int) -> Decimal:
        """The rate for a request with that much input."""
        rate = self.base
        for bound, higher in self.above:
            if input_tokens > bound:
                rate = higher
        return rate


class Rates:
    """A model's rates. by_unit: unit name (a key of UNITS) → rate."""

    __slots__ = ("_bound", "_lines", "_overlaps", "by_unit")

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self.by_unit = rates
        self._bound = min((bound for rate in rates.values() for bound, _ in rate.above), default=None)
        order = sorted(rates, key=lambda name: -len(UNITS[name].traits))
        self._lines = tuple(
            (
                UNITS[name].field,
                rates[name],
                tuple(i for i, other in enumerate(order) if UNITS[name].traits < UNITS[other].traits),
            )
            for name in order
        )
        # Cached audio and images have a price of their own, so that where both are there it must be known how many.
        self._overlaps = tuple(f"{kind}_input_tokens" for kind in ("audio", "image") if f"{kind}_cache_read" in rates)

    def cost(self, usage: Usage) -> int | None:
        """Nano-dollars, rounded half-even; None where the counts do not allow to say (a part larger than its whole)."""
        if self._bound is None or not usage.iterations or (usage.input_tokens or 0) <= self._bound:
            total = self._sum(usage)
        else:
            total = self._sum_by_round(usage)
        if total is None:
            return None
        nanos = int(total.to_integral_value(ROUND_HALF_EVEN))
        return nanos if nanos < 2**63 else None

    def _sum(self, usage: Usage) -> Decimal | None:
        given = usage.input_tokens or 0
        for whole in self._overlaps:
            known = getattr(usage, whole.replace("input", "cache_read"))
            if known is None and getattr(usage, whole) and usage.cache_read_tokens:
                return None
        total = Decimal(0)
        alone: list[int] = []
        for field, rate, parts in self._lines:
            number = 1 if field is None else getattr(usage, field) or 0
            for part in parts:
                number -= alone[part]
            if number < 0:
                return None
            alone.append(number)
            if number:
                total += number * rate.at(given) if rate.above else number * rate.base
        return total

    def _sum_by_round(self, usage: Usage) -> Decimal | None:
        """Above the bound in all: it must be known what each of the rounds counted."""
        totals = tuple(map(sum, zip(*usage.iterations, strict=True)))
        said = (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens or 0, usage.cache_write_tokens or 0)
        if totals != said or usage.cache_write_1h_tokens or "request" in self.by_unit:
            return None
        rounds = [
            Usage(input_tokens=given, output_tokens=made, cache_read_tokens=hit, cache_write_tokens=kept)
            for given, made, hit, kept in usage.iterations
        ]
        sums = [self._sum(one) for one in (*rounds, Usage(web_searches=usage.web_searches))]
        return sum((one for one in sums if one is not None), Decimal(0)) if None not in sums else None


FREE = Rates({})
"""A known 0."""
