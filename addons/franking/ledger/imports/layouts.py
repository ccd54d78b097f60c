"""The form of a layouts file (``config/imports.toml``, a user's ``ledger.layouts``), read and checked. Frozen.

A layout says what a file's columns mean. It is recognised by the file's header, or named.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from franking import paths
from franking.ledger.imports.fields import PERIODS, fields
from franking.settings import SettingsError
from franking.settings_faults import why_unread

__all__ = ["Layout", "load", "mapped", "recognised", "zone_of"]


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One layout; the file's head explains each key."""

    name: str
    kind: Literal["requests", "totals"]
    about: str = ""
    header: tuple[str, ...] = ()
    gateway: str | None = None
    cost: Literal["dollars", "micro-dollars", "nano-dollars"] = "dollars"
    time: Literal["iso", "seconds", "milliseconds", "microseconds"] = "iso"
    zone: str = "UTC"
    ids: Literal["franking"] | None = None
    defused: bool = False
    same: bool = False
    columns: Mapping[str, str] = {}

    def named(self, header: Iterable[str]) -> dict[str, str]:
        """The file's own column → field, of those that are used."""
        known = {_plain(column): field for column, field in self.columns.items()}
        if self.same:
            known = {field: field for field in fields(self.kind)} | known
        return {column: known[_plain(column)] for column in header if _plain(column) in known}

    def order(self, column: str) -> int:
        """Where a column stands among the listed: of two that name one field the first counts."""
        listed = [_plain(name) for name in self.columns]
        return listed.index(_plain(column)) if _plain(column) in listed else len(listed)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layout: tuple[Layout, ...] = ()


def load(own: Path | None = None) -> tuple[Layout, ...]:
    """The layouts, the user's own before the shipped. Raises SettingsError, naming file and key."""
    first = _read(own) if own else ()
    names = {layout.name for layout in first}
    return (*first, *(layout for layout in _read(paths.shipped("imports.toml")) if layout.name not in names))


def recognised(layouts: Sequence[Layout], header: Iterable[str]) -> Layout | None:
    """The first layout all of whose telling columns are there."""
    there = {_plain(column) for column in header}
    return next((one for one in layouts if one.header and {_plain(name) for name in one.header} <= there), None)


def mapped(layout: Layout | None, maps: Sequence[str]) -> Layout:
    """The layout with ``COLUMN=FIELD[:UNIT]`` added, before its own columns; without one, a layout of these alone.

    A layout of its own is of totals where it names ``requests``; its other columns are named as the fields are.
    Raises ValueError, whose text says what was expected.
    """
    pairs: dict[str, str] = {}
    units: dict[str, str] = {}
    for said in maps:
        column, equals, meant = said.rpartition("=")
        field, _, unit = meant.partition(":")
        if not equals or not column or not field:
            raise ValueError(f"{said!r}: expected COLUMN=FIELD, such as 'Spend=cost' or 'Spend=cost:micro-dollars'")
        pairs[column] = field
        if unit:
            units["time" if field.endswith("_at") else "cost"] = unit
    if layout is None:
        layout = Layout(name="map", kind="totals" if "requests" in pairs.values() else "requests", same=True)
    replaced = set(pairs.values())
    columns = pairs | {
        column: field
        for column, field in layout.columns.items()
        if field not in replaced and _plain(column) not in {_plain(name) for name in pairs}
    }
    values = msgspec.to_builtins(layout) | units | {"columns": columns}
    try:
        found = msgspec.convert(values, Layout)
    except msgspec.ValidationError as fault:
        raise ValueError(f"{fault}".partition(" - at ")[0].replace("Invalid enum value", "not a unit:")) from None
    if wrong := _wrong(found):
        raise ValueError(wrong)
    return found


def zone_of(name: str) -> tzinfo | None:
    """A layout's zone; None is the machine's own. Raises ValueError."""
    if name == "local":
        return None
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; expected UTC, local, or such as Europe/Berlin") from None


def _plain(column: str) -> str:
    return column.strip().casefold()


def _read(file: Path) -> tuple[Layout, ...]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file}: cannot be read (ledger.layouts names it): {why_unread(fault)}") from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file}: not valid TOML: {fault}") from None
    try:
        found = msgspec.convert(table, _File).layout
    except msgspec.ValidationError as fault:
        words, _, place = str(fault).partition(" - at ")
        key = place.strip("`").removeprefix("$").removeprefix(".") or "the file's top"
        raise SettingsError(f"{file}: {key}: {words}") from None
    for layout in found:
        if wrong := _wrong(layout):
            raise SettingsError(f"{file}: layout {layout.name}: {wrong}")
    return found


def _wrong(layout: Layout) -> str | None:
    """What is wrong with a layout that has the right form."""
    known = fields(layout.kind)
    for column, field in layout.columns.items():
        if field not in known:
            return f"columns.{column}: {field!r} is no field of {layout.kind}; expected one of {', '.join(known)}"
    named = set(known) if layout.same else set(layout.columns.values())
    needed = {"started_at"} if layout.kind == "requests" else {"requests"}
    if missing := needed - named:
        return f"columns: none is {min(missing)}"
    if layout.kind == "totals" and not named & set(PERIODS):
        return f"columns: none is one of {', '.join(PERIODS)}"
    try:
        zone_of(layout.zone)
    except ValueError as fault:
        return f"zone: {fault}"
    return None
