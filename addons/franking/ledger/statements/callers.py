"""Sums of requests by whose caller they are: of the roll-up that tells callers apart.

Read by pieces, as the others (``sums.py``), but none is ever taken away.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    cast,
    distinct,
    func,
    select,
)

from franking.ledger.filters import TRACED, Filters
from franking.ledger.pieces import Piece
from franking.ledger.schema_7_eighths import NOBODY
from franking.ledger.statements.conditions import number, of_callers
from franking.ledger.statements.roll_up import Columns, RollUp
from franking.ledger.statements.tables import CALLERS, SESSION_NUMBERS

__all__ = ["RANKED", "SIZES", "by_callers", "by_callers_alone", "largest_sessions", "unread", "unread_callers"]

SIZES: Mapping[str, Sequence[str]] = {
    "cost": ("cost",),
    "requests": ("requests",),
    "tokens": ("input_tokens", "output_tokens"),
    "input_tokens": ("input_tokens",),
    "output_tokens": ("output_tokens",),
    "cache_read_tokens": ("cache_read_tokens",),
    "reasoning_tokens": ("reasoning_tokens",),
    "errors": ("errors",),
    "unpriced": ("requests", "-priced"),
}
"""What sessions are ranked by → the sums that it is made of; what is not known is nothing."""

RANKED = (*SIZES, "average", "users")
"""All that sessions are ranked by: their cost per priced request, too, rounded, and how many users they have."""


def by_callers(by: Sequence[str], filters: Filters, pieces: Sequence[Piece]) -> Select[Any]:
    """Keys; the user; a Group's figures: as ``rows``, of the roll-up that tells callers apart."""
    source = _OfCallers(pieces)
    keys = [*source.keys(by), source.scope.c.user]
    return source.asked([*keys, *source.figures()], filters).group_by(*keys)


def by_callers_alone(by: Sequence[str], filters: Filters, pieces: Sequence[Piece]) -> Select[Any]:
    """Keys; a Group's figures; how many users there are: a quarter quicker than their names."""
    source = _OfCallers(pieces)
    keys = source.keys(by)
    users = func.count(distinct(source.scope.c.user))
    return source.asked([*keys, *source.figures(), users], filters).group_by(*keys)


def largest_sessions(
    size: str, filters: Filters, pieces: Sequence[Piece], *, scoped: bool = True, named: bool = False
) -> Select[Any]:
    """The known sessions, the largest first; of as large ones that with more requests, then that first seen.

    size: of RANKED. scoped: False for filters, and a size, that ask for nothing that a scope tells. named: True for
    filters that ask for sessions. Sessions are told apart by their numbers, in half the time that names take.
    """
    source = _OfSessions(pieces, scoped=scoped, named=named)
    of, session = source.rolled_up.c, source.number.c.session
    ranked = source.asked([func.min(of.caller).label("caller")], filters).group_by(session)
    ranked = ranked.order_by(_size(source, size).desc(), func.sum(of.requests).desc(), session)
    largest = ranked.limit(bindparam("limit", 1, BigInteger)).subquery("l")
    return select(CALLERS.c.session_id).select_from(largest.join(CALLERS, CALLERS.c.id == largest.c.caller))


def _size(source: RollUp, size: str) -> ColumnElement[Any]:
    of, nothing = source.rolled_up.c, number("0")
    if size == "users":
        return source.users(())
    if size == "average":
        # As integers: one engine's sums of integers are none, and its quotients not whole.
        cost, priced = (cast(func.sum(column), BigInteger) for column in (of.cost, of.priced))
        return case((priced > nothing, (cost + cost + priced) // (priced + priced)), else_=nothing)
    total: ColumnElement[Any] = nothing
    for name in SIZES[size]:
        part = func.coalesce(func.sum(of[name.removeprefix("-")]), nothing)
        total = total - part if name.startswith("-") else total + part
    return total


def unread(filters: Filters, pieces: Sequence[Piece]) -> Select[Any]:
    """How many requests have no known process, and how many there are at all; imported totals are in neither."""
    source = _OfCallers(pieces)
    of = source.rolled_up.c
    counts: Columns = [func.sum(case((source.caller.c.pid.is_(None), of.requests), else_=number("0")))]
    return source.asked([*counts, func.sum(of.requests)], filters).where(of.caller != number(str(NOBODY)))


def unread_callers(filters: Filters, pieces: Sequence[Piece]) -> Select[Any]:
    """What is told of callers without a known process, and of how many requests; the newest bucket's first."""
    source = _OfCallers(pieces)
    of = source.rolled_up.c
    found = source.asked([source.caller.c.provenance, of.requests], filters)
    unread = and_(of.caller != number(str(NOBODY)), source.caller.c.pid.is_(None))
    return found.where(unread).order_by(of.bucket.desc(), of.caller.desc()).limit(bindparam("limit", 1, BigInteger))


class _OfCallers(RollUp):
    """The roll-up that tells callers apart, and the callers themselves; NOBODY is none of them."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        super().__init__("placed_eighths", pieces)
        self.caller = CALLERS.alias("c")

    def keys(self, by: Sequence[str], columns: Mapping[str, str] = TRACED) -> Columns:
        return super().keys(by, columns)

    def asked(self, chosen: Columns, filters: Filters) -> Select[Any]:
        return select(*chosen).select_from(self.whole()).where(of_callers(filters))

    def told(self, rows: FromClause) -> FromClause:
        # Callers first, so that scopes are looked up of those alone that are meant.
        return super().told(rows.outerjoin(self.caller, self.caller.c.id == self.rolled_up.c.caller))


class _OfSessions(RollUp):
    """The same roll-up, and the numbers of the known sessions. A place is asked for by its number, if at all.

    named: True where the callers are asked for too.
    """

    def __init__(self, pieces: Sequence[Piece], *, scoped: bool, named: bool) -> None:
        super().__init__("eighths", pieces, scoped=scoped)
        self.number = SESSION_NUMBERS.alias("n")
        self.caller = CALLERS.alias("c") if named else None

    def asked(self, chosen: Columns, filters: Filters) -> Select[Any]:
        return select(*chosen).select_from(self.whole()).where(of_callers(filters))

    def told(self, rows: FromClause) -> FromClause:
        caller = self.rolled_up.c.caller
        whole = rows.join(self.number, self.number.c.caller == caller)
        return super().told(whole if self.caller is None else whole.outerjoin(self.caller, self.caller.c.id == caller))
