"""What ``frank top`` shows, from what the ledger says at one moment: rates, groups, requests; filtered. Pure.

Rates are of what ended in the past five minutes. Money is nano-dollars, times are microseconds UTC; None is not known.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from franking.ledger.filters import Value
from franking.ledger.listings import Row
from franking.ledger.queries import Costs, Group

__all__ = ["DIMENSIONS", "WINDOW", "Line", "Rates", "Snapshot", "filtered", "lines", "rates", "value"]

DIMENSIONS = ("project", "model", "client", "feature", "user")
"""What the groups may be by, in the order of the key that switches."""

WINDOW = 300_000_000
"""Microseconds that rates look back."""

_MINUTES = WINDOW // 60_000_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The ledger at one moment.

    today: costs since local midnight by the dimension, None without a ledger. ended: what ended within the window,
    and a few before, newest first. running: in flight, oldest first. fault: why the ledger cannot be read, else empty.
    project: how a row's project is named now.
    """

    at: int
    today: Costs | None = None
    ended: Sequence[Row] = ()
    running: Sequence[Row] = ()
    fault: str = ""
    project: Callable[[Row], Value] = lambda row: row["project_id"]


@dataclass(frozen=True, slots=True)
class Rates:
    """An hour's cost at this rate (None: nothing priced ended), requests a minute in tenths, output tokens a second."""

    hourly: int | None
    requests: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Line:
    """A group: its sums of today, its rates, and how many of its requests are in flight."""

    name: Value
    today: Group
    rates: Rates
    running: int


def value(snapshot: Snapshot, row: Row, dimension: str) -> Value:
    """A request's value in a dimension."""
    if dimension == "project":
        return snapshot.project(row)
    if dimension == "model":
        dimension = "model" if row["model"] is not None else "requested_model"
    found: Value = row[dimension]
    return found


def rates(snapshot: Snapshot, rows: Iterable[Row]) -> Rates:
    """Of the rows that ended within the window."""
    recent = [row for row in rows if row["ended_at"] > snapshot.at - WINDOW]
    costs = [row["cost"] for row in recent if row["cost"] is not None]
    tokens = sum(row["output_tokens"] or 0 for row in recent)
    hourly = sum(costs) * 60 // _MINUTES if costs else None
    return Rates(hourly, len(recent) * 10 // _MINUTES, tokens * 1_000_000 // WINDOW)


def lines(snapshot: Snapshot, dimension: str) -> list[Line]:
    """Today's groups, dearest first, and those that only have requests in flight."""
    ended: dict[Value, list[Row]] = {}
    running: dict[Value, int] = {}
    for row in snapshot.ended:
        ended.setdefault(value(snapshot, row, dimension), []).append(row)
    for row in snapshot.running:
        name = value(snapshot, row, dimension)
        running[name] = running.get(name, 0) + 1
    groups = {group.key[0]: group for group in snapshot.today.groups} if snapshot.today else {}
    for name in running:
        groups.setdefault(name, Group((name,)))
    return [
        Line(name, group, rates(snapshot, ended.get(name, ())), running.get(name, 0)) for name, group in groups.items()
    ]


def filtered(snapshot: Snapshot, rows: Iterable[Row], text: str) -> list[Row]:
    """The requests that have the text in their project, model, client, feature or user, in whatever case."""
    sought = text.casefold()
    return [
        row
        for row in rows
        if not sought or any(sought in (value(snapshot, row, each) or "").casefold() for each in DIMENSIONS)
    ]
