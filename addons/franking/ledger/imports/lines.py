"""A CSV or JSON Lines file, line by line, of any size: which line, and its cells by column.

CSV: UTF-8, with or without a byte order mark; divided by comma, semicolon, tab or bar, as its header is; quoted texts
may hold line ends. JSON Lines: an object a line; nested ones become columns with a dot. A line that cannot be read is
given as Bad, and the next one is read.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from franking.ledger.imports.cells import Cell

__all__ = ["Bad", "Line", "Lines", "UnreadableError"]

LONGEST = 1 << 20
"""Bytes of a line."""

_DELIMITERS = ",;\t|"
_MAGIC = {
    b"\x1f\x8b": "it is compressed; unpack it first",
    b"PK\x03\x04": "it is a spreadsheet or an archive; save it as CSV",
    b"\xff\xfe": "it is UTF-16; save it as CSV UTF-8",
    b"\xfe\xff": "it is UTF-16; save it as CSV UTF-8",
}


class UnreadableError(Exception):
    """It is no file of lines. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """number: where it begins in the file, from 1."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is none: ``expected`` says what should be there."""

    number: int
    expected: str


class Lines:
    """header: the columns; of JSON Lines those of the first line. Raises UnreadableError, OSError.

    file: opened in binary. Iterate once.
    """

    def __init__(self, file: BinaryIO, name: Path) -> None:
        self._file = file
        self._name = name
        self._number = 0
        self._spoilt = False
        self.read = 0
        """Bytes so far."""
        first = self._first()
        self.json = first.lstrip().startswith("{")
        if self.json:
            self._waiting: Line | Bad | None = self._object(first)
            if isinstance(self._waiting, Bad):
                raise UnreadableError(f"{name}:{self._number}: {self._waiting.expected}")
            self.header: list[str] = list(self._waiting.cells)
            return
        if first.lstrip().startswith("["):
            raise UnreadableError(f"{name}: it is a JSON array; one object a line is expected: jq -c '.[]' makes it so")
        self._reader = csv.reader(self._texts(first), delimiter=_divided(first), strict=True)
        try:
            self.header = [column.strip() for column in next(self._reader)]
        except csv.Error as fault:
            raise UnreadableError(f"{name}:1: the header cannot be read: {fault}") from None
        if self._spoilt:
            raise UnreadableError(f"{name}: it is not UTF-8; save it as CSV UTF-8")

    def __iter__(self) -> Iterator[Line | Bad]:
        return self._objects() if self.json else self._rows()

    def _first(self) -> str:
        """The first line that is not empty."""
        while raw := self._file.readline(LONGEST + 1):
            self._count(raw)
            if self._number == 1:
                for magic, why in _MAGIC.items():
                    if raw.startswith(magic):
                        raise UnreadableError(f"{self._name}: {why}")
                raw = raw.removeprefix(b"\xef\xbb\xbf")
                if raw.lower().startswith(b"sep=") and len(raw.strip()) == 5:
                    continue
            if raw.strip():
                try:
                    return raw.decode()
                except UnicodeDecodeError:
                    raise UnreadableError(f"{self._name}: it is not UTF-8; save it as CSV UTF-8") from None
        raise UnreadableError(f"{self._name}: it is empty")

    def _count(self, raw: bytes) -> None:
        self._number += 1
        self.read += len(raw)
        if len(raw) > LONGEST:
            raise UnreadableError(f"{self._name}:{self._number}: the line is longer than 1 MiB")

    def _texts(self, first: str) -> Iterator[str]:
        """What the CSV reader asks for; where a line is not UTF-8 the row that it is part of is spoilt."""
        yield first
        while raw := self._file.readline(LONGEST + 1):
            self._count(raw)
            try:
                yield raw.decode()
            except UnicodeDecodeError:
                self._spoilt = True
                yield raw.decode("utf-8", "replace")

    def _rows(self) -> Iterator[Line | Bad]:
        header = self.header
        while True:
            number, self._spoilt = self._number + 1, False
            try:
                row = next(self._reader, None)
            except csv.Error as fault:
                until = f" to {self._number}" if self._number > number else ""
                yield Bad(number, f"expected CSV: {fault}" + (f" (lines {number}{until})" if until else ""))
                continue
            if row is None:
                return
            if not row or row == [""]:
                continue
            if self._spoilt:
                yield Bad(number, "expected UTF-8")
            elif len(row) != len(header):
                yield Bad(number, f"expected {len(header)} columns, found {len(row)}")
            else:
                yield Line(number, dict(zip(header, row, strict=True)))

    def _objects(self) -> Iterator[Line | Bad]:
        assert self._waiting is not None
        yield self._waiting
        while raw := self._file.readline(LONGEST + 1):
            self._count(raw)
            if raw.strip():
                yield self._object(raw)

    def _object(self, raw: bytes | str) -> Line | Bad:
        try:
            found = _DECODER.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, ArithmeticError):
            return Bad(self._number, "expected a JSON object on one line")
        if not isinstance(found, dict):
            return Bad(self._number, "expected a JSON object on one line")
        return Line(self._number, dict(_flat(found, "")))


_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def _divided(header: str) -> str:
    """The delimiter that gives the header the most columns; a comma where none does."""
    return max(_DELIMITERS, key=lambda one: (_columns(header, one), one == ","))


def _columns(header: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=delimiter)))
    except csv.Error:
        return 0


def _flat(table: dict[str, Any], before: str) -> Iterator[tuple[str, Cell]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, list):
            yield f"{before}{name}", msgspec.json.encode(value).decode()
        else:
            yield f"{before}{name}", value
