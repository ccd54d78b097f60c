"""Which requests a question is about: Filters, and the SQL condition that says the same.

A dimension is a word of the contract; here it gets its column. The SQL is portable: no date functions, no dialect;
how a condition is said is written in ``statements/conditions.py``.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from franking.ledger.statements import kept

__all__ = [
    "BENEATH",
    "DIMENSIONS",
    "NOT_ENDED",
    "OF_PLACES",
    "OF_TOTALS",
    "OWNED",
    "PLACED",
    "SCOPED",
    "TIME",
    "TIMES",
    "TRACED",
    "Filters",
    "Value",
    "among",
    "column",
    "meant",
    "where",
]

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
    "repository": "repository",
}
"""Dimension → SQL. ``user`` is quoted: a reserved word elsewhere."""

SCOPED: Mapping[str, str] = {
    "model": "s.model",
    "project": "s.project_id",
    "feature": "s.feature",
    "user": 's."user"',
    "organization": "s.organization_id",
    "client": "s.client",
    "gateway": "s.gateway",
}
"""Dimension → SQL of a scope."""

OWNED: Mapping[str, str] = {dimension: SCOPED[dimension] for dimension in ("project", "user")}
"""Dimension → SQL of an owner ``s``; of those that the roll-ups know the ones that are asked for most."""

PLACED: Mapping[str, str] = {**SCOPED, "branch": "w.branch", "repository": "w.repository"}
"""Dimension → SQL of a scope or a place ``w``, of those that the roll-ups know."""

OF_PLACES = frozenset(PLACED.values()).difference(SCOPED.values())
"""SQL of what a place tells. There are few places: which of them are meant is asked once, and not of each row."""

TRACED: Mapping[str, str] = {
    dimension: "c.session_id" if dimension == "session" else PLACED[dimension] for dimension in DIMENSIONS
}
"""Dimension → SQL of those that the roll-up by callers ``c`` knows; in DIMENSIONS' order, as in statements' names."""

BENEATH: Mapping[str, str] = {
    **SCOPED,
    "branch": "c.branch",
    "session": "c.session_id",
    "repository": "c.repository",
}
"""Dimension → SQL over the tables beneath ``requests``: entries ``e``, their scopes ``s`` and callers ``c``."""

OF_TOTALS: Mapping[str, str] = {dimension: SCOPED.get(dimension, "NULL") for dimension in DIMENSIONS}
"""Dimension → SQL of an imported total's scope; what it does not tell is not known."""

TIMES = ("day", "week", "month")
"""The dimensions that are time, of the zone that the question names."""

TIME = "time"
"""Any of them, in the name of a statement: a stretch's number in a roll-up's, a row's quarter-hour in others."""

NOT_ENDED = "in_flight"
"""The status of a request that has not ended yet; such a one is in no roll-up."""


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


def where(
    filters: Filters | Sequence[Filters], columns: Mapping[str, str] | None = None
) -> tuple[str, list[str | int]]:
    """The condition on a row of ``requests`` (true for all without filters) and its parameters.

    filters: of several, a row has to be meant by any one. columns: BENEATH for the tables beneath it.
    """
    columns, started = (DIMENSIONS, "started_at") if columns is None else (columns, "e.started_at")
    several = [filters] if isinstance(filters, Filters) else filters
    parts = [_where(each, columns, started) for each in several]
    parameters = [value for _, values in parts for value in values]
    if len(parts) == 1:
        return " AND ".join([kept.ALL, *parts[0][0]]), parameters
    said = " OR ".join(f"({' AND '.join([kept.ALL, *conditions])})" for conditions, _ in parts)
    return f"{kept.ALL} AND ({said or kept.among('', ())})", parameters


def _where(filters: Filters, columns: Mapping[str, str], started: str) -> tuple[list[str], list[str | int]]:
    said: list[str] = []
    parameters: list[str | int] = []
    for name, limit in (("since", filters.since), ("until", filters.until)):
        if limit is not None:
            said.append(kept.limit(name, started))
            parameters.append(limit)
    for dimension in (*filters.include, *filters.exclude):
        column(dimension)
    further, of_further = meant(filters, columns)
    return [*said, *further], parameters + of_further


def meant(
    filters: Filters, columns: Mapping[str, str], opaque: Container[str] = frozenset(SCOPED)
) -> tuple[list[str], list[str | int]]:
    """The conditions on dimensions, whose SQL is given, and their parameters. opaque: those whose index is not to be
    used.
    """
    parameters: list[str | int] = []
    said = []
    for dimension, values in filters.include.items():
        one = _condition(columns[dimension], values, parameters)
        said.append(kept.included(one) if dimension in opaque else one)
    for dimension, values in filters.exclude.items():
        said.append(kept.excluded(_condition(columns[dimension], values, parameters)))
    return said, parameters


def _condition(name: str, values: tuple[Value, ...], parameters: list[str | int]) -> str:
    said = among(name, values, parameters)
    return kept.at_places(said) if name in OF_PLACES else said


def among(name: str, values: tuple[Value | int, ...], parameters: list[str | int]) -> str:
    """The condition that a column has one of the values, None among them; adds to the parameters."""
    parameters += [value for value in values if value is not None]
    return f"({kept.among(name, values)})"
