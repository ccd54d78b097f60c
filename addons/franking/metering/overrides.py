"""The user's own prices (``prices.file``), read once at start.

The file is TOML. A model is named as the gateway names it, or with the gateway's name before it, which wins::

    [models."gpt-4o"]                 # or "openai/gpt-4o", or [models."my-gateway/gpt-4o"]
    input = "2.50"                    # US dollars for a million tokens, as text or number
    output = "10.00"
    cache_read = "1.25"
    long_context = [{ above = 200000, input = "5.00", output = "15.00" }]

    [[models."gpt-5"]]                # several prices, each from its day on (UTC)
    input = "1.25"
    output = "10"
    [[models."gpt-5"]]
    since = 2026-01-01
    input = "1.00"
    output = "8"

Prices: input, output, cache_read, cache_write, cache_write_1h, reasoning, audio_input, audio_output, audio_cache_read,
image_input, image_output, image_cache_read (each a million), web_search, request (each one). What has no price of its
own is charged as what it is a part of: cached input as input, reasoning as output. ``input`` must be there; 0 is free.
"""

import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from franking.metering.rates import UNITS, Rate, Rates
from franking.settings import SettingsError
from franking.settings_faults import why_unread

__all__ = ["Overrides"]

_EACH = ("web_search", "request")


class Overrides:
    """The prices of one file; of no file, none. Raises SettingsError at once where it cannot be used."""

    def __init__(self, file: Path | None) -> None:
        self._models: dict[str, list[tuple[int, Rates]]] = {}
        self._name = file.name if file else ""
        if file is None:
            return
        for model, entry in _read(file).items():
            entries = entry if isinstance(entry, list) else [entry]
            self._models[model.lower()] = sorted(
                (_entry(f'{file}: models."{model}"', one) for one in entries), key=lambda dated: -dated[0]
            )

    @property
    def models(self) -> tuple[str, ...]:
        """The names that have a price, lower-case."""
        return tuple(self._models)

    def find(self, gateway: str, model: str, when_us: int) -> tuple[Rates, str] | None:
        """The price then, and its name for people."""
        for name in (f"{gateway}/{model}".lower(), model.lower()):
            for since, rates in self._models.get(name, ()):
                if since <= when_us:
                    return rates, f"{self._name}: {name}"
        return None


def _read(file: Path) -> dict[str, Any]:
    try:
        whole = tomllib.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file}: the prices file (prices.file) cannot be read: {why_unread(fault)}") from None
    except (tomllib.TOMLDecodeError, InvalidOperation) as fault:
        raise SettingsError(f"{file}: not valid TOML: {fault}") from None
    if unknown := next((key for key in whole if key != "models"), None):
        raise SettingsError(f'{file}: {unknown}: unknown key; expected tables [models."MODEL"]')
    models = whole.get("models", {})
    if not isinstance(models, dict):
        raise SettingsError(f'{file}: models: expected tables [models."MODEL"]')
    return models


def _entry(where: str, entry: Any) -> tuple[int, Rates]:
    """One model's prices, and since when they hold, in microseconds."""
    if not isinstance(entry, dict):
        raise SettingsError(f'{where}: expected a table of prices, such as input = "2.50"')
    entry = dict(entry)
    since = entry.pop("since", date.min)
    if not isinstance(since, date) or isinstance(since, datetime):
        raise SettingsError(f"{where}.since: expected a date, such as 2026-01-01")
    long_context = entry.pop("long_context", [])
    if not isinstance(long_context, list) or not all(isinstance(step, dict) for step in long_context):
        raise SettingsError(f'{where}.long_context: expected [{{ above = 200000, input = "5.00" }}]')
    base = {unit: _price(f"{where}.{unit}", unit, price) for unit, price in entry.items()}
    if "input" not in base:
        raise SettingsError(f"{where}: input is missing: the price of a million input tokens")
    above: dict[str, list[tuple[int, Decimal]]] = {unit: [] for unit in base}
    for step in long_context:
        step = dict(step)
        bound = step.pop("above", None)
        if not isinstance(bound, int) or isinstance(bound, bool) or bound <= 0:
            raise SettingsError(f"{where}.long_context.above: expected a number of input tokens, such as 200000")
        for unit, price in step.items():
            rate = _price(f"{where}.long_context.{unit}", unit, price)
            if unit not in above:
                raise SettingsError(f"{where}.long_context.{unit}: {unit} has no price below {bound} tokens")
            above[unit].append((bound, rate))
    rates = Rates({unit: Rate(base[unit], tuple(sorted(above[unit]))) for unit in base})
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    return int((start - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000, rates


def _price(where: str, unit: str, price: Any) -> Decimal:
    """Nano-dollars each, from dollars for a million (or each)."""
    if unit not in UNITS:
        raise SettingsError(f"{where}: unknown key; expected one of {', '.join(UNITS)}, since, long_context")
    try:
        dollars = Decimal(price) if isinstance(price, str | int | Decimal) and not isinstance(price, bool) else None
    except InvalidOperation:
        dollars = None
    if dollars is None or not dollars.is_finite() or not 0 <= dollars < 10**6 or len(dollars.as_tuple().digits) > 15:
        raise SettingsError(f'{where}: expected US dollars, such as "2.50"')
    return dollars * (10**9 if unit in _EACH else 1000)
