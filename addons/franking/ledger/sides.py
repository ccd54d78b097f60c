"""The side tables of the ledger: values that many rows share, each kept once and known by a number.

A row of a side table is found again by its key, a digest of its values, and is never changed.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import msgspec

from franking.ledger import session_numbers
from franking.ledger.record import Record
from franking.ledger.schema_2 import CALLER, KIND, SCOPE

__all__ = ["Sides", "split"]

_REMEMBERED = 20_000
_KEY_BYTES = 12
_PART = '"metering":'

_TABLES = {"scopes": SCOPE, "callers": CALLER, "kinds": KIND}

_scope = attrgetter(*SCOPE)
_caller = attrgetter(*CALLER[:-1])
_kind = attrgetter(*KIND[:-1])
_MODEL, _ASKED = SCOPE.index("model"), attrgetter("requested_model")


class Sides:
    """The numbers of what was seen lately. Of one connection; ``forget`` after a transaction that failed."""

    def __init__(self) -> None:
        self._known: dict[str, dict[tuple[Any, ...], int]] = {table: {} for table in _TABLES}

    def forget(self) -> None:
        """Look everything up again: what the failed transaction added is not there."""
        for known in self._known.values():
            known.clear()

    def places(self, connection: sqlite3.Connection, record: Record) -> tuple[int, int, int, str | None]:
        """The record's scope, caller and kind, added where they are new, and metering's part of its provenance where
        that is the row's own. Raises sqlite3.Error.
        """
        scope = _scope(record)
        if scope[_MODEL] is None and (asked := _ASKED(record)) is not None:
            scope = (*scope[:_MODEL], asked, *scope[_MODEL + 1 :])
        provenance, metering = split(record.provenance)
        own = metering if metering is not None and '"counts":' in metering else None
        return (
            self._number(connection, "scopes", SCOPE, scope),
            self._number(connection, "callers", CALLER, (*_caller(record), provenance)),
            self._number(connection, "kinds", KIND, (*_kind(record), None if own else metering)),
            own,
        )

    def scope(self, connection: sqlite3.Connection, values: tuple[str | None, ...]) -> int:
        """The number of the scope with these values, SCOPE's columns; added where it is new. Raises sqlite3.Error."""
        return self._number(connection, "scopes", SCOPE, values)

    def changed(
        self, connection: sqlite3.Connection, table: str, number: int, changes: Mapping[str, str | None]
    ) -> int:
        """The row of a side table that is as that one but for these columns, added if it is new. Raises sqlite3.Error,
        and LookupError where there is no such row.
        """
        columns = _TABLES[table]
        listed = ", ".join(f'"{name}"' for name in columns)
        find = f"SELECT {listed} FROM {table} WHERE id = ?"  # noqa: S608 - our own names
        if (row := connection.execute(find, (number,)).fetchone()) is None:
            raise LookupError(f"{table} has no row {number}")
        values = tuple(changes.get(name, value) for name, value in zip(columns, row, strict=True))
        return self._number(connection, table, columns, values)

    def _number(
        self, connection: sqlite3.Connection, table: str, columns: tuple[str, ...], values: tuple[Any, ...]
    ) -> int:
        known = self._known[table]
        number = known.get(values)
        if number is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            number = known[values] = _number(connection, table, columns, values)
        return number


def split(provenance: str | None) -> tuple[str | None, str | None]:
    """Attribution's part and metering's, such that the view ``requests`` gives the text again.

    >>> split('{"tags":["a"],"metering":{"complete":true}}')
    ('{"tags":["a"]}', '{"complete":true}')
    """
    if provenance is None:
        return None, None
    for mark, kept in ((f",{_PART}{{", 0), (f"{{{_PART}{{", 1)):
        place = provenance.find(mark)
        if place >= 0 and (kept == 0 or place == 0) and provenance.endswith("}}"):
            return f"{provenance[: place + kept]}}}", provenance[place + 1 + len(_PART) : -1]
    return provenance, None


def _number(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], values: tuple[Any, ...]) -> int:
    key = hashlib.blake2b(msgspec.msgpack.encode(values), digest_size=_KEY_BYTES).digest()
    find = f"SELECT id FROM {table} WHERE key = ?"  # noqa: S608 - our own names
    if (found := connection.execute(find, (key,)).fetchone()) is None:
        listed, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        add = f"INSERT INTO {table} (key, {listed}) VALUES (?, {places}) RETURNING id"  # noqa: S608
        found = connection.execute(add, (key, *values)).fetchone()
        if table == "callers":
            session_numbers.note(connection, found[0])
    return int(found[0])
