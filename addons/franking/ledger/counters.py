"""What has been counted since the ledger's beginning, for ``/metrics``: by project, feature, model, client and gateway
at once. Read from the roll-ups, so that it takes milliseconds at any size; requests in flight are counted when they
end. Read-only, portable SQL.
"""

import sqlite3
from dataclasses import dataclass

from franking.ledger.schema_9_filled import SUMS
from franking.ledger.statements import kept

__all__ = ["COUNTED", "DIMENSIONS", "Counted", "Unattributed", "counted", "unattributed"]

DIMENSIONS = ("project", "feature", "model", "client", "gateway")

COUNTED = (
    "requests", "cost", "errors", "unpriced_ok", "input_tokens", "output_tokens", "cache_read_tokens",
    "cache_write_tokens", "reasoning_tokens",
)  # fmt: skip
"""Sums of the roll-ups; cost in nano-dollars."""

assert {*COUNTED} <= {*SUMS}


@dataclass(frozen=True, slots=True)
class Counted:
    """labels: a value of each of DIMENSIONS, None is unattributed. sums: of each of COUNTED."""

    labels: tuple[str | None, ...]
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unattributed:
    """Requests without a project (which did not opt out), and without a feature."""

    project: int
    feature: int


def counted(ledger: sqlite3.Connection) -> list[Counted]:
    """Every set of labels that there is, the one with the most requests first."""
    rows = ledger.execute(kept.statement("counters"))
    places = len(DIMENSIONS)
    found = [Counted(row[:places], row[places:]) for row in rows]
    return sorted(found, key=lambda one: (-one.sums[0], [value or "" for value in one.labels]))


def unattributed(ledger: sqlite3.Connection) -> Unattributed:
    """How many have nobody to be charged to."""
    row = ledger.execute(kept.statement("nobody's")).fetchone()
    return Unattributed(row[0] or 0, row[1] or 0)
