"""The price list (genai-prices): gateway, model, tier, time → Rates. Offline: the data come with the package, or from
a newer list that the user has fetched (``price_update``).

A model that is charged in units which no answer counts (hours, pages, characters) has no price here; neither has one
whose entry is empty, except ``:free``.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from franking.metering import price_entries, price_update
from franking.metering.rates import FREE, Rate, Rates

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

__all__ = ["About", "PriceTable", "Priced"]

_PROVIDERS = {"gemini": "google", "kilo": "openrouter"}
_BY_FORMAT = {"anthropic-messages": "anthropic", "gemini-generate": "google"}

_PER_MILLION = {
    "input_mtok": "input", "output_mtok": "output", "cache_read_mtok": "cache_read", "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h", "output_reasoning_mtok": "reasoning",
    "input_audio_mtok": "audio_input", "output_audio_mtok": "audio_output", "cache_audio_read_mtok": "audio_cache_read",
    "input_image_mtok": "image_input", "output_image_mtok": "image_output", "cache_image_read_mtok": "image_cache_read",
}  # fmt: skip
_PER_THOUSAND = {"web_searches_kcount": "web_search", "requests_kcount": "request"}
_NOT_ASKED_FOR = frozenset(
    {
        "storage_searches_kcount",
        "social_searches_kcount",
        "code_executions_kcount",
        "input_video_mtok",
        "output_video_mtok",
    }
)
_DAY = 86_400_000_000
_MOST_CACHED = 2048


@dataclass(frozen=True, slots=True)
class Priced:
    """A price that holds from ``since`` until before ``until`` (microseconds since 1970). label: for people."""

    rates: Rates | None
    label: str | None
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class About:
    """What list it is. version: the package's. fetched: the day on which a newer one was fetched, None for the
    package's own. newest: the newest day from which a price of it holds. models: how many have a price.
    """

    version: str
    fetched: date | None
    newest: date | None
    models: int


class PriceTable:
    """The list, loaded at first use (0.7 s; call ``warm`` in a thread), and what was looked up in it.

    fetched: the file of a fetched list, which need not be there.
    """

    def __init__(self, fetched: Path | None = None) -> None:
        self._file = fetched
        self._fetched: date | None = None
        self._providers: dict[str, Provider] | None = None
        self._version = ""
        self._cache: dict[tuple[str, str, str, str | None], Priced] = {}

    def warm(self) -> None:
        """Load the list. Safe to call from any thread, and again."""
        if self._providers is None:
            import genai_prices
            from genai_prices.data_snapshot import get_snapshot

            newer = price_update.load(self._file) if self._file else None
            self._version = genai_prices.__version__
            if newer is not None:
                self._fetched = newer.fetched
                self._version += f"+{newer.fetched}"
            self._providers = newer.providers if newer else {one.id: one for one in get_snapshot().providers}

    def about(self) -> About:
        """What list it is; loads it."""
        from genai_prices.types import StartDateConstraint

        self.warm()
        models = [model for provider in (self._providers or {}).values() for model in provider.models]
        today = datetime.now(UTC).date()
        days = [
            price.constraint.start_date
            for model in models
            if isinstance(model.prices, list)
            for price in model.prices
            if isinstance(price.constraint, StartDateConstraint)
        ]
        newest = max((day for day in days if day <= today), default=None)
        return About(self._version.partition("+")[0], self._fetched, newest, len(models))

    def find(self, gateway: str, wire_format: str, model: str, tier: str | None, when_us: int) -> Priced:
        """The price then; ``rates`` is None where there is none."""
        key = (gateway, wire_format, model, tier)
        known = self._cache.get(key)
        if known is None or not known.since <= when_us < known.until:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            known = self._cache[key] = self._look_up(gateway, wire_format, model.lower(), tier, when_us)
        return known

    def _look_up(self, gateway: str, wire_format: str, model: str, tier: str | None, when_us: int) -> Priced:
        self.warm()
        providers = self._providers or {}
        since = when_us - when_us % _DAY
        name = _PROVIDERS.get(gateway, gateway)
        if name not in providers:
            name = "openrouter" if "/" in model else _BY_FORMAT.get(wire_format, "openai")
        label = f"genai-prices {self._version}: {name}/"
        if name == "openrouter" and model.endswith(":free"):
            return Priced(FREE, label + model, since, since + _DAY)
        found = price_entries.find(providers, name, model)
        if found is None:
            return Priced(None, None, since, since + _DAY)
        if _by_hour(found):
            since, until = when_us - when_us % 1_000_000, when_us - when_us % 1_000_000 + 1_000_000
        else:
            until = since + _DAY
        when = datetime.fromtimestamp(since // 1_000_000, UTC)
        rates = _rates(found.get_prices(when, _context(tier)))
        return Priced(rates, None if rates is None else label + found.id, since, until)


def _by_hour(found: "ModelInfo") -> bool:
    conditions = [*(found.prices if isinstance(found.prices, list) else ()), *(found.price_variants or ())]
    return any(hasattr(condition.constraint, "start_time") for condition in conditions)


def _context(tier: str | None) -> dict[str, str] | None:
    """What chooses among a model's price variants."""
    if tier is None:
        return None
    context = {"service_tier": tier}
    if tier == "batch":
        context["processing"] = "batch"
    if tier == "fast":
        context["speed"] = "fast"
    return context


def _rates(prices: "ModelPrice") -> Rates | None:
    rates: dict[str, Rate] = {}
    for key, price in vars(prices).items():
        if price is None or key in _NOT_ASKED_FOR:
            continue
        if key in _PER_MILLION:
            rates[_PER_MILLION[key]] = _rate(price, Decimal(1000))
        elif key in _PER_THOUSAND:
            rates[_PER_THOUSAND[key]] = _rate(price, Decimal(1_000_000))
        else:
            return None
    return Rates(rates) if rates else None


def _rate(price: Any, nano_each: Decimal) -> Rate:
    if isinstance(price, Decimal):
        return Rate(price * nano_each)
    return Rate(price.base * nano_each, tuple((tier.start, tier.price * nano_each) for tier in price.tiers))
