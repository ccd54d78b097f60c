"""A Record as the journal's payload, and as the ledger's row."""

import sqlite3
from collections.abc import Sequence
from functools import cache
from operator import attrgetter

import msgspec

from franking.ledger.record import Record
from franking.ledger.schema import COLUMNS
from franking.ledger.schema_2 import CALLER, KIND, SCOPE
from franking.ledger.sides import Sides

__all__ = ["clean", "decode", "encode", "upsert", "write"]

_STATEMENT_ROWS = 32

_SIDED = tuple(name for name in COLUMNS if name not in {*SCOPE, *CALLER, *KIND})
_OWN = (*_SIDED, "scope", "caller", "kind", "metering")
_own = attrgetter(*_SIDED)

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Record)


def encode(record: Record) -> bytes:
    """The payload: MessagePack by field name, so that a newer program reads an older one's journal.

    Raises what msgspec raises for a text that is no Unicode (lone surrogates) and a number beyond 64 bits: ``clean``.
    """
    return _ENCODER.encode(record)


def decode(payload: bytes) -> Record:
    """The Record of a payload. Raises msgspec.DecodeError (its ValidationError too) where it is none."""
    return _DECODER.decode(payload)


def clean(record: Record) -> Record:
    """The record without what SQLite cannot hold: lone surrogates become ``?``, numbers beyond 64 bits NULL."""
    changes: dict[str, object] = {}
    for name in COLUMNS:
        value = getattr(record, name)
        if isinstance(value, str):
            changes[name] = value.encode("utf-8", "replace").decode()
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            changes[name] = None
    return msgspec.structs.replace(record, **changes)


@cache
def upsert(count: int) -> str:
    """The statement that brings in count rows at once: once, never twice; a row that has ended is never reopened."""
    places = ", ".join(["(" + ", ".join("?" * len(_OWN)) + ")"] * count)
    changes = ", ".join(f"{name} = excluded.{name}" for name in _OWN[1:])
    return (
        f"INSERT INTO entries ({', '.join(_OWN)}) VALUES {places} "  # noqa: S608 - our own column names
        f"ON CONFLICT (id) DO UPDATE SET {changes} "
        "WHERE entries.status = 'in_flight' OR excluded.status <> 'in_flight'"
    )


def write(connection: sqlite3.Connection, records: Sequence[Record], sides: Sides) -> None:
    """Bring the records in, in few statements. Within the caller's transaction; raises sqlite3.Error."""
    for first in range(0, len(records), _STATEMENT_ROWS):
        part = records[first : first + _STATEMENT_ROWS]
        values: list[object] = []
        for record in part:
            values += _own(record)
            values += sides.places(connection, record)
        connection.execute(upsert(len(part)), values)
