"""Commented JSON: values, and positions that are those of the text as its author sees it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.commented_json import MalformedError, position, trail

GOOD = [
    ('{"a": {"b": "x"}}', "x", (1, 13)),
    ('// one\n{"a": {"b": "x"}}', "x", (2, 13)),
    ('/* one\n   two */ {\n"a": {\n  "b": // c\n    "x",\n},}', "x", (5, 5)),
    ('{"a": {"b": "x // y /* z */ ,}",},}', "x // y /* z */ ,}", (1, 13)),
    ('{"a": {"b": "\\"//"}}', '"//', (1, 13)),
    ('{"a": {"c": [1, 2, {"b": "no"}], "b": "x"}}', "x", (1, 39)),
    ('{"a": {"b": "no"}, "a": {"b": "x"}}', "x", (1, 31)),
    ('{"\\u0061": {"b": "x"}}', "x", (1, 18)),
    ('\r\n{"a":\r\n{"b": "x"}}', "x", (3, 7)),
    ('{"n": 1e999999999999, "a": {"b": "x", "m": ' + "9" * 5000 + "}}", "x", (1, 34)),
]

BAD = [
    ("", (1, 1)),
    ("// nothing", (1, 11)),
    ("{", (1, 2)),
    ('{"a": }', (1, 7)),
    ('/* one\n two */ {"a" 1}', (2, 14)),
    ('{"a": 1,,}', None),  # where, depends on Python's version
    ('{"project": {,}}', (1, 14)),
    ('{"a":\n[ // none\n  ,]}', (3, 3)),
    ('{"a": 1} x', (1, 10)),
    ('{"a": "open\n}', (1, 12)),
    ('{"a": 1 /* open', (1, 16)),
    ("{'a': 1}", (1, 2)),
    ("[" * 100_000, None),
]


@pytest.mark.parametrize(("text", "value", "where"), GOOD)
def test_member(text: str, value: str, where: tuple[int, int]) -> None:
    found = trail(text, "a", "b")
    assert len(found) == 3
    assert found[-1].value == value
    assert position(text, found[-1].offset) == where


@pytest.mark.parametrize(("text", "where"), BAD, ids=range(len(BAD)))
def test_malformed(text: str, where: tuple[int, int] | None) -> None:
    with pytest.raises(MalformedError) as caught:
        trail(text, "a", "b")
    assert where is None or position(text, caught.value.offset) == where


@pytest.mark.parametrize(("text", "length"), [("{}", 1), ("[]", 1), ('{"a": 1}', 2), ('{"a": {"b": null}}', 3)])
def test_as_far_as_it_goes(text: str, length: int) -> None:
    assert len(trail(text, "a", "b")) == length


@pytest.mark.parametrize("text", ["/*" * 500_000, '"\\' * 300_000, "," * 500_000, ", " * 500_000, '{"a":' * 200_000])
def test_a_hostile_text_takes_linear_time(text: str) -> None:
    with pytest.raises(MalformedError):
        trail(text, "a", "b")


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_all_json_is_read(value: object) -> None:
    assert trail(json.dumps(value, ensure_ascii=False, indent=1))[0].value == value
