"""The sums behind a question, read from the roll-ups: quick at any number of rows, the same to the last nano-dollar.

Days of UTC where they are whole, quarter-hours at the borders (``pieces.py``), and the rows themselves for what no
roll-up holds: requests in flight, and a period that begins or ends within a quarter-hour. Portable SQL.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import pairwise
from typing import Any

from franking.ledger import by_rows
from franking.ledger.by_rows import Found
from franking.ledger.filters import TIMES, Filters, Value, among, where
from franking.ledger.pieces import DAY, Piece, Stretch, pieces, stretches

__all__ = ["SCOPED", "counted", "found", "knows"]

_QUARTER = 900_000_000

SCOPED: Mapping[str, str] = {
    "model": "s.model",
    "project": "s.project_id",
    "feature": "s.feature",
    "user": 's."user"',
    "organization": "s.organization_id",
    "client": "s.client",
    "gateway": "s.gateway",
}
"""Dimension → SQL, of those that the roll-ups know."""

_COLUMNS = {**SCOPED, "project_source": "s.project_source", "feature_source": "s.feature_source"}

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
_SUMMED = ("requests", "cost", "priced", "unpriced_ok", "errors", *_TOKENS, *(f"{name}_known" for name in _TOKENS))


def knows(filters: Filters, by: Sequence[str]) -> bool:
    """True where the roll-ups can answer: for one time and the dimensions that they keep."""
    asked = {*by, *filters.include, *filters.exclude}
    return sum(dimension in TIMES for dimension in by) <= 1 and asked <= {*SCOPED, *TIMES}


def found(ledger: sqlite3.Connection, filters: Filters, by: Sequence[str], zone: tzinfo | None) -> Iterator[Found]:
    """What ``by_rows.found`` finds, in another order and perhaps in more parts."""
    first, end = _quarters(ledger, filters)
    yield from by_rows.found(ledger, filters, by, zone, "status = 'in_flight'")
    for since, until in _ragged(filters, first, end):
        yield from by_rows.found(ledger, replace(filters, since=since, until=until), by, zone, "status <> 'in_flight'")
    time = next((dimension for dimension in by if dimension in TIMES), None)
    parts = stretches(time, first, end, zone)
    sums: dict[tuple[Any, ...], list[int]] = {}
    seen: dict[tuple[Any, ...], int] = {}
    for table, chosen in pieces(parts).items():
        for row in _read(ledger, table, chosen, filters, by, _SUMMED):
            key, values = row[: len(by)], row[len(by) :]
            held = sums.get(key)
            sums[key] = list(values) if held is None else [a + b for a, b in zip(held, values, strict=True)]
        for row in _read(ledger, table, chosen, filters, (*by, "user"), ("requests",)):
            seen[row[:-1]] = seen.get(row[:-1], 0) + row[-1]
    users: dict[tuple[Any, ...], list[str]] = {}
    for found_in, requests in seen.items():
        if requests and found_in[-1] is not None:
            users.setdefault(found_in[:-1], []).append(found_in[-1])
    for key, summed in sums.items():
        if summed[0]:
            yield _key(key, by, parts), users.get(key, ()), _as_group(summed)


def counted(ledger: sqlite3.Connection, filters: Filters) -> Iterator[tuple[Any, ...]]:
    """(project, its source, feature, its source, user, requests, of these ended well, of these without a cost)."""
    first, end = _quarters(ledger, filters)
    condition, parameters = where(filters)
    live = [("status = 'in_flight'", condition, parameters)]
    for since, until in _ragged(filters, first, end):
        live.append(("status <> 'in_flight'", *where(replace(filters, since=since, until=until))))
    for only, said, values in live:
        yield from ledger.execute(
            'SELECT project_id, project_source, feature, feature_source, "user", COUNT(*),'  # noqa: S608
            " SUM(CASE WHEN status = 'ok' THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN status = 'ok' AND cost IS NULL THEN 1 ELSE 0 END)"
            f" FROM requests WHERE {said} AND {only} GROUP BY 1, 2, 3, 4, 5",
            values,
        )
    by = ("project", "project_source", "feature", "feature_source", "user")
    sums: dict[tuple[Any, ...], list[int]] = {}
    for table, chosen in pieces(stretches(None, first, end, None)).items():
        for row in _read(ledger, table, chosen, filters, by, ("requests", "ok", "unpriced_ok")):
            held = sums.get(row[:5], (0, 0, 0))
            sums[row[:5]] = [a + b for a, b in zip(held, row[5:], strict=True)]
    for key, counts in sums.items():
        if counts[0]:
            yield (*key, *counts)


def _quarters(ledger: sqlite3.Connection, filters: Filters) -> tuple[int, int]:
    """The whole quarter-hours of the period, as far as there is anything in them."""
    oldest, newest = ledger.execute("SELECT MIN(bucket), MAX(bucket) FROM days").fetchone()
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


def _read(
    ledger: sqlite3.Connection,
    table: str,
    chosen: Sequence[Piece],
    filters: Filters,
    by: Sequence[str],
    summed: Sequence[str],
) -> Iterator[tuple[Any, ...]]:
    """Rows of the dimensions (a time's is its stretch's number) and the sums."""
    if not chosen:
        return
    condition, parameters = _condition(filters)
    places = ", ".join(str(number + 1) for number in range(len(by)))
    if _in_order(chosen) and (len(chosen) == chosen[-1].end - chosen[0].first or {*by} <= {*TIMES, "user"}):
        # By bucket, and these put together here: the roll-up's own order saves the sorting.
        columns = ", ".join("r.bucket" if dimension in TIMES else _COLUMNS[dimension] for dimension in by)
        rows = ledger.execute(
            # Numbers and our own names only; every value is a parameter.
            f"SELECT {columns}, {_sums(summed, 'r.')} FROM {table} AS r CROSS JOIN scopes AS s"  # noqa: S608
            f" WHERE r.bucket >= ? AND r.bucket < ? AND s.id = r.scope AND {condition} GROUP BY {places}",
            [chosen[0].first, chosen[-1].end, *parameters],
        )
        time = next(place for place, dimension in enumerate(by) if dimension in TIMES)
        numbers = {bucket: piece.number for piece in chosen for bucket in range(piece.first, piece.end)}
        for row in rows:
            yield (*row[:time], numbers[row[time]], *row[time + 1 :])
        return
    columns = ", ".join("r.number" if dimension in TIMES else _COLUMNS[dimension] for dimension in by)
    listed = ", ".join(f"({piece.number}, {piece.sign}, {piece.first}, {piece.end})" for piece in chosen)
    inner = ", ".join(f"SUM(p.sign * t.{name}) AS {name}" for name in summed)
    # First by scope, a number, and then by what the scopes say: sorting texts takes longer.
    yield from ledger.execute(
        f"WITH p (number, sign, first, past) AS (VALUES {listed}), r AS ("  # noqa: S608
        f" SELECT p.number AS number, t.scope AS scope, {inner} FROM p CROSS JOIN {table} AS t"
        " WHERE t.bucket >= p.first AND t.bucket < p.past GROUP BY 1, 2"
        f") SELECT {columns}, {_sums(summed, 'r.')} FROM r JOIN scopes AS s ON s.id = r.scope"
        f" WHERE {condition} GROUP BY {places}",
        parameters,
    )


def _in_order(chosen: Sequence[Piece]) -> bool:
    """True where each piece of several begins where the one before ended, and all of them count for their stretch."""
    follows = all(one.end == next_.first for one, next_ in pairwise(chosen))
    return len(chosen) > 1 and follows and all(piece.sign == 1 for piece in chosen)


def _sums(names: Sequence[str], row: str) -> str:
    return ", ".join(f"SUM({row}{name})" for name in names)


def _condition(filters: Filters) -> tuple[str, list[str | int]]:
    parameters: list[str | int] = []
    said = ["1 = 1"]
    for dimension, values in filters.include.items():
        said.append(among(SCOPED[dimension], values, parameters))
    for dimension, values in filters.exclude.items():
        said.append(f"CASE WHEN {among(SCOPED[dimension], values, parameters)} THEN 0 ELSE 1 END = 1")
    return " AND ".join(said), parameters


def _key(key: tuple[Any, ...], by: Sequence[str], parts: Sequence[Stretch]) -> tuple[Value, ...]:
    return tuple(parts[value].label if dimension in TIMES else value for dimension, value in zip(by, key, strict=True))


def _as_group(values: Sequence[int]) -> list[int | None]:
    requests, cost, priced, unpriced_ok, errors, *tokens = values
    half = len(_TOKENS)
    known = [count if told else None for count, told in zip(tokens[:half], tokens[half:], strict=True)]
    return [requests, cost if priced else None, requests - priced, unpriced_ok, errors, 0, *known]
