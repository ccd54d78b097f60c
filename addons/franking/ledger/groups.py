"""What a question about costs is answered with: groups, their sums, their order. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from franking.ledger.adding import Key, Sum
from franking.ledger.filters import TIMES, Value

__all__ = ["OTHER", "Costs", "Group", "grouped", "merged", "ordered", "together", "total"]

OTHER = "(other)"
"""In the key of the groups that ``top`` left out; told from a name by identity (``Group.other``)."""


class Group(NamedTuple):  # and no dataclass: a year's ten thousand are made in a quarter of the time
    """Requests that have the same key.

    key: a value for each dimension asked for; None is unattributed. Days are ``2026-11-22``, weeks ISO's ``2026-W47``,
    months ``2026-11``.
    cost: nano-dollars of the priced requests, None where none is.
    unpriced: requests without a cost, whatever became of them; unpriced_ok: those of them that ended well.
    errors: requests that the gateway or the network failed. running: those not ended yet.
    users: how many different ones are known. Tokens are None where no request tells them.
    """

    key: Key
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
        key = self.key
        return bool(key) and (key[-1] is OTHER or key[0] is OTHER)

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


def together(one: Sum, other: Sum) -> Sum:
    """Two parts of a group, whose users have names."""
    (*figures, users), (*others, further) = one, other
    values = [a if b is None else b if a is None else a + b for a, b in zip(figures, others, strict=True)]
    return (*values, users if isinstance(users, int) or isinstance(further, int) else {*users, *further})


def grouped(groups: Mapping[Key, Sum]) -> list[Group]:
    """What the groups have come to."""
    # Not by _make, which takes as long again.
    return [
        tuple.__new__(Group, (key, *held) if isinstance(held[-1], int) else (key, *held[:-1], len(held[-1])))
        for key, held in groups.items()
    ]


def total(groups: Iterable[Sum], users: int) -> Group:
    """All groups as one, of so many users."""
    columns = [*zip(*groups, strict=True)][:-1]
    if not columns:
        return Group(())
    return Group._make(((), *map(_known, columns), users))


def _known(column: Sequence[int | None]) -> int | None:
    """What the known ones come to; None where none is."""
    return sum(filter(None, column)) or (None if column.count(None) == len(column) else 0)


def merged(groups: Mapping[Key, Sum], by: Sequence[str], top: int) -> dict[Key, Sum]:
    """The dearest so many (over every time), what is unattributed, and the others as one: OTHER."""
    named = [place for place, dimension in enumerate(by) if dimension not in TIMES]
    nobody = (None,) * len(named)
    weights: dict[Key, list[int]] = {}
    for key, held in groups.items():
        weight = weights.setdefault(tuple(key[place] for place in named), [0, 0])
        weight[0] -= held[1] or 0
        weight[1] -= held[0] or 0
    weights.pop(nobody, None)
    kept = {nobody, *sorted(weights, key=lambda part: (weights[part], [value or "" for value in part]))[:top]}
    found: dict[Key, Sum] = {}
    for key, held in groups.items():
        if tuple(key[place] for place in named) not in kept:
            key = tuple(OTHER if place in named else value for place, value in enumerate(key))
        found[key] = together(found[key], held) if key in found else held
    return found


def ordered(groups: Sequence[Group], by: Sequence[str]) -> list[Group]:
    """Time first to last, else dearest first; of two dimensions the second is ordered within the first."""
    if len(by) == 1 and by[0] not in TIMES:
        return sorted(groups, key=_size)
    firsts: dict[Value, list[Group]] = {}
    for group in groups:
        firsts.setdefault(group.key[0], []).append(group)

    def rank(first: Value) -> tuple[Any, ...]:
        if by[0] in TIMES:
            return (first,)
        within = firsts[first]
        cost, requests = sum(group.cost or 0 for group in within), sum(group.requests for group in within)
        return -cost, -requests, first is None, first or ""

    timed = len(by) > 1 and by[1] in TIMES
    rank_within: Callable[[Group], Any] = (lambda group: group.key[1]) if timed else _size
    found: list[Group] = []
    for first in sorted(firsts, key=rank):
        within = firsts[first]
        if len(within) > 1:
            within.sort(key=rank_within)
        found += within
    return found


def _size(group: Group) -> tuple[Any, ...]:
    """The dearest first, of as dear ones that with more requests, then by the name that the key ends with."""
    value = group.key[-1]
    return -(group.cost or 0), -group.requests, value is None, value or ""
