"""Estimates computed again: from each row's own tokens, with the prices of today's list for the row's own day.

A reported cost is never touched; ``cost`` follows the estimate only where it was one. A row that has no price today
keeps what it had. The price's name in ``provenance`` follows. A page of rows is read, priced and written in one short
transaction, so that a sidecar beside waits for milliseconds at most.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from franking.ledger.connection import patient, transaction
from franking.ledger.filters import Filters, where
from franking.ledger.record import Record
from franking.ledger.row_price import repriced
from franking.ledger.rows import write
from franking.ledger.schema import COLUMNS
from franking.ledger.sides import Sides
from franking.metering.pricing import Pricer
from franking.metering.values import Cost

__all__ = ["Change", "Outcome", "look", "reprice"]

PAGE = 100
"""Rows in one transaction."""

_BOOLEANS = ("streamed", "is_byok")


@dataclass(frozen=True, slots=True)
class Change:
    """A model's rows that change. Nano-dollars, None where none was known; tables of before and after."""

    model: str | None
    requests: int = 0
    estimated_before: int | None = None
    estimated_after: int | None = None
    cost_before: int | None = None
    cost_after: int | None = None


@dataclass(slots=True)
class Outcome:
    """looked_at: rows with tokens. changed: with another estimate. renamed: with another name of the price alone.
    kept: had an estimate, and no price today. unpriced: had none, and have none.
    """

    looked_at: int = 0
    changed: int = 0
    renamed: int = 0
    kept: int = 0
    unpriced: int = 0
    models: dict[str | None, Change] = field(default_factory=dict)

    def note(self, row: Record, cost: Cost, new: Record) -> None:
        """One row, as it was and as it is."""
        self.looked_at += 1
        if cost.estimated_cost is None:
            if row.estimated_cost is None:
                self.unpriced += 1
            else:
                self.kept += 1
        elif new.estimated_cost != row.estimated_cost or new.cost != row.cost:
            self.changed += 1
            model = row.model or row.requested_model
            known = self.models.get(model, Change(model))
            self.models[model] = replace(
                known,
                requests=known.requests + 1,
                estimated_before=_sum(known.estimated_before, row.estimated_cost),
                estimated_after=_sum(known.estimated_after, new.estimated_cost),
                cost_before=_sum(known.cost_before, row.cost),
                cost_after=_sum(known.cost_after, new.cost),
            )
        elif new != row:
            self.renamed += 1


def look(ledger: sqlite3.Connection, filters: Filters, pricer: Pricer) -> Outcome:
    """What would change; nothing is written."""
    outcome = Outcome()
    for page in _pages(ledger, filters):
        _priced(page, pricer, outcome)
    return outcome


def reprice(file: Path, filters: Filters, pricer: Pricer) -> Outcome:
    """Change it. Raises LedgerError, OSError and sqlite3.Error; what was changed by then stays changed."""
    outcome, sides = Outcome(), Sides()
    with closing(patient(file)) as ledger:
        after = (-1, "")
        while True:
            with transaction(ledger):
                page = _page(ledger, filters, after)
                write(ledger, _priced(page, pricer, outcome), sides)
            if not page:
                return outcome
            after = (page[-1].started_at, page[-1].id)


def _priced(page: Iterable[Record], pricer: Pricer, outcome: Outcome) -> list[Record]:
    """The rows that change."""
    changed = []
    for row in page:
        cost, new = repriced(row, pricer)
        outcome.note(row, cost, new)
        if new != row:
            changed.append(new)
    return changed


def _pages(ledger: sqlite3.Connection, filters: Filters) -> Iterator[list[Record]]:
    after = (-1, "")
    while page := _page(ledger, filters, after):
        yield page
        after = (page[-1].started_at, page[-1].id)


def _page(ledger: sqlite3.Connection, filters: Filters, after: tuple[int, str]) -> list[Record]:
    condition, parameters = where(filters)
    listed = ", ".join(f'"{name}"' for name in COLUMNS)
    rows = ledger.execute(
        f"SELECT {listed} FROM requests WHERE {condition} AND status <> 'in_flight'"  # noqa: S608 - our own names
        " AND input_tokens IS NOT NULL AND (started_at > ? OR (started_at = ? AND id > ?))"
        f" ORDER BY started_at, id LIMIT {PAGE}",
        [*parameters, after[0], *after],
    )
    return [_record(row) for row in rows]


def _record(row: tuple[Any, ...]) -> Record:
    values = dict(zip(COLUMNS, row, strict=True))
    for name in _BOOLEANS:
        if values[name] is not None:
            values[name] = bool(values[name])
    return Record(**values)


def _sum(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else one + other
