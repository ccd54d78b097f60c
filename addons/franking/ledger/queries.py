"""What requests cost, grouped: the question behind every cost view. Read-only, portable SQL.

Money is integer nano-dollars. None is "not known": a request without a cost is counted as unpriced and is not 0; a
request without a project is in the group None; so groups always add up to the total. Local days, weeks and months are
folded in Python from quarter-hours of UTC, which every time zone's days consist of.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from franking.ledger.filters import TIMES, Filters, Value, column, where

__all__ = ["Costs", "Group", "costs"]

_SUMS = """
    COUNT(*), SUM(cost), SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN cost IS NULL AND status = 'ok' THEN 1 ELSE 0 END),
    SUM(CASE WHEN status IN ('http_error', 'stream_error', 'upstream_aborted', 'interrupted') THEN 1 ELSE 0 END),
    SUM(CASE WHEN status = 'in_flight' THEN 1 ELSE 0 END),
    SUM(input_tokens), SUM(output_tokens), SUM(cache_read_tokens), SUM(cache_write_tokens), SUM(reasoning_tokens)
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that have the same key.

    key: a value for each dimension asked for; None is unattributed. Days are ``2026-11-22``, weeks ISO's ``2026-W47``,
    months ``2026-11``.
    cost: nano-dollars of the priced requests, None where none is.
    unpriced: requests without a cost, whatever became of them; unpriced_ok: those of them that ended well.
    errors: requests that the gateway or the network failed. running: those not ended yet.
    users: how many different ones are known. Tokens are None where no request tells them.
    """

    key: tuple[Value, ...]
    requests: int = 0
    cost: int | None = None
    unpriced: int = 0
    unpriced_ok: int = 0
    errors: int = 0
    running: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    users: int = 0

    @property
    def average(self) -> int | None:
        """The cost of a priced request on average, rounded; None where none is priced."""
        priced = self.requests - self.unpriced
        return None if self.cost is None or priced == 0 else (2 * self.cost + priced) // (2 * priced)


@dataclass(frozen=True, slots=True)
class Costs:
    """Groups (time first to last, else dearest first) and the total over all of them."""

    by: tuple[str, ...]
    groups: tuple[Group, ...]
    total: Group


class _Sum:
    """A group being added up: values None until one is known, users each once."""

    __slots__ = ("users", "values")

    def __init__(self) -> None:
        self.values: list[int | None] = []
        self.users: set[str] = set()

    def add(self, values: Sequence[int | None], user: str | None) -> None:
        """One row more."""
        if not self.values:
            self.values = list(values)
        else:
            self.values = [
                held if value is None else value if held is None else held + value
                for held, value in zip(self.values, values, strict=True)
            ]
        if user is not None:
            self.users.add(user)

    def group(self, key: tuple[Value, ...]) -> Group:
        """What it has come to."""
        found: list[Any] = [*self.values, len(self.users)]
        return Group(key, *found) if self.values else Group(key)


def costs(ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None = None) -> Costs:
    """What the meant requests cost by one or two dimensions; a zone of None is the machine's. Raises ValueError."""
    if not 1 <= len(by) <= 2 or len(set(by)) != len(by):
        raise ValueError("group by one dimension or by two different ones")
    condition, parameters = where(filters)
    chosen = ", ".join("bucket" if dimension in TIMES else column(dimension) for dimension in by)
    places = ", ".join(str(number + 1) for number in range(len(by) + 1))
    # By user as well, so that one pass tells how many there are in a group, in a day of quarter-hours, and in all.
    rows = ledger.execute(
        # Constants and columns of DIMENSIONS only; every value is a parameter.
        f'SELECT {chosen}, "user", {_SUMS} FROM requests WHERE {condition} GROUP BY {places}',  # noqa: S608
        parameters,
    )
    names: dict[tuple[str, int], str] = {}
    groups: dict[tuple[Value, ...], _Sum] = {}
    total = _Sum()
    for row in rows:
        key = tuple(
            _name(dimension, row[place], zone, names) if dimension in TIMES else row[place]
            for place, dimension in enumerate(by)
        )
        user, values = row[len(by)], row[len(by) + 1 :]
        groups.setdefault(key, _Sum()).add(values, user)
        total.add(values, user)
    found = [held.group(key) for key, held in groups.items()]
    return Costs(tuple(by), tuple(_ordered(found, by)), total.group(()))


def _name(dimension: str, quarter: int, zone: tzinfo | None, names: dict[tuple[str, int], str]) -> str:
    if (dimension, quarter) not in names:
        day = datetime.fromtimestamp(quarter * 900, zone)
        week = day.isocalendar()
        names[dimension, quarter] = {
            "day": f"{day:%Y-%m-%d}",
            "week": f"{week.year}-W{week.week:02d}",
            "month": f"{day:%Y-%m}",
        }[dimension]
    return names[dimension, quarter]


def _ordered(groups: list[Group], by: Sequence[str]) -> list[Group]:
    """Time first to last, else dearest first; of two dimensions the second is ordered within the first."""
    weights: dict[tuple[Value, ...], list[int]] = {}
    for group in groups:
        for length in range(1, len(by) + 1):
            weight = weights.setdefault(group.key[:length], [0, 0])
            weight[0] -= group.cost or 0
            weight[1] -= group.requests

    def rank(group: Group) -> list[Any]:
        return [
            (group.key[place] or "",)
            if dimension in TIMES
            else (*weights[group.key[: place + 1]], group.key[place] is None, group.key[place] or "")
            for place, dimension in enumerate(by)
        ]

    return sorted(groups, key=rank)
