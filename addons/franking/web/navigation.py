"""A page's place in the header."""

from dataclasses import dataclass

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the header and where it leads. place: from left to right."""

    title: str
    path: str
    place: int
