"""Sums of requests by whose caller they are: of the roll-up that tells callers apart.

Read by pieces, as the others (``sums.py``), but none is ever taken away.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, and_, bindparam, case, distinct, func, select

from franking.ledger.filters import TRACED, Filters
from franking.ledger.pieces import Piece
from franking.ledger.schema_7_eighths import NOBODY
from franking.ledger.statements.conditions import number, of_callers
from franking.ledger.statements.sums import Columns, RollUp
from franking.ledger.statements.tables import BY_CALLER, CALLERS

__all__ = ["by_callers", "by_callers_alone", "unread", "unread_callers"]


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
        super().__init__(BY_CALLER, pieces)
        self.caller = CALLERS.alias("c")

    def keys(self, by: Sequence[str], columns: Mapping[str, str] = TRACED) -> Columns:
        return super().keys(by, columns)

    def asked(self, chosen: Columns, filters: Filters) -> Select[Any]:
        whole = self.whole().outerjoin(self.caller, self.caller.c.id == self.rolled_up.c.caller)
        return select(*chosen).select_from(whole).where(of_callers(filters))
