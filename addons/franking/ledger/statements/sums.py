"""Sums of requests by what they are grouped by: of a roll-up, and of the rows themselves.

by: TIME, and dimensions. pieces: what is read of a roll-up (``roll_up.py``).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
)

from franking.ledger.adding import Brief
from franking.ledger.filters import DIMENSIONS, NOT_ENDED, OF_TOTALS, PLACED, TIME, Filters
from franking.ledger.pieces import Piece
from franking.ledger.schema_7 import TOKENS
from franking.ledger.statements.conditions import number, of_places, of_rows, of_rows_between, of_totals, text
from franking.ledger.statements.roll_up import Columns, RollUp, listed, within
from franking.ledger.statements.tables import IMPORTED, REQUESTS, SCOPES

__all__ = [
    "SOURCES",
    "counted",
    "each_day",
    "how_many",
    "imported",
    "of_roll_up",
    "people",
    "rows",
    "some",
]

SOURCES = ("project_id", "project_source", "feature", "feature_source", "user")
"""What attribution is counted by."""

_FAILED = ("http_error", "stream_error", "upstream_aborted", "interrupted")


def of_roll_up(
    table: str,
    by: Sequence[str],
    filters: Filters,
    pieces: Sequence[Piece],
    *,
    counted: bool,
    brief: Brief | None = None,
    bare: bool = False,
) -> Select[Any]:
    """Keys; a Group's figures; how many users there are. A third quicker than what can be taken away from another.

    counted: behind the figures how many requests tell the cost and each kind of tokens, as taking away needs it.
    brief: nothing but what it names is told; all else is as of no request. bare: no scope is asked for, and no users.
    """
    source = RollUp(table, pieces, scoped=not bare)
    keys = source.keys(by)
    counts = source.counts(brief=brief) if counted else []
    chosen = [*keys, *source.figures(brief=brief), *counts, source.users(by, counted=not brief and not bare)]
    return source.asked(chosen, filters).group_by(*keys)


def each_day(
    table: str, by: Sequence[str], filters: Filters, *, brief: Brief | None = None, bare: bool = False
) -> Select[Any]:
    """As ``of_roll_up`` of days, from ``day`` on and before ``past_day``, each under its own number: twice as quick."""
    source = RollUp(table, (), scoped=not bare)
    day = source.rolled_up.c.bucket
    keys = [day if dimension == TIME else text(PLACED[dimension]) for dimension in by]
    limits = (day >= bindparam("day", 0, BigInteger), day < bindparam("past_day", 0, BigInteger))
    found = select(*keys, *source.figures(brief=brief), source.users(by, counted=not brief and not bare))
    whole = source.told(source.rolled_up)
    return found.select_from(whole).where(*limits, of_places(filters)).group_by(*keys)


def some(table: str, pieces: Sequence[Piece]) -> Select[Any]:
    """Buckets of the pieces in which there is anything."""
    source = RollUp(table, pieces)
    return select(source.rolled_up.c.bucket).where(source.inside()).limit(bindparam("limit", 1, BigInteger))


def people(table: str, by: Sequence[str], filters: Filters, pieces: Sequence[Piece]) -> Select[Any]:
    """Keys, a known user, and how many requests that are."""
    source = RollUp(table, pieces)
    keys = [*source.keys(by), source.scope.c.user]
    found = source.asked([*keys, func.sum(source.rolled_up.c.requests)], filters)
    return found.where(source.scope.c.user.is_not(None)).group_by(*keys)


def counted(table: str, filters: Filters, pieces: Sequence[Piece]) -> Select[Any]:
    """SOURCES; counts of requests, of those that ended well, and of these the ones without a cost."""
    source = RollUp(table, pieces)
    keys: Columns = [source.scope.c[name] for name in SOURCES]
    sums = [func.sum(source.rolled_up.c[name]) for name in ("requests", "ok", "unpriced_ok")]
    return source.asked([*keys, *sums], filters).group_by(*keys)


def rows(
    by: Sequence[str], filters: Filters, only: ColumnElement[bool] | None = None, pieces: Sequence[Piece] = ()
) -> Select[Any]:
    """Keys; the user; a Group's figures. only: a further condition. pieces: only what began in them, in microseconds.

    By user as well, so that one pass tells how many there are in a group, in a day of quarter-hours, and in all.
    """
    row = REQUESTS.c
    keys: Columns = [row.bucket if dimension == TIME else text(DIMENSIONS[dimension]) for dimension in by]
    keys.append(row.user)
    figures: Columns = [
        func.count(),
        func.sum(row.cost),
        how_many(row.cost.is_(None)),
        how_many(and_(row.cost.is_(None), row.status == number("'ok'"))),
        how_many(row.status.in_([number(f"'{status}'") for status in _FAILED])),
        how_many(row.status == number(f"'{NOT_ENDED}'")),
        *(func.sum(row[name]) for name in TOKENS),
    ]
    found = select(*keys, *figures).group_by(*keys)
    if pieces:
        found = found.where(within(listed(pieces), row.started_at), of_rows_between(filters))
    else:
        found = found.where(of_rows(filters))
    return found if only is None else found.where(only)


def imported(by: Sequence[str], filters: Filters, pieces: Sequence[Piece]) -> Select[Any]:
    """As ``rows``, a row for each imported total that counts in the quarter-hours of the pieces."""
    total, scope = IMPORTED.alias("t"), SCOPES.alias("s")
    of, nothing = total.c, number("0")
    keys: Columns = [of.bucket if dimension == TIME else text(OF_TOTALS[dimension]) for dimension in by]
    figures: Columns = [
        of.requests,
        case((of.priced > nothing, of.cost)),
        of.requests - of.priced,
        of.unpriced_ok,
        of.errors,
        nothing,
        *(case((of[f"{name}_known"] > nothing, of[name])) for name in TOKENS),
    ]
    found = select(*keys, scope.c.user, *figures).where(within(listed(pieces), of.bucket), scope.c.id == of.scope)
    return found.where(of_totals(filters))


def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """The number of rows for which it is true; NULL of none at all."""
    return func.sum(case((condition, number("1")), else_=number("0")))
