"""What the list of sessions is made of: which were active in a stretch of time, and what they come to.

``sessions`` are their names.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, func, select

from franking.ledger.filters import DIMENSIONS, Filters
from franking.ledger.statements.conditions import ENDED, RUNNING, between, included, of_rows, text
from franking.ledger.statements.sums import how_many
from franking.ledger.statements.tables import CALLERS, ENTRIES, REQUESTS

__all__ = ["SESSIONS"]

_TOLD: Sequence[str] = ("project", "client", "model", "user")
"""The dimensions that a session tells the values of."""

_row = REQUESTS.c


def _active(only: ColumnElement[bool]) -> Callable[[Filters], Select[Any]]:
    """The sessions of meant requests, and when each last began one there."""

    def build(filters: Filters) -> Select[Any]:
        found = select(_row.session_id, func.max(_row.started_at)).where(between(_row.started_at), only)
        # Inside a CASE: no engine is to begin with the many requests that have any session at all.
        return found.where(included(and_(_row.session_id.is_not(None), of_rows(filters)))).group_by(_row.session_id)

    return build


def _sums(filters: Filters) -> Select[Any]:
    """Session, the values of _TOLD; requests, their cost, how many have none, tokens, the first and the last moment."""
    keys = [_row.session_id, *(text(DIMENSIONS[dimension]) for dimension in _TOLD)]
    callers = select(CALLERS.c.id).where(CALLERS.c.session_id.in_(bindparam("sessions", ("",), Text, expanding=True)))
    theirs = select(ENTRIES.c.id).where(ENTRIES.c.caller.in_(callers))
    figures: list[ColumnElement[Any]] = [
        func.count(),
        func.sum(_row.cost),
        how_many(_row.cost.is_(None)),
        func.sum(_row.input_tokens),
        func.sum(_row.output_tokens),
        func.min(_row.started_at),
        func.max(_row.started_at),
    ]
    return select(*keys, *figures).where(of_rows(filters), _row.id.in_(theirs)).group_by(*keys)


SESSIONS: Mapping[str, Callable[[Filters], Select[Any]]] = {
    "sessions of the running": _active(RUNNING),
    "sessions of the ended": _active(ENDED),
    "sums of sessions": _sums,
}
"""Name → its builder."""
