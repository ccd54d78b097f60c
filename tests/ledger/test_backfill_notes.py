"""What is written into a row's provenance, and taken out again to the last character."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution import provenance
from franking.ledger.backfill_notes import Note, noted, notes, without
from franking.ledger.sides import split
from support.examples import thorough

ONE = Note("project", "backfill:neighbour-session", "p", 'session_id "s,\\"backfill\\":["', 5)
TWO = Note("feature", "backfill:editor", "cli", "editor_name x", 6)


@pytest.mark.parametrize("before", ["{}", '{"tags":["a"]}', '{"tags":["\\"backfill\\":["],"notes":["}"]}'])
def test_there_and_back(before: str) -> None:
    once = noted(before, [ONE])
    twice = noted(once, [TWO])
    assert (notes(before), notes(once), notes(twice)) == ((), (ONE,), (ONE, TWO))
    assert json.loads(twice or "").keys() == json.loads(before).keys() | {"backfill"}
    assert without(twice, 6) == once
    assert without(without(twice, 5), 6) == without(without(twice, 6), 5) == before
    assert without(once, 7) == once
    assert provenance.decode(twice) == provenance.decode(before)


@pytest.mark.parametrize("before", [None, "", "no json", "[]", '"{}"'])
def test_what_is_no_object_stays(before: str | None) -> None:
    assert noted(before, [ONE]) == before
    assert without(before, 5) == before


def test_notes_that_cannot_be_read_are_none() -> None:
    assert notes('{"backfill":[7]}') == notes('{"backfill":[') == ()
    assert without('{"backfill":[7]}', 5) == '{"backfill":[7]}'


def test_metering_stays_behind_them() -> None:
    head, metering = split('{"tags":["a"],"metering":{"complete":true}}')
    whole = f'{(noted(head, [ONE]) or "")[:-1]},"metering":{metering}}}'
    assert split(whole) == (noted(head, [ONE]), metering)
    assert notes(whole) == (ONE,)


@thorough(200)
@given(st.dictionaries(st.text(), st.text()), st.text(), st.text())
def test_hostile_text_comes_back_too(held: dict[str, str], value: str, where: str) -> None:
    held.pop("backfill", None)
    before = json.dumps(held, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace").decode()
    note = Note("project", "backfill:x", value.encode("utf-8", "replace").decode(), where, 5)
    after = noted(before, [note])
    assert notes(after) == (note,)
    assert without(after, 5) == before
