"""What has been counted since the beginning, of the longest roll-up: of each set of labels, and of nobody."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from franking.ledger.counters import COUNTED, DIMENSIONS
from franking.ledger.filters import SCOPED, Filters
from franking.ledger.statements.conditions import number, text
from franking.ledger.statements.tables import ROLLED_UP, SCOPES

__all__ = ["COUNTERS"]

_spans, _scope = ROLLED_UP["spans"].alias("r"), SCOPES.alias("s")
_ALL = _spans.join(_scope, _scope.c.id == _spans.c.scope)


def _counters(_: Filters) -> Select[Any]:
    """DIMENSIONS; each of COUNTED, 0 where nothing tells it."""
    keys: list[Any] = [text(SCOPED[dimension]) for dimension in DIMENSIONS]
    sums: list[Any] = [func.coalesce(func.sum(_spans.c[name]), number("0")) for name in COUNTED]
    return select(*keys, *sums).select_from(_ALL).group_by(*keys)


def _nobodys(_: Filters) -> Select[Any]:
    """Requests without a project, which did not opt out by a file of their own, and without a feature."""
    opted_out = func.coalesce(_scope.c.project_source, number("''")) == number("'project-file'")
    of_none = and_(_scope.c.project_id.is_(None), ~opted_out)
    counts: list[Any] = [_requests(of_none), _requests(_scope.c.feature.is_(None))]
    return select(*counts).select_from(_ALL)


def _requests(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, _spans.c.requests), else_=number("0")))


COUNTERS: Mapping[str, Callable[[Filters], Select[Any]]] = {"counters": _counters, "nobody's": _nobodys}
"""Name → its builder."""
