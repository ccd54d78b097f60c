"""Which requests are looked for in a list of single ones: Wanted, and the SQL conditions that say the same. Pure.

What can be filtered by is a word of ``FIELDS``: the dimensions of every question, and beside them what tells a request
from its neighbours. The conditions are portable SQL, over the view ``requests`` or over the tables beneath it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from franking.ledger.filters import DIMENSIONS, SCOPED, among
from franking.ledger.schema_2 import CALLER
from franking.ledger.statements import kept

__all__ = ["FIELDS", "NUMBERS", "SEARCHED", "Field", "Wanted", "of_callers", "of_roll_ups", "of_rows"]

Field = str | int | None
"""A value to filter by; None is "not known"."""

FIELDS: Mapping[str, str] = {
    **DIMENSIONS,
    "status": "status",
    "wire_format": "wire_format",
    "http_status": "http_status",
    "host": "host",
    "path": "path",
    "method": "method",
    "repository": "repository",
    "worktree": "worktree",
    "machine": "machine_id",
    "editor": "editor_name",
    "client_version": "client_version",
    "task": "task_id",
    "pid": "pid",
    "command": "command",
    "rejected_feature": "rejected_feature",
    "project_source": "project_source",
    "feature_source": "feature_source",
    "cost_source": "cost_source",
    "inference_provider": "inference_provider",
    "finish_reason": "finish_reason",
    "error_type": "error_type",
}
"""What can be filtered by → SQL."""

NUMBERS = frozenset({"http_status", "pid"})
"""The fields whose values are integers."""

SEARCHED = (
    "id", "message_id", "error_message", "error_type", "requested_model", "model", "project_id", "feature",
    '"user"', "session_id", "task_id", "client", "editor_name", "repository", "branch", "host", "path", "command",
    "prompt_preview", "rejected_feature",
)  # fmt: skip
"""Columns that a search for text looks into."""

_FAILED = ("http_error", "stream_error", "upstream_aborted", "interrupted")
_CALLERS = {name: sql for name, sql in FIELDS.items() if sql in CALLER}


@dataclass(frozen=True, slots=True)
class Wanted:
    """since, until: microseconds UTC of the request's start, until itself not included; None is open.

    include, exclude: a word of FIELDS → values: one of the included and none of the excluded.
    cost_from, cost_to: nano-dollars, both included; an unpriced request is in no range.
    id_begins, message_id: how the id begins (8 characters at least: less would not narrow the search), the whole
    message id. text: what one of SEARCHED holds, upper and lower case alike.
    """

    since: int | None = None
    until: int | None = None
    include: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    cost_from: int | None = None
    cost_to: int | None = None
    id_begins: str | None = None
    message_id: str | None = None
    text: str | None = None


def of_rows(wanted: Wanted) -> tuple[str, list[str | int]]:
    """The condition on a row of ``requests``, without the period and the id; empty where there is none.

    Inside a CASE, so that no database is led to look for the few rows by the many values.
    """
    parameters: list[str | int] = []
    said = _matching(wanted, FIELDS.get, parameters)
    for limit, bound in ((wanted.cost_from, "since"), (wanted.cost_to, "up to")):
        if limit is not None:
            said.append(kept.limit(bound, "cost"))
            parameters.append(limit)
    if wanted.message_id is not None:
        said.append(kept.limit("exactly", "message_id"))
        parameters.append(wanted.message_id)
    if wanted.text is not None:
        said.append(f"({' OR '.join(kept.limit('like', name) for name in SEARCHED)})")
        parameters += [_like(wanted.text)] * len(SEARCHED)
    return " AND ".join(kept.included(each) for each in said), parameters


def of_roll_ups(wanted: Wanted) -> tuple[str, list[str | int]]:
    """What holds of a roll-up's row ``r`` and its scope ``s`` if it counts a wanted request; empty where nothing does.

    A request that ended well has no HTTP status of 400 or more; costs are never negative.
    """
    parameters: list[str | int] = []
    said = _matching(wanted, SCOPED.get, parameters)
    states = {*wanted.include.get("status", ("ok",))}
    codes = wanted.include.get("http_status", (0,))
    if states <= {*_FAILED}:
        said.append("r.errors > 0")
    elif "ok" not in states or all(isinstance(code, int) and code >= 400 for code in codes):
        said.append("r.requests > r.ok")
    if wanted.include.get("cost_source") == (None,):
        said.append("r.requests > r.priced")
    if wanted.cost_from is not None:
        said.append("r.cost >= ?")
        parameters.append(wanted.cost_from)
    return " AND ".join(said), parameters


def of_callers(wanted: Wanted) -> tuple[str, list[str | int]]:
    """The condition on a row of ``callers`` that has a wanted request; empty where none is included by its columns."""
    parameters: list[str | int] = []
    only = Wanted(include=wanted.include)
    return " AND ".join(_matching(only, _CALLERS.get, parameters)), parameters


def _matching(wanted: Wanted, column: Callable[[str], str | None], parameters: list[str | int]) -> list[str]:
    """The conditions on the fields that have a column here; adds to the parameters."""
    said = []
    for name, values in wanted.include.items():
        if (sql := column(name)) is not None:
            said.append(among(sql, values, parameters))
    for name, values in wanted.exclude.items():
        if (sql := column(name)) is not None:
            said.append(kept.excluded(among(sql, values, parameters)))
    return said


def _like(text: str) -> str:
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return f"%{text.lower()}%"
