"""What has been counted since the ledger's beginning, for ``/metrics``: by project, feature, model, client and gateway
at once. Read from the roll-ups, so that it takes milliseconds at any size; requests in flight are counted when they
end. Read-only, portable SQL.
"""

import sqlite3
from dataclasses import dataclass

from franking.ledger.schema_9_filled import SUMS

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
    sums = ", ".join(f"COALESCE(SUM(r.{name}), 0)" for name in COUNTED)
    rows = ledger.execute(
        f"SELECT s.project_id, s.feature, s.model, s.client, s.gateway, {sums}"  # noqa: S608 - our own names
        " FROM spans AS r CROSS JOIN scopes AS s WHERE s.id = r.scope GROUP BY 1, 2, 3, 4, 5"
    )
    found = [Counted(row[:5], row[5:]) for row in rows]
    return sorted(found, key=lambda one: (-one.sums[0], [value or "" for value in one.labels]))


def unattributed(ledger: sqlite3.Connection) -> Unattributed:
    """How many have nobody to be charged to."""
    row = ledger.execute(
        "SELECT SUM(CASE WHEN s.project_id IS NULL AND COALESCE(s.project_source, '') <> 'project-file'"
        " THEN r.requests ELSE 0 END), SUM(CASE WHEN s.feature IS NULL THEN r.requests ELSE 0 END)"
        " FROM spans AS r CROSS JOIN scopes AS s WHERE s.id = r.scope"
    ).fetchone()
    return Unattributed(row[0] or 0, row[1] or 0)
