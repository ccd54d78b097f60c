"""The sums behind a question, read from the roll-ups: quick at any number of rows, the same to the last nano-dollar.

Days of UTC where they are whole, eighths of them and quarter-hours at the borders (``pieces.py``), and the rows
themselves for what no roll-up holds: requests in flight, and a period that begins or ends within a quarter-hour.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import chain

from franking.ledger import by_rows, imported
from franking.ledger.adding import FIGURES, Brief, Key, Row, added, briefly, figures, keyed
from franking.ledger.by_rows import Found, grouping
from franking.ledger.filters import PLACED, SCOPED, TIMES, Filters, Value, where
from franking.ledger.pieces import DAY, Piece, pieces
from franking.ledger.rolled_up import Pieces, each_day, read, signed, takes_away, users_of
from franking.ledger.statements import kept
from franking.ledger.stretches import Stretch, stretches

__all__ = ["counted", "found", "knows", "people"]

_QUARTER = 900_000_000


def knows(filters: Filters, by: Sequence[str]) -> bool:
    """True where the roll-ups can answer: for one time and the dimensions that they keep."""
    asked = {*by, *filters.include, *filters.exclude}
    return sum(dimension in TIMES for dimension in by) <= 1 and asked <= {*PLACED, *TIMES}


def found(
    ledger: sqlite3.Connection,
    filters: Filters,
    by: Sequence[str],
    zone: tzinfo | None,
    *,
    named: bool = True,
    users: bool = True,
    brief: Brief | None = None,
) -> Iterator[Found]:
    """What ``by_rows.found`` finds, in another order and perhaps in more parts.

    named: False where it will do to know how many users a group has; users: where not even that is asked for. brief:
    what of BRIEF will do, by a time.
    """
    first, end = _quarters(ledger, filters)
    ragged = [*_ragged(filters, first, end)]
    live = [*by_rows.found(ledger, filters, by, zone, running=True)]
    live += by_rows.between(ledger, filters, by, zone, ragged)
    live += imported.between(ledger, filters, by, zone, ragged)
    if brief is not None:
        live = [(at, briefly(part, brief)) for at, part in live]
    time = next((dimension for dimension in by if dimension in TIMES), None)
    parts = stretches(time, first, end, zone)
    elsewhere = None if named else {part[0] for part in live}
    return chain(live, _rolled_up(ledger, filters, by, parts, elsewhere, users=users, brief=brief))


def _rolled_up(
    ledger: sqlite3.Connection,
    filters: Filters,
    by: Sequence[str],
    parts: Sequence[Stretch],
    elsewhere: set[Key] | None,
    *,
    users: bool,
    brief: Brief | None,
) -> Iterator[Found]:
    """elsewhere: keys of which there is more, so that the users have to be told by name; None where all have to be."""
    time = next((place for place, dimension in enumerate(by) if dimension in TIMES), None)
    words, places = grouping(by)
    # Where nothing but the time and places is asked for, and no users, no scope is looked up.
    bare = not users and {*by, *filters.include, *filters.exclude}.isdisjoint(SCOPED)
    name = f"{{}}{f' {brief} alone' if brief else ''}{' bare' * bare}{{}} by {words}"
    chosen, labels = _numbered_by_day(_chosen(ledger, parts), parts)
    key = keyed(places, None if time is None else labels)
    away = [part for part in read(ledger, name.format("{}", " counted"), signed(chosen, -1), filters) if part[1]]
    days = chosen["days"] if time is not None and not away and _each(chosen["days"]) else ()
    others = {table: () if table == "days" and days else listed for table, listed in signed(chosen, 1).items()}
    each = [(1, each_day(ledger, f"each of {name.format('{}', '')}", days, filters))]
    rows = read(ledger, name.format("{}", " counted" if away else ""), others, filters)
    alone, together = added(chain(each, rows, away), key, len(by))
    shared = set() if not users else {*together, *(alone if elsewhere is None else elsewhere.intersection(alone))}
    names: dict[Key, list[str]] = {}
    if shared:
        if time is not None:
            times = {at[time] for at in shared}
            chosen = {table: [one for one in some if labels[one.number] in times] for table, some in chosen.items()}
        for row in users_of(ledger, words, chosen, filters):
            names.setdefault(key(row), []).append(row[-1])
    listed = [(at, (*alone.pop(at)[:FIGURES], names.get(at, ()))) for at in shared.intersection(alone)]
    listed += [(at, (*figures(sums), names.get(at, ()))) for at, sums in together.items() if sums[0]]
    if away:
        alone = {at: (*held[:FIGURES], held[-1]) for at, held in alone.items()}
    return chain(listed, alone.items())


def _chosen(ledger: sqlite3.Connection, parts: Sequence[Stretch]) -> Pieces:
    """The pieces to read: where much would be taken away from the days of UTC, those within the stretches. To be taken
    away, sums have to tell of how many requests they are, which costs a third of a question.
    """
    chosen = pieces(parts)
    return pieces(parts, within=True) if takes_away(ledger, chosen["eighths"]) else chosen


def _numbered_by_day(chosen: Pieces, parts: Sequence[Stretch]) -> tuple[Pieces, Mapping[int, Value]]:
    """The pieces, and the stretches' labels by their numbers; where each has a day of its own, that day's number."""
    shift = {piece.first - piece.number for piece in chosen["days"]}
    by = shift.pop() if len(shift) == 1 else 0
    numbered = {
        table: [Piece(piece.number + by, piece.sign, piece.first, piece.end) for piece in listed]
        for table, listed in chosen.items()
    }
    return numbered, {number + by: part.label for number, part in enumerate(parts)}


def _each(days: Sequence[Piece]) -> bool:
    """True of days that have each its own number; stretches, and so their days, follow one another."""
    return all(day.number == day.first == day.end - 1 and day.sign == 1 for day in days)


def people(ledger: sqlite3.Connection, filters: Filters) -> set[str]:
    """The known users of what the roll-ups hold of the meant requests."""
    chosen = pieces(stretches(None, *_quarters(ledger, filters), None))
    return {row[-1] for row in users_of(ledger, "", chosen, filters)}


def counted(ledger: sqlite3.Connection, filters: Filters) -> Iterator[Row]:
    """(project, its source, feature, its source, user, requests, of these ended well, of these without a cost)."""
    first, end = _quarters(ledger, filters)
    asked = [("running", filters)]
    asked += [("ended", replace(filters, since=since, until=until)) for since, until in _ragged(filters, first, end)]
    for which, within in asked:
        condition, parameters = where(within)
        yield from ledger.execute(kept.statement(f"attribution of the {which}", condition), parameters)
    sums: dict[Row, list[int]] = {}
    chosen = pieces(stretches(None, first, end, None))
    for sign, rows in read(ledger, "attribution of {}", chosen, filters):
        for row in rows:
            held = sums.get(row[:5], (0, 0, 0))
            sums[row[:5]] = [one + sign * other for one, other in zip(held, row[5:], strict=True)]
    for key, counts in sums.items():
        if counts[0]:
            yield (*key, *counts)


def _quarters(ledger: sqlite3.Connection, filters: Filters) -> tuple[int, int]:
    """The whole quarter-hours of the period, as far as there is anything in them."""
    oldest, newest = ledger.execute(kept.statement("extent")).fetchone()
    if oldest is None:
        return 0, 0
    first, end = oldest * DAY, (newest + 1) * DAY
    if filters.since is not None:
        first = max(first, -(-filters.since // _QUARTER))
    if filters.until is not None:
        end = min(end, filters.until // _QUARTER)
    return first, max(first, end)


def _ragged(filters: Filters, first: int, end: int) -> Iterator[tuple[int, int]]:
    """What of the period lies outside whole quarter-hours, in microseconds."""
    since, until = filters.since, filters.until
    begins = None if since is None or since % _QUARTER == 0 else (since // _QUARTER + 1) * _QUARTER
    ends = None if until is None or until % _QUARTER == 0 else until // _QUARTER * _QUARTER
    if since is not None and begins is not None:
        yield since, begins if until is None else min(begins, until)
    if until is not None and ends is not None and (since is None or ends >= (begins or since)):
        yield ends, until
