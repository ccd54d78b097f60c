"""What the ledger tells about prices: which models were used, and where reported and estimated costs part. Read-only.

A cost is reported where ``cost_source`` is ``gateway``. Under BYOK that is what the upstream charged, so that the
estimate is compared with ``cost`` and never with ``reported_cost``, which is then the gateway's fee.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from franking.ledger.filters import Filters, where

__all__ = ["Drift", "Used", "drift", "models"]


@dataclass(frozen=True, slots=True)
class Used:
    """A model at a gateway, and how many requests there were."""

    model: str
    gateway: str
    wire_format: str
    requests: int


@dataclass(frozen=True, slots=True)
class Drift:
    """A model's requests whose cost was reported.

    compared: those that have an estimate too; parted: those of them where the two differ.
    reported, estimated: nano-dollars of those compared, None without any. byok: of those compared, how many.
    not_estimated: reported, but no price is known.
    """

    model: str | None
    requests: int
    compared: int
    parted: int
    reported: int | None
    estimated: int | None
    byok: int
    not_estimated: int


def models(ledger: sqlite3.Connection, since: int) -> list[Used]:
    """The models that answered (or were asked for) since then, the most used first."""
    rows = ledger.execute(
        "SELECT COALESCE(model, requested_model) AS name, gateway, wire_format, COUNT(*) AS requests FROM requests"
        " WHERE started_at >= ? AND name IS NOT NULL GROUP BY name, gateway, wire_format ORDER BY requests DESC, name",
        (since,),
    )
    return [Used(*row) for row in rows]


def drift(ledger: sqlite3.Connection, filters: Filters | Sequence[Filters]) -> list[Drift]:
    """Of the requests that any of the filters means, by model, the largest difference first."""
    condition, parameters = where(filters)
    both = "estimated_cost IS NOT NULL"
    rows = ledger.execute(
        "SELECT COALESCE(model, requested_model) AS name, COUNT(*),"  # noqa: S608 - our own words; values are parameters
        f" SUM({both}), SUM({both} AND cost <> estimated_cost), SUM(CASE WHEN {both} THEN cost END),"
        f" SUM(estimated_cost), SUM({both} AND COALESCE(is_byok, 0) = 1), SUM(estimated_cost IS NULL)"
        f" FROM requests WHERE {condition} AND cost_source = 'gateway' AND cost IS NOT NULL GROUP BY name",
        parameters,
    )
    found = [Drift(*row) for row in rows]
    return sorted(found, key=lambda one: (-abs((one.reported or 0) - (one.estimated or 0)), one.model or ""))
