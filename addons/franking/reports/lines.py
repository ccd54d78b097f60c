"""Requests as the lines of a file, in the order in which they started: streamed, in constant memory.

A line consists of cells of the request itself, which SQLite writes, and of cells that many requests share, which are
written once for the same scope, caller and kind and kept as a template. Requests on their way are left out: what is
exported does not change any more.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from franking.ledger import filters as conditions
from franking.ledger.filters import BENEATH, NOT_ENDED, Filters
from franking.reports.columns import Column
from franking.reports.forms import Form

__all__ = ["PAGE", "lines", "source"]

PAGE = 200
"""Requests that are fetched at a time: so few that a page on its way stays in the processor's cache."""

_TEMPLATES = 4096
"""Kept at a time; one has about a kilobyte."""

_SIDES = "FROM scopes AS s, callers AS c, kinds AS k WHERE s.id = ? AND c.id = ? AND k.id = ?"
_HEAD = """substr(c.provenance, 1, length(c.provenance) - 1) || CASE c.provenance WHEN '{}' THEN '' ELSE ',' END
    || '"metering":'"""
_PROVENANCE = f"CASE WHEN k.metering IS NULL THEN c.provenance ELSE {_HEAD} || k.metering || '}}' END"


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a line. own: of the request itself. other: in place of ``sql`` where it has metering of its own."""

    own: bool
    sql: str
    other: str | None = None


def source(filters: Filters) -> tuple[str, list[str | int]]:
    """FROM, WHERE and ORDER BY over the requests that have ended, and its parameters."""
    said, parameters = conditions.where(filters, BENEATH)
    joins = "".join(
        f" LEFT JOIN {table} AS {letter} ON {letter}.id = e.{column}"
        for table, letter, column in (("scopes", "s", "scope"), ("callers", "c", "caller"))
        if f"{letter}." in said.replace("e.started_at", "")
    )
    ended = f"e.status <> '{NOT_ENDED}' AND {said}"
    return f"FROM entries AS e{joins} WHERE {ended} ORDER BY e.started_at, e.rowid", parameters


def lines(
    ledger: sqlite3.Connection, meant: Sequence[Filters], form: Form, columns: Sequence[Column], only: str = "1 = 1"
) -> Iterator[tuple[int, bytes]]:
    """(how many, their lines), page by page. meant: parts that have no request in common. only: a further condition
    on the request itself. Raises sqlite3.Error.
    """
    parts = _merged(_parts(form, columns))
    own = ", ".join(f"{part.sql} || ''" for part in parts if part.own)  # text, also where it is a number alone
    count = sum(part.own for part in parts)
    pieces = {plain: _pieces(parts, plain=plain) for plain in (0, 1)}
    templates: dict[tuple[int, int, int, int], list[str]] = {}
    for filters in meant:
        said, parameters = source(filters)
        said = said.replace(" WHERE ", f" WHERE {only} AND ", 1)
        cursor = ledger.execute(f"SELECT {own}, e.scope, e.caller, e.kind, e.metering IS NULL {said}", parameters)
        while page := cursor.fetchmany(PAGE):
            if len(templates) > _TEMPLATES:
                templates.clear()
            written: list[str] = []
            for row in page:
                key = row[count:]
                template = templates.get(key)
                if template is None:
                    template = templates[key] = _template(ledger, pieces[key[3]], parts, key[:3])
                line = template.copy()
                line[1::2] = row[:count]
                written += line
            yield len(page), "".join(written).encode("utf-8", "replace")


def _template(ledger: sqlite3.Connection, asked: str, parts: Sequence[_Part], sides: tuple[int, ...]) -> list[str]:
    """A line's parts in their order: shared ones, and between each two of them the place of one of its own."""
    found = iter(ledger.execute(asked, sides).fetchone())
    return ["" if part.own else str(next(found)) for part in parts]


def _pieces(parts: Sequence[_Part], *, plain: int) -> str:
    said = ", ".join(part.sql if plain or part.other is None else part.other for part in parts if not part.own)
    return f"SELECT {said} {_SIDES}"


def _parts(form: Form, columns: Sequence[Column]) -> Iterator[_Part]:
    for place, column in enumerate(columns):
        before = form.between if place else form.opens
        inner = place > 0 and column.own and columns[place - 1].own and column.kind != "json"
        yield _literal(before + form.label(column.name), own=inner)
        if column.kind == "json":
            yield from _provenance(form, column)
        else:
            yield _Part(column.own, form.cell(column))
    yield _literal(form.closes)


def _provenance(form: Form, column: Column) -> Iterator[_Part]:
    """The caller's part with metering's: the kind's, or the request's own."""
    opened = f"'\"' || {form.fragment(_HEAD)}"
    yield _Part(False, form.cell(Column(column.name, f"({_PROVENANCE})")), opened)
    yield _Part(True, form.fragment("e.metering"))
    yield _Part(False, "''", "'}\"'")


def _literal(text: str, *, own: bool = False) -> _Part:
    return _Part(own, "'" + text.replace("'", "''").replace("\r\n", "' || char(13, 10) || '") + "'")


def _merged(parts: Iterator[_Part]) -> list[_Part]:
    """Neighbours of one sort as one."""
    found: list[_Part] = []
    for part in parts:
        if found and found[-1].own == part.own:
            last = found.pop()
            other = None if last.other is part.other is None else f"{_other(last)} || {_other(part)}"
            part = _Part(part.own, f"{last.sql} || {part.sql}", other)
        found.append(part)
    return found


def _other(part: _Part) -> str:
    return part.sql if part.other is None else part.other
