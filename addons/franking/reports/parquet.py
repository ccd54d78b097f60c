"""Requests as Parquet: the contract's columns, typed. Needs pyarrow, the extra ``parquet``.

Money is a decimal of US dollars with nine places, a time a UTC timestamp of microseconds. What requests share is read
once for a page of them, and not for each: such a column goes to the writer as numbers of the page's few values, and
stands in the file as the plain text that it is. Several pages are a row group: what the writer remembers of each group
until the end is as much as a thousand rows.
"""

import sqlite3
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from franking.ledger.filters import Filters
from franking.reports.columns import REQUESTS, Column
from franking.reports.lines import source

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]

__all__ = ["MissingError", "write"]

_PAGE = 10_000
_PAGES_A_GROUP = 10
_OWN = [column for column in REQUESTS if column.own and column.kind != "json"]
_SIDES = {
    table: [column for column in REQUESTS if column.sql.startswith(f"{letter}.") and not column.own]
    for table, letter in (("scopes", "s"), ("callers", "c"), ("kinds", "k"))
}


class MissingError(Exception):
    """pyarrow is not installed. The text says how to get it."""


def write(ledger: sqlite3.Connection, meant: Sequence[Filters], target: BinaryIO) -> Iterator[int]:
    """How many rows were written, group by group. Raises MissingError, sqlite3.Error, OSError."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingError("Parquet needs pyarrow: pip install 'franking[parquet]'") from None
    pages = _Pages(pyarrow, ledger)
    listed = ", ".join(column.sql for column in _OWN)
    repeated = [column.name for column in REQUESTS if not column.own] + ["status", "provenance"]
    with parquet.ParquetWriter(
        target, pages.schema, compression="zstd", use_dictionary=repeated, store_schema=False
    ) as writer:
        group: list[pyarrow.Table] = []

        def write_group() -> None:
            writer.write_table(pyarrow.concat_tables(group).unify_dictionaries(), row_group_size=_PAGE * _PAGES_A_GROUP)
            group.clear()

        for filters in meant:
            said, parameters = source(filters)
            cursor = ledger.execute(f"SELECT {listed}, e.metering, e.scope, e.caller, e.kind {said}", parameters)
            while page := cursor.fetchmany(_PAGE):
                group.append(pages.table(page))
                if len(group) == _PAGES_A_GROUP:
                    write_group()
                yield len(page)
        if group:
            write_group()


class _Pages:
    """Pages of rows as Arrow's tables."""

    def __init__(self, arrow: Any, ledger: sqlite3.Connection) -> None:
        self._arrow, self._ledger = arrow, ledger
        self._types = {column.name: _type(arrow, column) for column in REQUESTS}
        shared = arrow.dictionary(arrow.int32(), arrow.string())
        self.schema = arrow.schema(
            [(column.name, shared if _is_shared(column) else self._types[column.name]) for column in REQUESTS]
        )

    def table(self, page: Sequence[tuple[Any, ...]]) -> "pyarrow.Table":
        """of the own columns, metering, and the ids of scope, caller and kind."""
        cells = list(zip(*page, strict=True))
        found = {column.name: self._array(column, values) for column, values in zip(_OWN, cells, strict=False)}
        metering, *places = cells[len(_OWN) :]
        for (table, columns), ids in zip(_SIDES.items(), places, strict=True):
            held, order = self._side(table, columns, ids), self._order(ids)
            unique = list(dict.fromkeys(ids))
            for number, column in enumerate(columns):
                values = [held[each][number] for each in unique]
                if _is_shared(column):
                    found[column.name] = self._shared(values, order)
                else:
                    found[column.name] = self._array(column, values).take(order)
        found["provenance"] = self._provenance(metering, places[1], places[2])
        return self._arrow.Table.from_arrays([found[name] for name in self.schema.names], schema=self.schema)

    def _order(self, keys: Sequence[Hashable]) -> Any:
        """Of each key its place among the different ones."""
        place = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        return self._arrow.array([place[key] for key in keys], self._arrow.int32())

    def _side(self, table: str, columns: Sequence[Column], ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
        return self._asked(table, [column.sql.partition(".")[2] for column in columns], ids)

    def _asked(self, table: str, columns: Sequence[str], ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
        wanted = sorted({*ids})
        said = f"SELECT id, {', '.join(columns)} FROM {table} WHERE id IN ({', '.join('?' * len(wanted))})"  # noqa: S608
        return {row[0]: row[1:] for row in self._ledger.execute(said, wanted)}

    def _provenance(self, metering: Sequence[str | None], callers: Sequence[int], kinds: Sequence[int]) -> Any:
        """The caller's part with metering's: the request's own, or the kind's."""
        told = self._asked("callers", ["provenance"], callers)
        usual = self._asked("kinds", ["metering"], kinds)
        keys = list(zip(metering, callers, kinds, strict=True))
        texts = [
            _put_together(told[caller][0], usual[kind][0] if own is None else own)
            for own, caller, kind in dict.fromkeys(keys)
        ]
        return self._shared(texts, self._order(keys))

    def _shared(self, values: Sequence[str | None], order: Any) -> Any:
        """Texts in that order, each kept once. Not known is a place that is null, and no text."""
        arrow = self._arrow
        texts = [text for text in dict.fromkeys(values) if text is not None]
        place = {text: number for number, text in enumerate(texts)}
        places = arrow.array([None if text is None else place[text] for text in values], arrow.int32())
        return arrow.DictionaryArray.from_arrays(places.take(order), arrow.array(texts, arrow.string()))

    def _array(self, column: Column, values: Sequence[Any]) -> Any:
        arrow, kind = self._arrow, self._types[column.name]
        if column.kind == "money":
            # Nano-dollars are the decimal's own digits: the same bytes, read with nine places.
            whole = arrow.array(values, arrow.int64()).cast(arrow.decimal128(19, 0))
            return arrow.Array.from_buffers(kind, len(whole), whole.buffers(), whole.null_count)
        if column.kind == "truth":
            return arrow.array(values, arrow.int64()).cast(kind)
        return arrow.array(values, kind)


def _is_shared(column: Column) -> bool:
    """Is it a text that many requests have in common?"""
    return column.kind == "json" or (column.kind == "text" and not column.own)


def _put_together(provenance: str | None, metering: str | None) -> str | None:
    if provenance is None or metering is None:
        return provenance
    return f'{provenance[:-1]}{"" if provenance == "{}" else ","}"metering":{metering}}}'


def _type(arrow: Any, column: Column) -> "pyarrow.DataType":
    types = {
        "text": arrow.string(),
        "json": arrow.string(),
        "number": arrow.int64(),
        "money": arrow.decimal128(19, 9),
        "moment": arrow.timestamp("us", "UTC"),
        "truth": arrow.bool_(),
    }
    return types[column.kind]
