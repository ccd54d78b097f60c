"""Which requests a question is about: Filters, and the SQL condition that says the same.

A dimension is a word of the contract; here it gets its column. The SQL is portable: no date functions, no dialect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["DIMENSIONS", "TIMES", "Filters", "Value", "among", "column", "where"]

Value = str | None
"""A dimension's value; None is unattributed."""

DIMENSIONS: Mapping[str, str] = {
    # As the answer names it; as asked for where there was none, so that failures stand beside their model.
    "model": "COALESCE(model, requested_model)",
    "project": "project_id",
    "feature": "feature",
    "user": '"user"',
    "organization": "organization_id",
    "client": "client",
    "gateway": "gateway",
    "branch": "branch",
    "session": "session_id",
}
"""Dimension → SQL. ``user`` is quoted: a reserved word elsewhere."""

TIMES = ("day", "week", "month")
"""The dimensions that are time, of the zone that the question names."""


@dataclass(frozen=True, slots=True)
class Filters:
    """since, until: microseconds UTC of the request's start, until itself not included; None is open.

    include, exclude: dimension → values. A request is meant if it has one of the included and none of the excluded.
    """

    since: int | None = None
    until: int | None = None
    include: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


def column(dimension: str) -> str:
    """A dimension's SQL. Raises ValueError for a word that is none."""
    if dimension not in DIMENSIONS:
        raise ValueError(f"{dimension!r} is no dimension; expected one of {', '.join(DIMENSIONS)}")
    return DIMENSIONS[dimension]


def where(filters: Filters) -> tuple[str, list[str | int]]:
    """The condition (true for all without filters) and its parameters."""
    said: list[str] = ["1 = 1"]
    parameters: list[str | int] = []
    for limit, sign in ((filters.since, ">="), (filters.until, "<")):
        if limit is not None:
            said.append(f"started_at {sign} ?")
            parameters.append(limit)
    for dimension, values in filters.include.items():
        said.append(among(column(dimension), values, parameters))
    for dimension, values in filters.exclude.items():
        # CASE and not NOT: of an unknown value NOT would be unknown, and the row would go missing.
        said.append(f"CASE WHEN {among(column(dimension), values, parameters)} THEN 0 ELSE 1 END = 1")
    return " AND ".join(said), parameters


def among(name: str, values: tuple[Value, ...], parameters: list[str | int]) -> str:
    """The condition that a column has one of the values, None among them; adds to the parameters."""
    known = [value for value in values if value is not None]
    parameters += known
    said = [f"{name} IN ({', '.join('?' * len(known))})"] if known else []
    if None in values:
        said.append(f"{name} IS NULL")
    return f"({' OR '.join(said or ['1 = 0'])})"
