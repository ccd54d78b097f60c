"""Single requests and what is told of them alone: the newest, by id, what was rejected, what could not be read.

A builder takes the Filters; where it has values of its own they are parameters of the name given, in the order of the
text, before those of the filters but for ``limit``, which is after them (and after it SQLite's text has an OFFSET: 0).
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, bindparam, func, select

from franking.ledger.filters import Filters
from franking.ledger.statements.conditions import ENDED, RUNNING, beneath, number, of_rows
from franking.ledger.statements.sums import SOURCES, how_many
from franking.ledger.statements.tables import CALLERS, ENTRIES, REQUESTS, ROLLED_UP, SCOPES

__all__ = ["SINGLES"]

_row = REQUESTS.c
_LIMIT: ColumnElement[int] = bindparam("limit", 1, BigInteger)
_entry, _scope, _caller = ENTRIES.alias("e"), SCOPES.alias("s"), CALLERS.alias("c")
_OK = _row.status == number("'ok'")


def _newest(filters: Filters) -> Select[Any]:
    found = select(REQUESTS).where(of_rows(filters), _row.ended_at.is_not(None))
    return found.order_by(_row.started_at.desc()).limit(_LIMIT)


def _last(filters: Filters) -> Select[Any]:
    return select(REQUESTS).where(of_rows(filters)).order_by(_row.started_at.desc(), _row.id.desc()).limit(_LIMIT)


def _named(filters: Filters) -> Select[Any]:
    begins = and_(_row.id >= bindparam("begins", "", Text), _row.id < bindparam("past", "", Text))
    return select(REQUESTS).where(begins, of_rows(filters)).order_by(_row.id.desc()).limit(_LIMIT)


def _with_ids(filters: Filters) -> Select[Any]:
    return select(REQUESTS).where(_row.id.in_(bindparam("ids", ("",), expanding=True)), of_rows(filters))


def _in_flight(filters: Filters) -> Select[Any]:
    return select(_row.id).where(RUNNING, of_rows(filters))


def _attribution(only: ColumnElement[bool]) -> Callable[[Filters], Select[Any]]:
    def build(filters: Filters) -> Select[Any]:
        keys = [_row[name] for name in SOURCES]
        sums = (func.count(), how_many(_OK), how_many(and_(_OK, _row.cost.is_(None))))
        return select(*keys, *sums).where(of_rows(filters), only).group_by(*keys)

    return build


def _rejected(filters: Filters) -> Select[Any]:
    """Of the requests of those callers that sent such a value, which are few."""
    keys = (_caller.c.rejected_feature, _scope.c.client)
    senders = select(CALLERS.c.id).where(CALLERS.c.rejected_feature.is_not(None))
    joined = and_(_entry.c.caller.in_(senders), _caller.c.id == _entry.c.caller, _scope.c.id == _entry.c.scope)
    return select(*keys, func.count(), func.max(_entry.c.started_at)).where(joined, beneath(filters)).group_by(*keys)


def _unread(only: ColumnElement[bool]) -> Callable[[Filters], Select[Any]]:
    def build(filters: Filters) -> Select[Any]:
        counts: list[Any] = [how_many(_row.pid.is_(None)), func.count()]
        return select(*counts).where(of_rows(filters), only)

    return build


def _unread_lately(only: ColumnElement[bool]) -> Callable[[Filters], Select[Any]]:
    def build(filters: Filters) -> Select[Any]:
        found = select(_row.provenance).where(_row.pid.is_(None), of_rows(filters), only)
        return found.order_by(_row.started_at.desc()).limit(_LIMIT)

    return build


def _newest_moment(filters: Filters) -> Select[Any]:
    return select(func.max(_row.started_at)).where(of_rows(filters))


def _extent(_: Filters) -> Select[Any]:
    """The first and the last day of UTC that anything is rolled up of; of each alone an index tells."""
    day = ROLLED_UP["days"].c.bucket
    limits: list[Any] = [select(most(day)).scalar_subquery() for most in (func.min, func.max)]
    return select(*limits)


def _last_days(_: Filters) -> Select[Any]:
    """Feature, and the last day of UTC that has one of its requests."""
    day = ROLLED_UP["days"].alias("r").c
    found = select(_scope.c.feature, func.max(day.bucket)).where(_scope.c.id == day.scope)
    return found.where(day.bucket >= bindparam("day", 0, BigInteger)).group_by(_scope.c.feature)


SINGLES: Mapping[str, Callable[[Filters], Select[Any]]] = {
    "newest": _newest,
    "last": _last,
    "named": _named,
    "with ids": _with_ids,
    "in flight": _in_flight,
    "attribution of the running": _attribution(RUNNING),
    "attribution of the ended": _attribution(ENDED),
    "rejected": _rejected,
    "unread of the running": _unread(RUNNING),
    "unread of the ended": _unread(ENDED),
    "unread lately of the running": _unread_lately(RUNNING),
    "unread lately of the ended": _unread_lately(ENDED),
    "newest moment": _newest_moment,
    "extent": _extent,
    "last days": _last_days,
}
"""Name → its builder."""
