"""Questions about projects turned into questions about what requests were stamped with. Pure.

What counts to a project may be several ids, and of one id only the requests from some repositories. So a question
becomes several, each with Filters of its own that have no request in common; nearly always it stays one. A request's
organization is that of its project where that was given one, else the one it was stamped with.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from franking.ledger.filters import Filters, Value
from franking.ledger.queries import Part, unturned
from franking.projects.meant import FOLDED, Meant, meant
from franking.projects.names import Names

__all__ = ["matched", "parts"]

_Key = tuple[Value, ...]


def matched(names: Names, filters: Filters) -> tuple[Filters, ...]:
    """Filters by ids and repositories that together mean what the given ones mean by projects; none in common."""
    return tuple(part for part, _ in parts(names, filters))


def parts(names: Names, filters: Filters, by: Sequence[str] = ()) -> list[Part]:
    """The same with what turns the keys of a question by these dimensions into projects and organizations."""
    turns = not names.trivial and not {*by}.isdisjoint(FOLDED)
    return [
        (replace(filters, include=part.include, exclude=part.exclude), _turned(names, part, by) if turns else unturned)
        for part in meant(names, filters.include, filters.exclude, by)
    ]


def _turned(names: Names, part: Meant, by: Sequence[str]) -> Callable[[_Key], _Key]:
    def turned(key: _Key) -> _Key:
        return tuple(
            (part.project or names.of(value))
            if dimension == "project"
            else (part.organization or value)
            if dimension == "organization"
            else value
            for dimension, value in zip(by, key, strict=True)
        )

    return turned
