"""A file to read, by the layout that is its own, is named, or is put together of column maps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from franking.ledger.imports import layouts
from franking.ledger.imports.layouts import Layout
from franking.ledger.imports.lines import Lines, UnreadableError
from franking.ledger.imports.parsing import Parser

__all__ = ["Choice", "Opened", "form", "opened"]

_LEDGER = b"SQLite format 3\x00"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """How the file is to be read, as the options say. own: the user's layouts file. zone: in place of the layout's."""

    layout: str | None = None
    maps: Sequence[str] = ()
    gateway: str | None = None
    zone: str | None = None
    own: Path | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """size: bytes of the file; None where that is not known."""

    lines: Lines
    parser: Parser
    size: int | None


def form(file: Path) -> Literal["ledger", "lines"]:
    """What kind of file it is. Raises OSError."""
    if not file.is_file():
        return "lines"
    with file.open("rb") as opened_:
        return "ledger" if opened_.read(len(_LEDGER)) == _LEDGER else "lines"


@contextmanager
def opened(file: Path, choice: Choice) -> Iterator[Opened]:
    """The file for as long as the block lasts.

    Raises UnreadableError where it is no such file or no layout fits it, ValueError for a wrong choice, SettingsError
    for a wrong layouts file, and OSError.
    """
    known = layouts.load(choice.own)
    with file.open("rb") as binary:
        lines = Lines(binary, file)
        layout = _chosen(file, lines, choice, known)
        try:
            parser = Parser(layout, lines.header, json=lines.json)
        except ValueError as fault:
            raise UnreadableError(f"{file}: {fault}") from None
        yield Opened(lines, parser, file.stat().st_size if file.is_file() else None)


def _chosen(file: Path, lines: Lines, choice: Choice, known: Sequence[Layout]) -> Layout:
    names = ", ".join(layout.name for layout in known)
    if choice.layout is not None:
        found = next((layout for layout in known if layout.name == choice.layout), None)
        if found is None:
            raise ValueError(f"{choice.layout!r} is no layout; expected one of {names}")
    else:
        found = layouts.recognised(known, lines.header)
    if choice.maps:
        found = layouts.mapped(found, choice.maps)
        there = {column.casefold() for column in lines.header}
        for said in choice.maps:
            if (column := said.rpartition("=")[0]).strip().casefold() not in there and not lines.json:
                raise UnreadableError(f"{file}: it has no column {column!r}; there are {_few(lines.header)}")
    if found is None:
        raise UnreadableError(
            f"{file}: no layout has its columns ({_few(lines.header)}); --map COLUMN=FIELD says what they are,"
            f" --layout names one of {names}"
        )
    changes = {name: value for name, value in (("gateway", choice.gateway), ("zone", choice.zone)) if value}
    if choice.zone:
        layouts.zone_of(choice.zone)
    return msgspec.structs.replace(found, **changes)


def _few(header: Sequence[str]) -> str:
    more = len(header) - _SHOWN
    return ", ".join(column[:40] for column in header[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
