import msgspec
import pytest

from franking.ledger.rows import clean, decode, encode, parameters, upsert
from franking.ledger.schema import COLUMNS
from support.ledgers import record


def test_a_payload_gives_the_record_back() -> None:
    made = record(5, cost=3, streamed=True, provenance='{"a": "\x00é"}')
    assert decode(encode(made)) == made


def test_a_payload_with_a_field_of_a_later_version_is_read() -> None:
    made = record(5)
    payload = msgspec.msgpack.encode(msgspec.to_builtins(made) | {"of_tomorrow": 1})
    assert decode(payload) == made


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
    made = clean(record(1, **{field: value}))
    assert getattr(made, field) == cleaned
    assert encode(made)


def test_the_statement_takes_a_place_a_value() -> None:
    assert upsert(3).count("?") == 3 * len(COLUMNS) == len(parameters([record()] * 3))
