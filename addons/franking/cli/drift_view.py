"""Where reported and estimated costs part, by model: for people and for programs."""

import json
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from franking.cli import tables
from franking.cli.tables import Column
from franking.ledger.pricing_facts import Drift
from franking.periods import Period
from franking.words import UNKNOWN, count, dollars, iso, money, plural

__all__ = ["as_json", "show"]


def show(found: Sequence[Drift], period: Period) -> None:
    """Print the table and what it means."""
    out = tables.console()
    out.print(Text.assemble(("Reported and estimated cost by model", "bold"), (f", {period.words}", "dim")))
    out.print()
    if not found:
        out.print("No gateway reported a cost in this time: there is nothing to compare an estimate with.")
        return
    out.print(tables.render(_columns(found), out.width))
    byok, without = sum(one.byok for one in found), sum(one.not_estimated for one in found)
    notes = ["The estimate is what the price list says; where it parts, the reported cost is the one that counts."]
    if byok:
        notes.append(f"BYOK: {plural(byok, 'request')}, compared with what the upstream charged, without the fee.")
    if without:
        notes.append(f"No price is known for {plural(without, 'request')} whose cost was reported.")
    for note in notes:
        out.print()
        out.print(Text(note, style="dim"))


def _columns(found: Sequence[Drift]) -> list[Column]:
    return [
        Column("Model", ["(not known)" if one.model is None else one.model for one in found], least=16),
        Column("Reported", [money(one.reported) for one in found], "right"),
        Column("Estimated", [money(one.estimated) for one in found], "right"),
        Column("Difference", [_difference(one) for one in found], "right"),
        Column("", [_share(one) for one in found], "right", keep=5),
        Column("Parted", [f"{one.parted:,} of {one.compared:,}" for one in found], "right", keep=4),
        Column("Requests", [count(one.requests) for one in found], "right", keep=3),
    ]


def _difference(one: Drift) -> str:
    if one.reported is None or one.estimated is None:
        return UNKNOWN
    part = one.estimated - one.reported
    return f"{'+' if part > 0 else ''}{money(part)}" if part else "0"


def _share(one: Drift) -> str:
    """The difference in percent of what was reported, one place; empty where there is none."""
    if not one.reported or one.estimated is None or one.estimated == one.reported:
        return ""
    part = one.estimated - one.reported
    tenths = (abs(part) * 2000 + one.reported) // (one.reported * 2)
    sign = "+" if part > 0 else "-"
    return f"{sign}{tenths // 10}.{tenths % 10}%" if tenths else f"{sign}<0.1%"


def as_json(found: Sequence[Drift], period: Period) -> str:
    """``{period, rows: [{model, requests, compared, parted, reported, estimated, difference, …}]}``."""
    rows: list[dict[str, Any]] = [
        {
            "model": one.model,
            "requests": one.requests,
            "compared": one.compared,
            "parted": one.parted,
            "reported": dollars(one.reported),
            "estimated": dollars(one.estimated),
            "difference": None
            if one.reported is None or one.estimated is None
            else dollars(one.estimated - one.reported),
            "byok": one.byok,
            "not_estimated": one.not_estimated,
        }
        for one in found
    ]
    return json.dumps({"period": {"since": iso(period.since), "until": iso(period.until)}, "rows": rows}, indent=2)
