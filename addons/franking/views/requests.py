"""A request for programs: the ledger's columns with ISO 8601 UTC times and exact decimal dollars. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from franking.attribution import provenance
from franking.words import dollars, iso

__all__ = ["FLAGS", "MONEY", "TIMES", "public", "stamped"]

TIMES = ("started_at", "first_token_at", "ended_at")
MONEY = ("cost", "reported_cost", "estimated_cost", "upstream_cost")
FLAGS = ("streamed", "is_byok")


def public(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``requests``; its provenance as JSON, ``{}`` where that cannot be read."""
    told: dict[str, Any] = {name: value for name, value in row.items() if name != "bucket"}
    for name in TIMES:
        told[name] = iso(row[name])
    for name in MONEY:
        told[name] = dollars(row[name])
    for name in FLAGS:
        told[name] = None if row[name] is None else bool(row[name])
    told["provenance"] = _provenance(row)
    return told


def stamped(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The headers that franking added to a request, as its provenance keeps them."""
    return list(provenance.decode(row["provenance"]).stamped)


def _provenance(row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        told = json.loads(row["provenance"] or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
