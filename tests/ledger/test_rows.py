import sqlite3
from contextlib import closing
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

from franking.ledger.record import Record
from franking.ledger.rows import clean, decode, encode, upsert
from franking.ledger.schema import COLUMNS
from support.ledgers import made, record


def test_a_payload_gives_the_record_back() -> None:
    kept = record(5, cost=3, streamed=True, provenance='{"a": "\x00é"}')
    assert decode(encode(kept)) == kept


def test_a_payload_with_a_field_of_a_later_version_is_read() -> None:
    kept = record(5)
    payload = msgspec.msgpack.encode(msgspec.to_builtins(kept) | {"of_tomorrow": 1})
    assert decode(payload) == kept


@pytest.mark.parametrize("payload", [b"", b"\xc1", b"\x80", msgspec.msgpack.encode({"id": 5})])
def test_what_is_no_record_is_told(payload: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(payload)


@pytest.mark.parametrize(
    ("field", "value", "cleaned"),
    [
        ("branch", "a\udc80b", "a?b"),
        ("branch", "é\x00", "é\x00"),
        ("input_tokens", 2**63, None),
        ("input_tokens", -(2**63), -(2**63)),
        ("input_tokens", 10**40, None),
        ("streamed", True, True),
        ("streamed", None, None),
    ],
)
def test_clean_leaves_what_can_be_stored(field: str, value: object, cleaned: object) -> None:
    kept = clean(record(1, **{field: value}))
    assert getattr(kept, field) == cleaned
    assert encode(kept)


@pytest.mark.parametrize("count", [1, 31, 33, 100])
def test_rows_are_read_as_they_were_written(tmp_path: Path, count: int) -> None:
    numbers = iter(range(1, 10**9))
    written = [
        record(
            5,
            **{
                name: _value(kind, next(numbers))
                for name, kind in get_type_hints(Record).items()
                if name not in ("id", "started_at", "status", "provenance")
            },
            provenance='{"tags":["a"],"metering":{"complete":true}}',
        )
        for _ in range(count)
    ]
    with closing(sqlite3.connect(made(tmp_path / "ledger.db", written))) as ledger:
        found = ledger.execute(f"SELECT {', '.join(COLUMNS)} FROM requests ORDER BY id").fetchall()
    assert found == sorted(msgspec.structs.astuple(each) for each in written)


def _value(kind: object, number: int) -> object:
    return number % 2 == 0 if kind == bool | None else number if kind in (int, int | None) else f"é{number}"


def test_the_statement_takes_a_place_a_value() -> None:
    assert upsert(3).count("?") == 3 * upsert(1).count("?")
