"""The statements' text for SQLite, as shipped; put together for a question without SQLAlchemy.

What varies with a question's values is how many there are of them, and the condition of its filters: ``MARKS`` stand in
the text for one value, ``ALL`` for no condition. Values never become part of a text.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

__all__ = ["ALL", "FILE", "PIECE", "among", "at_places", "condition", "excluded", "included", "limit", "statement"]

FILE = Path(__file__).with_name("sqlite.json")

ALL = "1 = 1"
"""Stands in every statement where the condition of its filters is put in its place."""

PIECE = "(?, ?, ?)"
"""Stands for the pieces of a roll-up that are read."""

_LIST = "(?)"
"""Stands for a list of values."""

_COLUMN = "a_column"
"""Stands for a column's SQL."""


def statement(name: str, condition: str = ALL, *, pieces: int = 1, listed: int = 1) -> str:
    """The text of the statement with that name.

    condition: begins with ALL. pieces, listed: how many parameters there are of those. Raises KeyError for no name.
    """
    text = _texts("statements")[name]
    if pieces != 1:
        text = text.replace(PIECE, ", ".join([PIECE] * pieces), 1)
    if listed != 1:
        text = text.replace(_LIST, _marks(listed), 1)
    return text.replace(ALL, condition, 1)  # the last: a condition may have lists of its own


def among(column: str, values: Sequence[str | int | None]) -> str:
    """The condition that a column has one of the values, None among them; parameters: the values that are not None."""
    known = sum(value is not None for value in values)
    kind = ("both" if known else "unknown") if known < len(values) else ("known" if known else "none")
    return _texts("conditions")[kind].replace(_LIST, _marks(known)).replace(_COLUMN, column)


def included(condition: str) -> str:
    """That a condition is true, whatever index its column has."""
    return _texts("conditions")["included"].replace(_COLUMN, condition)


def excluded(condition: str) -> str:
    """That a condition is not true; of an unknown value too."""
    return _texts("conditions")["excluded"].replace(_COLUMN, condition)


def at_places(condition: str) -> str:
    """That a condition is true of the place of a roll-up's row."""
    return _texts("conditions")["at places"].replace(_COLUMN, condition)


def limit(name: str, column: str) -> str:
    """The condition that a column is not before (``since``), before (``until``), ``up to`` or ``exactly`` a value, or
    ``like`` a pattern with ``!`` before what is none; one parameter.
    """
    return _texts("conditions")[name].replace(_COLUMN, column)


def condition(name: str) -> str:
    """On a row of ``requests``: that it is ``running``, has ``ended``, or stands further ``back`` or ``on`` than a
    place in the order of time: parameters its moment twice, and its id.
    """
    return _texts("conditions")[name]


def _marks(count: int) -> str:
    return f"({', '.join('?' * count)})"


def _texts(part: str) -> Mapping[str, str]:
    return _file()[part]


@cache
def _file() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = json.loads(FILE.read_text("utf-8"))
    return found
