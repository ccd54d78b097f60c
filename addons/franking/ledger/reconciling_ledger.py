"""The ledger's side of a comparison with a gateway's export, and what the keys of both sides are. Read-only."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from franking.ledger.comparing import Comparison, Value
from franking.ledger.filters import SCOPED
from franking.ledger.imports.fields import DIMENSIONS, PERIODS
from franking.ledger.imports.parsing import Parser
from franking.ledger.schema_2 import ROLL_UPS, SUMS
from franking.ledger.stretches import label

__all__ = ["FROM_SUMS", "REQUEST", "ROWS", "WORDS", "Span", "counted", "key", "of_row", "rows", "time", "totals"]

REQUEST = "request"
"""To compare by: each request alone."""

WORDS = {"project_id": "project", "organization_id": "organization"}
"""Field → word of ``--by``, where the two differ."""

_PLACES = {WORDS.get(name, name): place for place, name in enumerate(DIMENSIONS)}
_QUARTER, _DAY = ROLL_UPS["quarters"], ROLL_UPS["days"]
FROM_SUMS = tuple(
    list(SUMS).index(name)
    for name in (
        "requests", "cost", "priced", "errors", "input_tokens", "input_tokens_known", "output_tokens",
        "output_tokens_known",
    )
)  # fmt: skip
"""Where a roll-up's sums have what FIGURES are."""

_ERRORS = {"http_error", "stream_error", "upstream_aborted", "interrupted"}

_TOLD = "COALESCE(model, requested_model), message_id, cost, status, input_tokens, output_tokens"
_NAMED = ", ".join(f'"{name}"' for name in DIMENSIONS)
ROWS = f"SELECT id, started_at, {_TOLD}, {_NAMED} FROM requests"  # noqa: S608 - our own names
"""Rows as ``of_row`` takes them: id, start, model, message, then figures, then DIMENSIONS."""


@dataclass(slots=True)
class Span:
    """since, until: what is compared, microseconds UTC; None is open.  first, last: what the file tells of, of that."""

    since: int | None = None
    until: int | None = None
    first: int | None = None
    last: int | None = None

    def holds(self, begins: int, ends: int) -> bool:
        """Is it meant? Then the file tells of it."""
        if (self.since is not None and begins < self.since) or (self.until is not None and ends > self.until):
            return False
        self.first = begins if self.first is None else min(self.first, begins)
        self.last = ends if self.last is None else max(self.last, ends)
        return True


def rows(ledger: sqlite3.Connection, parser: Parser, by: Sequence[str], span: Span, into: Comparison) -> None:
    """The ledger's rows of the file's time: those that were not found by the file's lines."""
    if span.first is None or span.last is None:
        return
    condition, values = "started_at >= ? AND started_at < ? AND status <> 'in_flight'", [span.first, span.last]
    only = [parser.layout.gateway] if parser.layout.gateway else []
    asked = f"{ROWS} WHERE {condition}" + (" AND gateway = ?" if only else "")
    for row in ledger.execute(asked, [*values, *only]):
        if tuple(by) != (REQUEST,):
            dimensions = tuple(row[2] if name == "model" else row[8 + place] for place, name in enumerate(DIMENSIONS))
            into.add("ledger", key(by, row[1], dimensions, parser.zone), of_row(row))
        elif not into.known("ledger", (row[0],)):
            into.add("ledger", (row[0],), of_row(row), (time(row[1]), row[2], row[3]))


def totals(ledger: sqlite3.Connection, parser: Parser, by: Sequence[str], span: Span, into: Comparison) -> None:
    """The roll-ups of the file's time: whole days of UTC where the file's are such, else quarter-hours."""
    if span.first is None or span.last is None:
        return
    whole = parser.zone is UTC and parser.periods[0] != "hour"
    table, length = ("days", _DAY) if whole else ("quarters", _QUARTER)
    chosen = [word for word in by if word not in PERIODS]
    picked = ", ".join(f"COALESCE(SUM(r.{list(SUMS)[place]}), 0)" for place in FROM_SUMS)
    listed = "".join(f"{SCOPED[word]}, " for word in chosen)
    only = [parser.layout.gateway] if parser.layout.gateway and "gateway" not in parser.shape.split(",") else []
    rows = ledger.execute(
        f"SELECT r.bucket, {listed}{picked} FROM {table} AS r CROSS JOIN scopes AS s"  # noqa: S608 - our own names
        f" WHERE r.bucket >= ? AND r.bucket < ? AND s.id = r.scope{' AND s.gateway = ?' if only else ''}"
        f" GROUP BY {', '.join(str(number + 1) for number in range(1 + len(chosen)))}",
        [span.first // length, -(-span.last // length), *only],
    )
    for row in rows:
        dimensions: list[Value] = [None] * len(DIMENSIONS)
        for place, word in enumerate(chosen):
            dimensions[_PLACES[word]] = row[1 + place]
        figures = row[1 + len(chosen) :]
        if figures[0]:
            into.add("ledger", key(by, row[0] * length, dimensions, parser.zone), figures)


def key(by: Sequence[str], moment: int, dimensions: Sequence[Value], zone: tzinfo | None) -> tuple[Value, ...]:
    """A key's values, in the order of ``by``. dimensions: as DIMENSIONS."""
    return tuple(_label(word, moment, zone) if word in PERIODS else dimensions[_PLACES[word]] for word in by)


def _label(length: str, moment: int, zone: tzinfo | None) -> str:
    point = datetime.fromtimestamp(moment // 1_000_000, zone)
    return f"{point:%Y-%m-%dT%H:00}" if length == "hour" else label(length, point.date())


def time(moment: int) -> str:
    """A moment to the second, ISO 8601 UTC."""
    return f"{datetime.fromtimestamp(moment // 1_000_000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def of_row(row: Sequence[Any]) -> tuple[int, ...]:
    """A row's figures, as FIGURES."""
    return counted(row[4], row[5], row[6], row[7])


def counted(cost: int | None, status: str, given: int | None, made: int | None) -> tuple[int, ...]:
    """One request, as FIGURES."""
    return (
        1, cost or 0, cost is not None, status in _ERRORS, given or 0, given is not None, made or 0, made is not None,
    )  # fmt: skip
