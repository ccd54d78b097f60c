"""Rows of the roll-ups' statements, added up and taken away by their keys. Pure.

A row is the dimensions of its statement, a Group's figures, perhaps how many requests tell its cost and its tokens
(without which nothing can be taken away), and how many users there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from franking.ledger.filters import Value

__all__ = ["BRIEF", "FIGURES", "Brief", "Key", "Row", "Sum", "Sums", "added", "briefly", "figures", "keyed", "runs"]

FIGURES = 11
"""How many figures a Group has without its users."""

Brief = Literal["costs", "tokens"]
"""What a brief answer tells beside how many requests there are."""

BRIEF: Mapping[Brief, frozenset[int]] = {"costs": frozenset({0, 1, 2}), "tokens": frozenset({0, *range(6, FIGURES)})}
"""Which of a Group's figures those are."""

_UNTOLD = (0, None, 0, 0, 0, 0, None, None, None, None, None)
assert len(_UNTOLD) == FIGURES

Row = tuple[Any, ...]

Key = tuple[Value, ...]
"""A value for each dimension asked for."""

Sum = tuple[Any, ...]
"""What requests of a group come to: a Group's figures, each None until one is known; its known users, or how many of
them there are.

Nothing more than a tuple, and of a row what stands behind its key: a year's days have ten thousand of them.
"""

Sums = list[int | None]


def keyed(places: Sequence[int], labels: Sequence[Value] | Mapping[int, Value] | None) -> Callable[[Row], Key]:
    """What makes a statement's row into its key; a stretch's number, which stands first, into its label."""
    if labels is None:
        return itemgetter(slice(1)) if len(places) == 1 else itemgetter(*places)
    if len(places) == 1:
        return lambda row: (labels[row[0]],)
    if places[0] == 0:
        return lambda row: (labels[row[0]], row[1])
    return lambda row: (row[1], labels[row[0]])


def added(
    parts: Iterable[tuple[int, Sequence[Row]]], key: Callable[[Row], Key], keys: int
) -> tuple[dict[Key, Sum], dict[Key, Sums]]:
    """What rows come to whose key is theirs alone, and the sums of those that have it together.

    parts: the rows of a statement, whose keys all differ, with 1 to be added, -1 to be taken away.
    """
    alone: dict[Key, Sum] = {}
    together: dict[Key, Sums] = {}
    for sign, rows in parts:
        found = {key(row): row[keys:] for row in rows}
        if sign == 1 and found.keys().isdisjoint(together) and found.keys().isdisjoint(alone):
            if alone:
                alone |= found
            else:
                alone = found
            continue
        for at, (*figures, users) in found.items():
            if at in together:
                together[at] = _sum(together[at], figures, sign)
            elif at in alone:
                together[at] = _sum(alone.pop(at)[:-1], figures, sign)
            elif sign == 1:
                alone[at] = (*figures, users)
            else:
                together[at] = _sum([None] * len(figures), figures, sign)
    return alone, together


def _sum(one: Sequence[int | None], other: Sequence[int | None], sign: int) -> Sums:
    return [a if b is None else sign * b if a is None else a + sign * b for a, b in zip(one, other, strict=True)]


def runs(rows: Iterable[Row], keys: int) -> Iterator[tuple[Row, Sequence[str], Sequence[int | None]]]:
    """Rows of so many keys, a user and figures as (keys, the known users, sums): those that follow one another with
    the same keys together, as a database gives them that sorts to group.
    """
    for at, run in groupby(rows, itemgetter(slice(keys))):
        first, *others = (row[keys:] for row in run)
        if not others:
            yield at, () if first[0] is None else first[:1], first[1:]
            continue
        columns = zip(first, *others, strict=True)
        users, *values = ([value for value in column if value is not None] for column in columns)
        yield at, users, [sum(known) if known else None for known in values]


def briefly(held: Sum, brief: Brief) -> Sum:
    """Of a sum what a brief answer tells; all else is as of no request."""
    told = BRIEF[brief]
    return (*(held[place] if place in told else untold for place, untold in enumerate(_UNTOLD)), 0)


def figures(sums: Sums) -> Sums:
    """The figures among the sums; None where nothing is left that tells one."""
    if len(sums) == FIGURES:
        return sums
    told, (priced, *known) = sums[:FIGURES], sums[FIGURES:]
    for place, how_many in ((1, priced), *enumerate(known, FIGURES - len(known))):
        if not how_many:
            told[place] = None
    return told
