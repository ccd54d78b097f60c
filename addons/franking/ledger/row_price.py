"""One row's cost, computed again from its own tokens. Pure.

What an answer counted that has no column of its own stands in ``provenance``, in metering's notes, which are its end.
"""

from typing import Any

import msgspec

from franking.ledger.record import Record
from franking.metering.pricing import Pricer
from franking.metering.values import Cost, Usage, from_counts

__all__ = ["repriced"]

_NOTE = '"metering":'


def repriced(row: Record, pricer: Pricer) -> tuple[Cost, Record]:
    """What its tokens cost by today's prices, and the row with that."""
    cost = pricer.price(_usage(row), row.requested_model, row.gateway or "", row.wire_format or "", row.started_at)
    if cost.estimated_cost is None:
        return cost, row
    changes: dict[str, Any] = {
        "estimated_cost": cost.estimated_cost,
        "provenance": _named(row.provenance, cost.price),
    }
    if row.cost_source != "gateway" and cost.cost_source != "gateway":
        changes |= {"cost": cost.cost, "cost_source": cost.cost_source}
    return cost, msgspec.structs.replace(row, **changes)


def _usage(row: Record) -> Usage:
    """What the answer used, out of its columns, and of provenance where it counted what has no column."""
    counted = _metering(row.provenance)[1].get("counts")
    return Usage(
        model=row.model,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cache_read_tokens=row.cache_read_tokens,
        cache_write_tokens=row.cache_write_tokens,
        reasoning_tokens=row.reasoning_tokens,
        reported_cost=row.reported_cost,
        upstream_cost=row.upstream_cost,
        is_byok=row.is_byok,
        **from_counts(counted),
    )


def _metering(provenance: str | None) -> tuple[str, dict[str, Any]]:
    """The text before metering's notes, and those; they stand at the end. Empty where there are none."""
    text = provenance or ""
    place = text.rfind(_NOTE)
    if place < 0 or not text.endswith("}}"):
        return text, {}
    try:
        notes = msgspec.json.decode(text[place + len(_NOTE) : -1])
    except (msgspec.MsgspecError, ValueError):
        return text, {}
    return text[:place], notes if isinstance(notes, dict) else {}


def _named(provenance: str | None, price: str | None) -> str | None:
    head, notes = _metering(provenance)
    if not notes or notes.get("price") == price:
        return provenance
    # In the order in which the proxy writes them: complete, price, the others.
    renamed = {"complete": notes.get("complete"), "price": price} | {k: v for k, v in notes.items() if k != "price"}
    told = msgspec.json.encode({key: value for key, value in renamed.items() if value is not None}).decode()
    return f"{head}{_NOTE}{told}}}"
