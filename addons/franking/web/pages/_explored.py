"""What can be explored: figures of a group, the groups in their order with the top ones and "(other)". Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from franking.ledger.adding import Brief
from franking.ledger.filters import TIMES, Value
from franking.ledger.groups import OTHER, Costs, Group
from franking.ledger.queries import Users
from franking.web.tables import Kind

__all__ = ["METRICS", "Line", "Metric", "less", "lines", "ranked", "summed"]

_ADDED = ("requests", "unpriced", "unpriced_ok", "errors", "running")
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a group. adds: those of several groups make up that of all. brief: the brief answer that tells it."""

    key: str
    title: str
    kind: Kind
    of: Callable[[Group], int | None]
    adds: bool = True
    brief: Brief | None = None

    @property
    def counts(self) -> Users:
        """The users that a question counts by which groups are ranked: each one's, or only those of all together."""
        return "each" if self.key == "users" else "all"


def _tokens(group: Group) -> int | None:
    known = [number for number in (group.input_tokens, group.output_tokens) if number is not None]
    return sum(known) if known else None


METRICS: Mapping[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric("cost", "Cost", "money", lambda group: group.cost, brief="costs"),
        Metric("requests", "Requests", "count", lambda group: group.requests, brief="costs"),
        Metric("average", "Average", "money", lambda group: group.average, adds=False, brief="costs"),
        Metric("tokens", "Tokens", "short", _tokens, brief="tokens"),
        Metric("input_tokens", "Input", "short", lambda group: group.input_tokens, brief="tokens"),
        Metric("output_tokens", "Output", "short", lambda group: group.output_tokens, brief="tokens"),
        Metric("cache_read_tokens", "Read from cache", "short", lambda group: group.cache_read_tokens, brief="tokens"),
        Metric("reasoning_tokens", "Reasoning", "short", lambda group: group.reasoning_tokens, brief="tokens"),
        Metric("users", "Users", "count", lambda group: group.users, adds=False),
        Metric("errors", "Errors", "count", lambda group: group.errors),
        Metric("unpriced", "Unpriced", "count", lambda group: group.unpriced, brief="costs"),
    )
}
"""What may be asked for, by its word in the address."""


@dataclass(frozen=True, slots=True)
class Line:
    """A group. mixed: made of several, of which each user counts once and nobody knows how often that is."""

    group: Group
    mixed: bool = False

    def value(self, metric: Metric) -> int | None:
        """None is not known."""
        return None if self.mixed and metric.key == "users" else metric.of(self.group)


def summed(key: tuple[Value, ...], groups: Sequence[Group]) -> Group:
    """Groups, one at least, as one; ``users`` as many as the largest has."""
    _, *columns, users = zip(*groups, strict=True)
    known = ([value for value in column if value is not None] for column in columns)
    return Group._make((key, *(sum(column) if column else None for column in known), max(users)))


def less(whole: Group, parts: Sequence[Group]) -> Group:
    """What is left of a group, in whose requests the parts' are. Where nothing is left that tells a figure it is None.
    Nobody knows how many users that is.
    """
    if not parts:
        return whole
    part = summed(whole.key, parts)
    left = whole._replace(**{name: getattr(whole, name) - getattr(part, name) for name in _ADDED})
    if whole.cost is not None:
        left = left._replace(cost=whole.cost - (part.cost or 0) if left.requests > left.unpriced else None)
    tokens: Any = {name: (getattr(whole, name) or 0) - (getattr(part, name) or 0) or None for name in _TOKENS}
    return left._replace(**tokens)


def ranked(found: Costs, place: int, metric: Metric) -> list[Value]:
    """The values in that place of the keys, the largest first, None among them, OTHER not."""
    sizes: dict[Value, tuple[int, int]] = {}
    if metric.adds:
        for group in found.groups:
            amount, requests = _size(group, metric)
            held = sizes.get(value := group.key[place], (0, 0))
            sizes[value] = held[0] + amount, held[1] + requests
    else:
        parts: dict[Value, list[Group]] = {}
        for group in found.groups:
            parts.setdefault(group.key[place], []).append(group)
        sizes = {value: _size(summed((value,), groups), metric) for value, groups in parts.items()}
    values = (value for value in sizes if value is not OTHER)
    return sorted(values, key=lambda value: (*sizes[value], value is None, value or ""))


def lines(found: Costs, metric: Metric, top: int) -> list[Line]:
    """The groups: of the times the last first, of other dimensions the largest; beyond the top of them "(other)"."""
    place = next((place for place, name in enumerate(found.by) if name not in TIMES), None)
    if place is None:
        return [Line(group) for group in reversed(found.groups)]
    values = ranked(found, place, metric)
    named = [value for value in values if value is not None][:top]
    shown = {None, *named}
    order: dict[Value, int] = {value: rank for rank, value in enumerate(value for value in values if value in shown)}
    kept: list[Line] = []
    others: dict[tuple[Value, ...], list[Group]] = {}
    for group in found.groups:
        if group.key[place] in shown:
            kept.append(Line(group, mixed=group.other))
        else:
            others.setdefault((*group.key[:place], OTHER, *group.key[place + 1 :]), []).append(group)
    kept += [
        Line(
            summed(key, groups) if len(groups) > 1 else groups[0]._replace(key=key),
            mixed=len(groups) > 1 or groups[0].other,
        )
        for key, groups in others.items()
    ]
    return _ordered(kept, found.by, place, order, metric)


def _ordered(kept: list[Line], by: Sequence[str], place: int, order: Mapping[Value, int], metric: Metric) -> list[Line]:
    beyond = len(order)
    if by[0] in TIMES:
        # In one time each value comes once.
        kept.sort(key=lambda line: beyond if (value := line.group.key[place]) is OTHER else order[value])
        kept.sort(key=lambda line: line.group.key[0] or "", reverse=True)
        return kept

    def rank(line: Line) -> Any:
        value, other = line.group.key[place], line.group.other
        rank = beyond if value is OTHER else order[value]
        return (rank, other, *_size(line.group, metric), *(str(part or "") for part in line.group.key))

    kept.sort(key=rank)
    return kept


def _size(group: Group, metric: Metric) -> tuple[int, int]:
    return -(metric.of(group) or 0), -group.requests
