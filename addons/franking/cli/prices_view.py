"""Prices for people and for programs: US dollars for a million tokens, as decimal text, and where each is from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from franking.cli import tables
from franking.cli.tables import Column
from franking.metering.price_table import About
from franking.metering.pricing import Found
from franking.metering.rates import UNITS, Rate
from franking.words import UNKNOWN, count

__all__ = ["Line", "as_json", "show"]

_EACH = ("web_search", "request")
_SHORT = ("input", "output", "cache_read", "cache_write")


@dataclass(frozen=True, slots=True)
class Line:
    """A model at a gateway (None: at any), its price if it has one, and how many requests there were."""

    model: str
    gateway: str | None
    found: Found | None
    requests: int | None = None


def _dollars(unit: str, nano: Decimal) -> str:
    """For a million tokens, or for each search or request; at least two places."""
    number = (nano / (10**9 if unit in _EACH else 1000)).normalize()
    exponent = number.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{number:.{places}f}"


def _words(about: About) -> str:
    today = datetime.now().astimezone().date()
    age = f", whose newest price is of {about.newest} ({_days(about.newest, today)} ago)" if about.newest else ""
    fetched = f", fetched {about.fetched}" if about.fetched else ""
    return f"Price list: genai-prices {about.version}{fetched}, {about.models:,} models{age}."


def _days(day: date, today: date) -> str:
    days = (today - day).days
    return f"{days:,} day{'' if days == 1 else 's'}"


def show(lines: Sequence[Line], about: About, own: Path | None, *, asked: str | None) -> None:
    """Print them. asked: the one model, whose every unit is shown."""
    out = tables.console()
    if asked and not any(line.found for line in lines):
        out.print(f"No price is known for {asked!r}: its requests are counted as unpriced. prices.file may name one.")
    elif asked:
        out.print(tables.render(_units(lines), out.width))
    elif lines:
        out.print(tables.render(_models(lines), out.width))
    else:
        out.print("No requests in the past month. One model's price: frank prices MODEL")
    out.print()
    if not asked and lines:
        out.print("US dollars for a million tokens. Every unit of one: frank prices MODEL")
    out.print(_words(about))
    out.print(f"Your own prices: {own}" if own else "Your own prices: none (prices.file in the configuration)")


def _models(lines: Sequence[Line]) -> list[Column]:
    rates = [line.found.rates.by_unit if line.found else {} for line in lines]
    columns = [
        Column("Model", [line.model for line in lines], least=16),
        Column("Gateway", [line.gateway or UNKNOWN for line in lines], keep=4),
        Column("Requests", [count(line.requests) for line in lines], "right", keep=2),
    ]
    for unit in _SHORT:
        title = unit.replace("_", " ").capitalize()
        cells = [_short(unit, each.get(unit), free=line.found is not None and not each)
                 for line, each in zip(lines, rates, strict=True)]  # fmt: skip
        columns.append(Column(title, cells, "right", keep=0 if unit in ("input", "output") else 5))
    sources = [(line.found.label or "") if line.found else "(no price)" for line in lines]
    columns.append(Column("From", sources, keep=3, least=10))
    return columns


def _short(unit: str, rate: Rate | None, *, free: bool) -> str:
    if rate is None:
        return "0.00" if free and unit in ("input", "output") else UNKNOWN
    return _dollars(unit, rate.base) + ("+" if rate.above else "")


def _units(lines: Sequence[Line]) -> list[Column]:
    rows = []
    for line in lines:
        if line.found is None:
            continue
        places = {unit: rate for unit in UNITS if (rate := line.found.rates.by_unit.get(unit))}
        for unit, rate in places.items():
            name = unit.replace("_", " ")
            rows.append((line.gateway or "", name, _dollars(unit, rate.base), line.found.label or ""))
            for bound, higher in rate.above:
                above = f"{name}, above {bound:,} input"
                rows.append((line.gateway or "", above, _dollars(unit, higher), line.found.label or ""))
        if not places:
            rows.append((line.gateway or "", "free", "0.00", line.found.label or ""))
    gateways, units, dollars, sources = zip(*rows, strict=True)
    return [
        Column("Gateway", gateways, keep=2),
        Column("Unit", units),
        Column("US dollars", dollars, "right"),
        Column("From", sources, keep=1, least=10),
    ]


def as_json(lines: Sequence[Line], about: About, own: Path | None) -> str:
    """``{list: {package, version, fetched, newest, models}, own, prices: [{model, gateway, requests, source, price,
    per_million: {unit: dollars}, each: {unit: dollars}, long_context: [{above, per_million}]}]}``.
    """
    shape = {
        "list": {
            "package": "genai-prices",
            "version": about.version,
            "fetched": about.fetched and about.fetched.isoformat(),
            "newest": about.newest and about.newest.isoformat(),
            "models": about.models,
        },
        "own": own and str(own),
        "prices": [_entry(line) for line in lines],
    }
    return json.dumps(shape, indent=2)


def _entry(line: Line) -> dict[str, Any]:
    rates = line.found.rates.by_unit if line.found else {}
    bounds = sorted({bound for rate in rates.values() for bound, _ in rate.above})
    base = {unit: _dollars(unit, rate.base) for unit, rate in rates.items()}
    return {
        "model": line.model,
        "gateway": line.gateway,
        "requests": line.requests,
        "source": line.found.source if line.found else None,
        "price": line.found.label if line.found else None,
        "per_million": {unit: price for unit, price in base.items() if unit not in _EACH},
        "each": {unit: price for unit, price in base.items() if unit in _EACH},
        "long_context": [
            {
                "above": bound,
                "per_million": {
                    unit: _dollars(unit, dict(rate.above)[bound])
                    for unit, rate in rates.items()
                    if bound in dict(rate.above)
                },
            }
            for bound in bounds
        ],
    }
