"""Every statement there is, by its name, and its text in a dialect: what ``sqlite.json`` is made of."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations, product
from typing import Any

from sqlalchemy import ClauseElement, Select, func
from sqlalchemy.dialects.sqlite import dialect as sqlite
from sqlalchemy.engine import Dialect

from franking.ledger.adding import BRIEF
from franking.ledger.filters import DIMENSIONS, OWNED, PLACED, SCOPED, TIME, TRACED, Filters
from franking.ledger.pieces import Piece
from franking.ledger.statements import callers, conditions, kept, sums
from franking.ledger.statements.conditions import ENDED, RUNNING, number
from franking.ledger.statements.counters import COUNTERS
from franking.ledger.statements.pages import beyond, pages
from franking.ledger.statements.sessions import SESSIONS
from franking.ledger.statements.singles import SINGLES
from franking.ledger.statements.tables import AT_PLACES, ROLLED_UP

__all__ = ["contents", "every", "text"]

_PIECE = (Piece(0, 1, 0, 0),)


def every(
    filters: Filters | None = None, pieces: Sequence[Piece] = _PIECE
) -> Iterator[tuple[str, Callable[[], Select[Any]]]]:
    """(name, what builds it) of each that these filters can be given to; by_roll_ups, by_callers and
    by_rows make the names.
    """
    meant = filters or Filters()
    asked = {*meant.include, *meant.exclude}
    for table in {**ROLLED_UP, **AT_PLACES}:
        owned = table.startswith("owned_")
        known = (*PLACED,) if table in AT_PLACES else (*OWNED,) if owned else (*SCOPED,)
        if not asked <= {*known}:
            continue
        if not owned:
            yield f"some of {table}", partial(sums.some, table, pieces)
            yield f"attribution of {table}", partial(sums.counted, table, meant, pieces)
        for by in _groupings((TIME, *known)):
            yield from _sums(table, by, meant, pieces)
            bare = {*by, *asked}.isdisjoint(SCOPED)
            if bare:
                yield from _sums(table, by, meant, pieces, " bare", bare=True)
            if TIME in by:
                for brief in BRIEF:
                    yield from _sums(table, by, meant, pieces, f" {brief} alone", brief=brief)
                    if bare:
                        yield from _sums(table, by, meant, pieces, f" {brief} alone bare", brief=brief, bare=True)
        for by in ((), *_groupings((TIME, *known))):
            yield f"people of {table} by {' '.join(by)}", partial(sums.people, table, by, meant, pieces)
    for by in _groupings((TIME, *TRACED)):
        yield f"callers by {' '.join(by)}", partial(callers.by_callers, by, meant, pieces)
        yield f"callers alone by {' '.join(by)}", partial(callers.by_callers_alone, by, meant, pieces)
    for size, named, bare in product(callers.RANKED, (False, True), (False, True)):
        scoped = size == "users" or not asked.isdisjoint(SCOPED)
        if (named or "session" not in asked) and not (bare and scoped):
            how = f"{' named' * named}{' bare' * bare}"
            build = partial(callers.largest_sessions, size, meant, pieces, scoped=not bare, named=named)
            yield f"largest sessions{how} by {size}", build
    yield "unread callers", partial(callers.unread_callers, meant, pieces)
    yield "unread", partial(callers.unread, meant, pieces)
    for by in _groupings((TIME, *DIMENSIONS)):
        name = " ".join(by)
        yield f"rows by {name}", partial(sums.rows, by, meant)
        yield f"rows by {name} running", partial(sums.rows, by, meant, RUNNING)
        yield f"rows by {name} between", partial(sums.rows, by, meant, ENDED, pieces)
        yield f"imported by {name}", partial(sums.imported, by, meant, pieces)
    for name, single in (*SINGLES.items(), *SESSIONS.items(), *COUNTERS.items(), *pages()):
        yield name, partial(single, meant)


def _sums(
    table: str, by: Sequence[str], meant: Filters, pieces: Sequence[Piece], how: str = "", **kind: Any
) -> Iterator[tuple[str, Callable[[], Select[Any]]]]:
    name = " ".join(by)
    for counted in (False, True):
        build = partial(sums.of_roll_up, table, by, meant, pieces, counted=counted, **kind)
        yield f"{table}{how}{' counted' * counted} by {name}", build
    if TIME in by and table in ("days", "placed_days", "owned_days"):
        yield f"each of {table}{how} by {name}", partial(sums.each_day, table, by, meant, **kind)


def text(statement: ClauseElement, dialect: Dialect | None = None) -> str:
    """A statement on one line, its values as parameters in their order."""
    compiled = statement.compile(
        dialect=dialect or sqlite(paramstyle="qmark"), compile_kwargs={"render_postcompile": True}
    )
    return " ".join(str(compiled).split())


def contents() -> str:
    """What ``sqlite.json`` has to hold."""
    column: Any = number("a_column")
    said = {
        "known": conditions.among(column, ("a",)),
        "unknown": conditions.among(column, (None,)),
        "both": conditions.among(column, ("a", None)),
        "none": conditions.among(column, ()),
        "included": conditions.included(column),
        "excluded": conditions.excluded(column),
        "at places": conditions.at_places(column),
        "since": conditions.limits(column, 0, None)[0],
        "until": conditions.limits(column, None, 0)[0],
        "up to": column <= 0,
        "exactly": column == 0,
        "like": func.lower(column).like("", escape="!"),
        "running": RUNNING,
        "ended": ENDED,
        "back": beyond(back=True),
        "on": beyond(back=False),
    }
    parts = {
        "conditions": {name: text(condition) for name, condition in said.items()},
        "statements": {name: text(build()) for name, build in every()},
    }
    return json.dumps(parts, indent=1) + "\n"


def _groupings(dimensions: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for length in (1, 2):
        yield from combinations(dimensions, length)


if __name__ == "__main__":
    kept.FILE.write_text(contents(), "utf-8")
