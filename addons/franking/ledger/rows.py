"""A Record as the journal's payload and as the parameters of an upsert. Pure."""

from collections.abc import Sequence
from functools import cache
from itertools import chain

import msgspec

from franking.ledger.record import Record
from franking.ledger.schema import COLUMNS

__all__ = ["clean", "decode", "encode", "parameters", "upsert"]

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
    places = ", ".join(["(" + ", ".join("?" * len(COLUMNS)) + ")"] * count)
    changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
    return (
        f"INSERT INTO requests ({', '.join(COLUMNS)}) VALUES {places} "  # noqa: S608 - our own column names
        f"ON CONFLICT (id) DO UPDATE SET {changes} "
        "WHERE requests.status = 'in_flight' OR excluded.status <> 'in_flight'"
    )


def parameters(records: Sequence[Record]) -> tuple[object, ...]:
    """What the statement's places take, in order."""
    return tuple(chain.from_iterable(map(msgspec.structs.astuple, records)))
