"""The plan of ``frank statusline`` where projects or budgets are defined: what they count, as conditions of SQL.

Loaded only to make a plan anew (``prompt_plan``), and nothing for it that takes long: what budgets and projects mean is
said by the parts of their rooms that need no dataclasses.
"""

import sqlite3
import time
from zoneinfo import ZoneInfo

from franking.budgets import bounds, scope, stored
from franking.projects import meant, naming

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from franking.ledger.filters import Value
    from franking.projects.names import Names

__all__ = ["plan"]

_FOR_EVERYTHING = ""

_SCOPED = {
    "project": "s.project_id", "organization": "s.organization_id", "feature": "s.feature", "user": 's."user"',
    "model": "s.model", "client": "s.client",
}  # fmt: skip
"""Dimension of a budget → SQL of a scope, as ``filters.SCOPED`` has it; of those that the roll-ups know."""


def plan(ledger: sqlite3.Connection, project_id: str | None, repository: str | None) -> "dict[str, Any]":
    """The plan for what is stamped with this project, in this repository; see ``prompt_plan``."""
    at = time.time_ns() // 1000
    names = naming.names(ledger)
    project = names.of(project_id, repository)
    raises = stored.raises(ledger, at)
    ends = [end for each in raises for end in (each.since, each.until) if end > at]
    found = []
    for budget in stored.budgets(ledger):
        starts = budget["starts"]
        window = bounds.cut(budget["period"], ZoneInfo(budget["zone"]), at, starts, budget["ends"])
        if window is None:
            ends += [starts] if starts is not None and starts > at else []
            continue
        ends.append(window.end)
        include = scope.named_now(names, budget["include"])
        if not scope.concerns(include, project or _FOR_EVERYTHING, names.organization(project)):
            continue
        parts = _parts(names, include)
        if all(part[0] == "scopes" for part in parts):  # a month's rows are more than a prompt can wait for
            found.append(
                {
                    "name": budget["name"],
                    "amount": budget["amount"] + stored.raised(budget["number"], raises, at),
                    "since": window.start,
                    "until": window.end,
                    "parts": parts,
                    "unknown_cost": budget["unknown_cost"],
                }
            )
    own = _parts(names, {"project": (project,)}) if project is not None else []
    return {"project": project, "parts": own, "budgets": found, "until": min(ends, default=None)}


def _parts(names: "Names", include: "meant.Values") -> "list[list[Any]]":
    """What the values mean: conditions on ``scopes AS s``; where the roll-ups cannot tell, on rows and on totals."""
    parts: list[list[Any]] = []
    for part in meant.meant(names, include, {}):
        if {*part.include, *part.exclude} <= {*_SCOPED}:
            parts.append(["scopes", *_condition(part)])
        else:
            parts += _of_rows(part)
    return parts


def _condition(part: meant.Meant) -> tuple[str, list[str]]:
    parameters: list[str] = []
    said = ["1 = 1"]
    for dimension, values in part.include.items():
        said.append(_among(_SCOPED[dimension], values, parameters))
    for dimension, values in part.exclude.items():
        said.append(f"CASE WHEN {_among(_SCOPED[dimension], values, parameters)} THEN 0 ELSE 1 END = 1")
    return " AND ".join(said), parameters


def _among(column: str, values: "tuple[Value, ...]", parameters: list[str]) -> str:
    """As ``filters.among``."""
    known = [value for value in values if value is not None]
    parameters += known
    said = [f"{column} IN ({', '.join('?' * len(known))})"] if known else []
    said += [f"{column} IS NULL"] if len(known) < len(values) else []
    return f"({' OR '.join(said) or '1 = 0'})"


def _of_rows(part: meant.Meant) -> "list[list[Any]]":
    from franking.ledger import filters

    said, parameters = filters.meant(filters.Filters(include=part.include, exclude=part.exclude), filters.DIMENSIONS)
    of_totals, told = filters.meant(filters.Filters(include=part.include, exclude=part.exclude), filters.OF_TOTALS)
    return [["rows", " AND ".join(said), parameters], ["totals", " AND ".join(of_totals), told]]
