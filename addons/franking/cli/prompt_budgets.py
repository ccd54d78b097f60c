"""The plan of ``frank statusline`` where projects or budgets are defined: what they count, as conditions of SQL.

Loaded only to make a plan anew (``prompt_plan``).
"""

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from franking.budgets import matching, periods, questions, state, store
from franking.ledger import by_roll_ups, filters
from franking.ledger.filters import Filters, Value
from franking.projects import folding
from franking.projects import questions as projects
from franking.projects.names import Names

__all__ = ["plan"]

_FOR_EVERYTHING = ""


def plan(ledger: sqlite3.Connection, project_id: str | None, repository: str | None) -> dict[str, Any]:
    """The plan for what is stamped with this project, in this repository; see ``prompt_plan``."""
    at = time.time_ns() // 1000
    names = projects.names(ledger)
    project = names.of(project_id, repository)
    raises = store.raises(ledger, at)
    ends = [end for each in raises for end in (each.since, each.until) if end > at]
    found = []
    for budget in (questions.named_now(names, each) for each in store.budgets(ledger)):
        window = periods.current(budget, at)
        if window is None:
            ends += [budget.starts] if budget.starts is not None and budget.starts > at else []
            continue
        ends.append(window.end)
        parts = _parts(names, budget.include)
        if matching.concerns(budget, project or _FOR_EVERYTHING, names.organization(project)) and not _of_rows(parts):
            found.append(
                {
                    "name": budget.name,
                    "amount": state.amount(budget, raises, at),
                    "since": window.start,
                    "parts": parts,
                    "unknown_cost": budget.unknown_cost,
                }
            )
    own = _parts(names, {"project": (project,)}) if project is not None else []
    return {"project": project, "parts": own, "budgets": found, "until": min(ends, default=None)}


def _parts(names: Names, include: Any) -> list[list[Any]]:
    """What the filters mean: conditions on ``scopes AS s``, or on rows where the roll-ups cannot tell."""
    parts: list[list[Any]] = []
    for meant in folding.matched(names, Filters(include=include)):
        if by_roll_ups.knows(meant, ()):
            parts.append(["scopes", *_condition(meant)])
        else:
            parts.append(["rows", *filters.where(meant)])
    return parts


def _condition(meant: Filters) -> tuple[str, list[str | int]]:
    parameters: list[str | int] = []
    said = ["1 = 1"]
    for dimension, values in meant.include.items():
        said.append(_among(dimension, values, parameters))
    for dimension, values in meant.exclude.items():
        said.append(f"CASE WHEN {_among(dimension, values, parameters)} THEN 0 ELSE 1 END = 1")
    return " AND ".join(said), parameters


def _among(dimension: str, values: tuple[Value, ...], parameters: list[str | int]) -> str:
    return filters.among(by_roll_ups.SCOPED[dimension], values, parameters)


def _of_rows(parts: Sequence[Sequence[Any]]) -> bool:
    """A month's rows are more than a prompt can wait for."""
    return any(part[0] == "rows" for part in parts)
