"""Which requests an invoice charges, and what they come to. Read-only.

Charged are requests of the project that have ended, with a known cost, that no invoice has charged yet: those of the
period, and, as late ones, those of earlier invoices' periods that came after these were issued.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from franking.ledger.filters import BENEATH, NOT_ENDED, Filters, where
from franking.projects import folding, questions
from franking.projects.names import Names
from franking.reports.invoices import Charge

__all__ = ["BY", "Interval", "State", "charged", "charges", "conditions", "counts", "intervals"]

BY = ("day", "client", "model", "feature", "user", "branch", "session", "gateway")
"""What lines can be told apart by."""

_FROM = "FROM entries AS e LEFT JOIN scopes AS s ON s.id = e.scope LEFT JOIN callers AS c ON c.id = e.caller"
_CHARGED = f"""e.status <> '{NOT_ENDED}' AND e.cost IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM invoice_requests AS i WHERE i.request = e.id)"""  # noqa: S608 - our own names

_COUNTS = ", ".join(
    f"COALESCE(SUM({told}), 0)"
    for told in (
        "1",
        "e.status = 'ok' AND e.cost IS NULL",
        f"e.status = '{NOT_ENDED}'",
        "e.status = 'ok' AND e.input_tokens IS NULL AND e.output_tokens IS NULL",
        "EXISTS (SELECT 1 FROM invoice_requests AS i WHERE i.request = e.id)",
        "e.cost",
    )
)

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class State:
    """Of a period's requests: how many there are in all, without a cost though they ended well, on their way, without
    usage; how many are on an invoice already, and of how many only totals are known, and these totals' cost.
    """

    requests: int
    unpriced: int
    running: int
    no_usage: int
    charged: int
    totals: int
    totals_cost: int


def intervals(issued: Iterable[Interval], without: Interval) -> list[Interval]:
    """The issued periods put together, without the one that is charged now. Disjoint, rising."""
    found: list[Interval] = []
    for first, end in sorted(issued):
        for begins, ends in ((first, min(end, without[0])), (max(first, without[1]), end)):
            if begins < ends:
                found.append((begins, ends))
    merged: list[Interval] = []
    for begins, ends in sorted(found):
        if merged and begins <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(ends, merged[-1][1])
        else:
            merged.append((begins, ends))
    return merged


def conditions(names: Names, project: str, interval: Interval) -> list[tuple[str, list[str | int]]]:
    """Of the project's requests in the period; several that have none in common."""
    filters = Filters(*interval, {"project": (project,)})
    return [where(part, BENEATH) for part in folding.matched(names, filters)]


def charged(condition: str) -> str:
    """FROM and WHERE of the requests to charge."""
    return f"{_FROM} WHERE {_CHARGED} AND {condition}"


def charges(
    ledger: sqlite3.Connection,
    names: Names,
    project: str,
    period: Interval,
    late: Sequence[Interval],
    by: Sequence[str],
    zone: tzinfo | None,
) -> list[Charge]:
    """The period's charges, and the late ones, each in the order of their keys; days are the zone's."""
    sums: dict[tuple[bool, tuple[str | None, ...]], list[int | None]] = {}
    columns = "".join(f", {BENEATH[name]}" for name in by if name != "day")
    for is_late, interval in ((False, period), *((True, each) for each in late)):
        for condition, parameters in conditions(names, project, interval):
            rows = ledger.execute(
                "SELECT e.started_at / 900000000, COUNT(*), SUM(e.cost), SUM(e.input_tokens), SUM(e.output_tokens)"
                f"{columns} {charged(condition)} GROUP BY 1{columns}",
                parameters,
            )
            for quarter, *values in rows:
                key = _key(by, values[4:], quarter, zone)
                held = sums.setdefault((is_late, key), [0, 0, None, None])
                sums[is_late, key] = [_sum(*both) for both in zip(held, values[:4], strict=True)]
    ordered = sorted(sums, key=lambda one: (one[0], [(value is None, value or "") for value in one[1]]))
    return [Charge(key, is_late, *_figures(sums[is_late, key])) for is_late, key in ordered]


def counts(ledger: sqlite3.Connection, names: Names, project: str, period: Interval) -> State:
    """What there is to know of the period's requests."""
    whole = questions.costs(ledger, Filters(*period, {"project": (project,)}), ("project",), names=names).total
    found = [0, 0, 0, 0, 0, 0]
    for condition, parameters in conditions(names, project, period):
        row = ledger.execute(
            f"SELECT {_COUNTS} {_FROM} WHERE {condition}",
            parameters,
        ).fetchone()
        found = [held + int(value) for held, value in zip(found, row, strict=True)]
    requests, unpriced, running, no_usage, already, cost = found
    totals = max(0, whole.requests - requests)
    return State(requests, unpriced, running, no_usage, already, totals, (whole.cost or 0) - cost if totals else 0)


def _key(by: Sequence[str], values: Sequence[str | None], quarter: int, zone: tzinfo | None) -> tuple[str | None, ...]:
    named: Mapping[str, str | None] = dict(zip((name for name in by if name != "day"), values, strict=True))
    return tuple(
        f"{datetime.fromtimestamp(quarter * 900, zone):%Y-%m-%d}" if one == "day" else named[one] for one in by
    )


def _sum(held: int | None, value: int | None) -> int | None:
    return held if value is None else value + (held or 0)


def _figures(values: Sequence[int | None]) -> tuple[int, int, int | None, int | None]:
    return values[0] or 0, values[1] or 0, values[2], values[3]
