"""Tables as values: what a page shows, sorts, and gives as CSV is one and the same. Pure.

A cell is plain data, and its column's kind says how it is written: money is integer nano-dollars, ``time`` is
microseconds UTC, None is "not known" and never 0. A text of None is written as the column's ``nobody``.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, overload

from franking.web.asked import Asked
from franking.words import dollars, harmless, iso

__all__ = ["Cell", "Column", "Kind", "Row", "Rows", "Table", "arranged", "as_csv"]

Cell = str | int | tuple[int, ...] | None

Kind = Literal["text", "day", "money", "count", "short", "share", "time", "duration", "status", "trend"]
"""text; day (a bucket's name); money; count (all digits); short (``12.3k``, in full on hover or focus); share (of the
column's sum, with a bar); time; duration (microseconds); status (of a request); trend (nano-dollars of each bucket,
first to last, as a small line; the only kind that is not sorted by).
"""

SHOWN = 60
"""Rows that a table shows before "show all"."""


@dataclass(frozen=True, slots=True)
class Column:
    """key: in addresses. wide: 1 is left out up to 700 pixels, 2 up to 1000. whole: what ``share`` is a part of; most:
    what its bar is a part of, if not of the whole. heading: CSV's, else key.
    """

    key: str
    title: str
    kind: Kind = "text"
    nobody: str = ""
    wide: int = 0
    whole: int = 0
    heading: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """cells: one a column. href: where the first cell leads; stay: it is this page again. key: its name in
    ``open.TABLE``; a row that has one opens into ``inner``, which is there while it is open. quiet: unattributed or
    other, shown fainter. look: its series in the chart.
    """

    cells: tuple[Cell, ...]
    href: str | None = None
    key: str | None = None
    inner: "Table | None" = None
    quiet: bool = False
    look: str | None = None
    stay: bool = False


class Rows[T](Sequence[Row]):
    """A row of each thing, made when it is looked at: of thousands a page shows sixty."""

    def __init__(self, things: Sequence[T], made: Callable[[T], Row]) -> None:
        self._things = things
        self._made = made

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [*map(self._made, self._things[place])]
        return self._made(self._things[place])


@dataclass(frozen=True, slots=True)
class Table:
    """name: in addresses. caption: what it shows, for people and screen readers. total: the last line, or None.

    sorted_by: a column's key, with ``-`` before it when the largest is first. hidden: rows that are not shown.
    opens: rows have something inside. links: addresses by what they do: ``sort:KEY``, ``open:KEY``, ``all``, ``csv``,
    ``here``.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: tuple[Cell, ...] | None = None
    sorted_by: str = ""
    hidden: int = 0
    links: dict[str, str] = field(default_factory=dict)
    opens: bool = False


def arranged(
    table: Table,
    asked: Asked,
    default: str = "",
    inner: Callable[[str], "Table"] | None = None,
    most: int = SHOWN,
) -> Table:
    """The table as the address asks for it: sorted, cut to so many rows, opened; with its links.

    default: how it is sorted where the address says nothing; "" is as it came. inner: what an opened row shows.
    """
    keys = [column.key for column in table.columns]
    sortable = [column.key for column in table.columns if column.kind != "trend"]
    chosen = asked.word(f"sort.{table.name}", default, expected={"", *sortable, *(f"-{key}" for key in sortable)})
    rows = table.rows
    if chosen:
        rows = _sorted(rows, keys.index(chosen.removeprefix("-")), chosen.startswith("-"))
    everything = asked.word(f"all.{table.name}") == "1" or asked.word("csv") == table.name
    shown = rows if everything else rows[:most]
    opened = set(asked.words(f"open.{table.name}"))
    if inner is not None:
        shown = [replace(row, inner=inner(row.key)) if row.key in opened and row.key else row for row in shown]
    links = {f"open:{row.key}": asked.turned(f"open.{table.name}", row.key) for row in shown if row.key is not None}
    for column in table.columns:
        numbers = column.kind != "text"
        first, second = (f"-{column.key}", column.key) if numbers else (column.key, f"-{column.key}")
        links[f"sort:{column.key}"] = asked.to_words({f"sort.{table.name}": second if chosen == first else first})
    links["csv"] = asked.to_words({"csv": table.name})
    links["here"] = asked.to_words({}) + f"#{table.name}"
    links["all"] = asked.to_words({f"all.{table.name}": None if everything else "1"})
    return replace(
        table, rows=tuple(shown), sorted_by=chosen, hidden=len(rows) - len(shown), links=links, opens=inner is not None
    )


def _sorted(rows: Sequence[Row], place: int, downwards: bool) -> list[Row]:
    """What is not known comes last, whichever way; equal rows stay as they were."""
    known = [row for row in rows if row.cells[place] is not None]

    def rank(row: Row) -> Any:
        cell = row.cells[place]
        return cell.casefold() if isinstance(cell, str) else cell

    return [*sorted(known, key=rank, reverse=downwards), *(row for row in rows if row.cells[place] is None)]


def as_csv(table: Table) -> str:
    """Headings and rows, without the total. Money in dollars, times in ISO 8601 UTC; not known is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless(column.heading or column.key) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(column, cell) for column, cell in zip(table.columns, row.cells, strict=True)])
    return text.getvalue()


def _plain(column: Column, cell: Cell) -> str | int | None:
    if isinstance(cell, tuple):
        return " ".join(dollars(amount) or "" for amount in cell)
    if isinstance(cell, int):
        if column.kind == "money":
            return dollars(cell)
        if column.kind == "share":
            return f"{Decimal(cell) / column.whole:.4f}" if column.whole else None
        return iso(cell) if column.kind == "time" else cell
    return harmless(cell)
