"""What a list of single requests is made of: a page of them, and where to look for the wanted ones.

What is wanted says a condition of its own (``wanted.py``), which stands in the place of the filters'. Moments are
parameters ``first`` and ``end``, which is not included.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, bindparam, case, func, literal, or_, select

from franking.ledger.filters import SCOPED, Filters
from franking.ledger.schema_7_eighths import NOBODY
from franking.ledger.statements.conditions import between, number, of_rows, of_scopes
from franking.ledger.statements.tables import BY_CALLER, CALLERS, ENTRIES, REQUESTS, ROLLED_UP, SCOPES

__all__ = ["beyond", "pages"]

_LIMIT: ColumnElement[int] = bindparam("limit", 1, BigInteger)
_CALLERS = bindparam("callers", (1,), BigInteger, expanding=True)


def beyond(*, back: bool) -> ColumnElement[bool]:
    """That a request stands after a place of a list: parameters its moment twice, and its id."""
    started, id_ = number("started_at"), number("id")
    moment, same, last = (
        bindparam(None, value, type_) for value, type_ in ((0, BigInteger), (0, BigInteger), ("", Text))
    )
    after = (started < moment, id_ < last) if back else (started > moment, id_ > last)
    return or_(after[0], and_(started == same, after[1])).self_group()


def pages() -> Iterator[tuple[str, Callable[[Filters], Select[Any]]]]:
    """(name, builder) of each."""
    yield from _SINGLE.items()
    for way, back in (("back", True), ("on", False)):
        yield f"page {way}", partial(_page, back)
        for table in ("days", "quarters"):
            yield f"{table} {way}", partial(_buckets, table, back)


def _page(back: bool, filters: Filters) -> Select[Any]:
    row = REQUESTS.c
    order = (row.started_at.desc(), row.id.desc()) if back else (row.started_at, row.id)
    return select(REQUESTS).where(between(row.started_at), of_rows(filters)).order_by(*order).limit(_LIMIT)


def _buckets(table: str, back: bool, filters: Filters) -> Select[Any]:
    """Buckets of a roll-up in which something may be wanted, as far as it knows, and how many requests have ended."""
    of, scope = ROLLED_UP[table].alias("r").c, SCOPES.alias("s")
    inside = and_(of.bucket >= bindparam("bucket", 0, BigInteger), of.bucket <= bindparam("last", 0, BigInteger))
    found = select(of.bucket, func.sum(of.requests)).where(inside, scope.c.id == of.scope).group_by(of.bucket)
    include, exclude = ({at: side[at] for at in side if at in SCOPED} for side in (filters.include, filters.exclude))
    wanted = func.max(
        case((of_scopes(Filters(None, None, include, exclude)), number("1")), else_=number("0"))
    ) == number("1")
    return found.having(wanted).order_by(of.bucket.desc() if back else of.bucket)


def _with_id(_: Filters) -> Select[Any]:
    """How the ids begin that are given, and what is past all that begin so."""
    return select(ENTRIES.c.id).where(
        ENTRIES.c.id >= bindparam("begins", "", Text), ENTRIES.c.id < bindparam("past", "", Text)
    )


def _of_callers(_: Filters) -> Select[Any]:
    return select(ENTRIES.c.id).where(ENTRIES.c.caller.in_(_CALLERS), between(ENTRIES.c.started_at))


def _how_many(_: Filters) -> Select[Any]:
    """Of these callers' requests, counted no further than the limit."""
    found = select(literal(1, literal_execute=True)).where(
        ENTRIES.c.caller.in_(_CALLERS), between(ENTRIES.c.started_at)
    )
    return select(func.count()).select_from(found.limit(_LIMIT).subquery())


def _callers(filters: Filters) -> Select[Any]:
    """The numbers of callers ``c``; the condition is one on their columns."""
    del filters  # dimensions of scopes are none of a caller's
    return select(CALLERS.c.id).where(of_rows(Filters())).limit(_LIMIT)


def _extent(_: Filters) -> Select[Any]:
    """The first and the last moment of all; of each alone an index tells."""
    limits: list[Any] = [select(most(ENTRIES.c.started_at)).scalar_subquery() for most in (func.min, func.max)]
    return select(*limits)


def _extent_of_callers(_: Filters) -> Select[Any]:
    """As ``_extent``, of some callers' requests."""
    entry, caller = ENTRIES.alias("e").c, CALLERS.alias("c").c
    inside = and_(entry.caller == caller.id, between(entry.started_at))
    limits: list[Any] = [
        select(most(entry.started_at)).where(inside).scalar_subquery().label(name)
        for most, name in ((func.min, "oldest"), (func.max, "newest"))
    ]
    each = select(*limits).where(caller.id.in_(_CALLERS)).subquery()
    return select(func.min(each.c.oldest), func.max(each.c.newest))


def _moments_of_sessions(_: Filters) -> Select[Any]:
    """The first and the last moment of each of their callers; NULL of one that has no requests any more."""
    entry, caller = ENTRIES.alias("e").c, CALLERS.alias("c").c
    limits: list[Any] = [
        select(most(entry.started_at)).where(entry.caller == caller.id).scalar_subquery()
        for most in (func.min, func.max)
    ]
    return select(*limits).where(caller.session_id.in_(bindparam("sessions", ("",), Text, expanding=True)))


def _of_no_session(_: Filters) -> Select[Any]:
    """How many callers tell no session, and sums of no caller; each counted as quickly as an index can."""
    all_, known = (select(func.count()).select_from(CALLERS), CALLERS.c.session_id.is_not(None))
    nobodys = select(func.count()).where(BY_CALLER.c.caller == number(str(NOBODY)))
    return select(all_.scalar_subquery() - all_.where(known).scalar_subquery() + nobodys.scalar_subquery())


_SINGLE: Mapping[str, Callable[[Filters], Select[Any]]] = {
    "ids": _with_id,
    "ids of callers": _of_callers,
    "requests of callers": _how_many,
    "callers": _callers,
    "moments": _extent,
    "moments of callers": _extent_of_callers,
    "moments of sessions": _moments_of_sessions,
    "of no session": _of_no_session,
}
