"""What requests cost, grouped: the question behind every cost view. Read-only, portable SQL.

Answered from the roll-ups where they know every dimension asked for, else from the rows; the answer is the same.

Money is integer nano-dollars. None is "not known": a request without a cost is counted as unpriced and is not 0; a
request without a project is in the group None; so groups always add up to the total. Local days, weeks and months are
made of quarter-hours of UTC, which every time zone's days consist of.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from franking.ledger import by_roll_ups, by_rows
from franking.ledger.filters import TIMES, Filters, Value, column

__all__ = ["OTHER", "Costs", "Group", "costs"]


OTHER = "(other)"
"""In the key of the groups that ``top`` left out; told from a name by identity (``Group.other``)."""


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
    def other(self) -> bool:
        """True for what lies beyond the dearest groups."""
        return any(value is OTHER for value in self.key)

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

    def add(self, values: Sequence[int | None], users: Iterable[str]) -> None:
        """What some of its requests come to, and whose they are."""
        if not self.values:
            self.values = list(values)
        else:
            self.values = [
                held if value is None else value if held is None else held + value
                for held, value in zip(self.values, values, strict=True)
            ]
        self.users.update(users)

    def group(self, key: tuple[Value, ...]) -> Group:
        """What it has come to."""
        found: list[Any] = [*self.values, len(self.users)]
        return Group(key, *found) if self.values else Group(key)


def costs(
    ledger: sqlite3.Connection,
    filters: Filters,
    by: Sequence[str],
    zone: tzinfo | None = None,
    top: int | None = None,
) -> Costs:
    """What the meant requests cost by one or two dimensions; a zone of None is the machine's. Raises ValueError.

    top: only so many groups, the dearest (in every time, where one dimension is a time), and beside them what is
    unattributed, and all the others as one: ``Group.other``.
    """
    if not 1 <= len(by) <= 2 or len(set(by)) != len(by):
        raise ValueError("group by one dimension or by two different ones")
    for dimension in (*by, *filters.include, *filters.exclude):
        if dimension not in TIMES:
            column(dimension)
    source = by_roll_ups if by_roll_ups.knows(filters, by) else by_rows
    groups: dict[tuple[Value, ...], _Sum] = {}
    total = _Sum()
    for key, users, values in source.found(ledger, filters, by, zone):
        groups.setdefault(key, _Sum()).add(values, users)
        total.add(values, users)
    if top is not None:
        groups = _merged(groups, by, top)
    listed = [held.group(key) for key, held in groups.items()]
    return Costs(tuple(by), tuple(_ordered(listed, by)), total.group(()))


def _merged(groups: Mapping[tuple[Value, ...], _Sum], by: Sequence[str], top: int) -> dict[tuple[Value, ...], _Sum]:
    named = [place for place, dimension in enumerate(by) if dimension not in TIMES]
    nobody = (None,) * len(named)
    weights: dict[tuple[Value, ...], list[int]] = {}
    for key, held in groups.items():
        weight = weights.setdefault(tuple(key[place] for place in named), [0, 0])
        weight[0] -= held.values[1] or 0
        weight[1] -= held.values[0] or 0
    weights.pop(nobody, None)
    kept = {nobody, *sorted(weights, key=lambda part: (weights[part], [value or "" for value in part]))[:top]}
    found: dict[tuple[Value, ...], _Sum] = {}
    for key, held in groups.items():
        if tuple(key[place] for place in named) not in kept:
            key = tuple(OTHER if place in named else value for place, value in enumerate(key))
        found.setdefault(key, _Sum()).add(held.values, held.users)
    return found


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
