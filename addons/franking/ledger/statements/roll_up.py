"""A roll-up as statements read it: by pieces (``pieces.py``), with what says whose the requests are.

Pieces are given as a table of (number, first, past): the buckets from first on and before past, of the stretch of time
with that number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    column,
    distinct,
    func,
    null,
    select,
    values,
)

from franking.ledger.adding import BRIEF, FIGURES, Brief
from franking.ledger.filters import PLACED, TIME, Filters
from franking.ledger.pieces import Piece
from franking.ledger.schema_7 import TOKENS
from franking.ledger.statements.conditions import number, of_places, text
from franking.ledger.statements.tables import AT_PLACES, OWNERS, PLACES, ROLLED_UP, SCOPES

__all__ = ["Columns", "RollUp", "listed", "within"]

Columns = list[ColumnElement[Any]]
"""What a statement selects."""


def listed(pieces: Sequence[Piece]) -> CTE:
    """The table of the pieces."""
    named = values(*(column(name, BigInteger) for name in ("number", "first", "past")), name="p")
    return named.data([(piece.number, piece.first, piece.end) for piece in pieces]).cte("p")


def within(pieces: CTE, place: ColumnElement[int]) -> ColumnElement[bool]:
    """That a bucket or a moment is in one of them."""
    return and_(place >= pieces.c.first, place < pieces.c.past)


class RollUp:
    """A roll-up, the pieces that are read of it, and the scopes, or the owners, that say whose its requests are; of
    AT_PLACES the places too. Each of them costs a tenth of a question or more.

    scoped: False where nothing is asked that a scope or an owner tells.
    """

    def __init__(self, table: str, pieces: Sequence[Piece], *, scoped: bool = True) -> None:
        self.pieces = listed(pieces)
        self.scoped, self.placed = scoped, table in AT_PLACES
        self.rolled_up = {**ROLLED_UP, **AT_PLACES}[table].alias("r")
        self.owned = "owner" in self.rolled_up.c
        self.scope = (OWNERS if self.owned else SCOPES).alias("s")
        self.place = PLACES.alias("w")

    def keys(self, by: Sequence[str], columns: Mapping[str, str] = PLACED) -> Columns:
        return [self.pieces.c.number if dimension == TIME else text(columns[dimension]) for dimension in by]

    def figures(self, *, brief: Brief | None = None) -> Columns:
        of, nothing = self.rolled_up.c, number("0")
        requests, priced = func.sum(of.requests), func.sum(of.priced)
        told: Columns = [
            requests,
            case((priced > nothing, func.sum(of.cost))),
            requests - priced,
            func.sum(of.unpriced_ok),
            func.sum(of.errors),
            nothing,
            *(func.sum(of[name]) for name in TOKENS),
        ]
        if brief is None:
            return told
        untold: Columns = [nothing, null(), *(nothing for _ in range(4)), *(null() for _ in TOKENS)]
        return [told[place] if place in BRIEF[brief] else untold[place] for place in range(FIGURES)]

    def counts(self, *, brief: Brief | None = None) -> Columns:
        """How many requests tell the cost, and each kind of tokens."""
        priced = number("0") if brief == "tokens" else func.sum(self.rolled_up.c.priced)
        known = [number("0") if brief == "costs" else func.sum(self.rolled_up.c[f"{name}_known"]) for name in TOKENS]
        return [priced, *known]

    def users(self, by: Sequence[str], *, counted: bool = True) -> ColumnElement[int]:
        if not counted:
            return number("0")
        user: ColumnElement[Any] = self.scope.c.user
        if self.owned and "project" in by:
            # Of one project each owner is another user: numbers are compared where names would be, in half the time.
            user = case((user.is_not(None), self.rolled_up.c.owner))
        return func.count(distinct(user))

    def asked(self, chosen: Columns, filters: Filters) -> Select[Any]:
        return select(*chosen).select_from(self.whole()).where(of_places(filters))

    def whole(self) -> FromClause:
        """The roll-up's rows within the pieces, with what is told of them."""
        return self.told(self.pieces.join(self.rolled_up, self.inside()))

    def told(self, rows: FromClause) -> FromClause:
        of = self.rolled_up.c
        whose = of.owner if self.owned else of.scope
        # OUTER: so that no engine begins with the places. They come before the scopes, of which there are more.
        whole = rows.outerjoin(self.place, self.place.c.id == of.place) if self.placed else rows
        return whole.join(self.scope, self.scope.c.id == whose) if self.scoped else whole

    def inside(self) -> ColumnElement[bool]:
        return within(self.pieces, self.rolled_up.c.bucket)
