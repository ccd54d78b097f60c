"""The ledger's provenance: what goes in comes out, always as a JSON object, never with a secret."""

import json

import pytest

from franking.attribution import provenance
from franking.attribution.resolve import resolve
from franking.attribution.rules import Rules
from franking.attribution.values import Attribution, Candidate, Fault
from support.contexts import REMOTE, context, place

RULES = Rules.load()
SECRET = "sk-ant-api03-" + "a1" * 20


def test_it_comes_back_as_it_was() -> None:
    attribution = resolve(context({"X-Apantli-Tags": "a"}, argv=("kilo",), here=place(remote=REMOTE)), RULES)
    text = provenance.encode(attribution, (("X-KILOCODE-FEATURE", "cli"),), ["resolved without the caller"])
    read = provenance.decode(text)
    assert read.candidates == attribution.candidates
    assert read.stamped == (("X-KILOCODE-FEATURE", "cli"),)
    assert read.tags == ("a",)
    assert read.notes == ("resolved without the caller",)
    told = json.loads(text)
    assert set(told) == {"candidates", "stamped", "tags", "notes"}
    assert set(told["candidates"][0]) == {"field", "source", "value", "where", "outcome"}


def test_nothing_is_an_empty_object() -> None:
    assert provenance.encode(Attribution(), ()) == "{}"


@pytest.mark.parametrize(
    "text", [None, "", "{}", "[]", "null", "{", "\x00", '{"candidates": 1}', '{"metering": {"a": 1}}']
)
def test_what_cannot_be_read_is_empty(text: str | None) -> None:
    assert provenance.decode(text) == provenance.Provenance()


def test_further_keys_may_stand_beside_it() -> None:
    text = provenance.encode(Attribution(tags=("a",)), ())
    assert provenance.decode(text[:-1] + ',"metering":{"complete":true}}').tags == ("a",)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/home/me/caf\udce9/.kilocode/config.json:1:2", "broken"),
        Fault("x", "y" * 100_000),
        Fault(f"https://me:{SECRET}@example.com", f"Bearer {SECRET}"),
    ],
)
def test_faults_are_made_fit_to_keep(fault: Fault) -> None:
    text = provenance.encode(Attribution(faults=(fault,)), ())
    assert len(provenance.decode(text).faults) == 1
    assert len(text) < 5_000
    assert SECRET not in text


def test_it_is_an_object_whatever_it_is_made_of() -> None:
    wild = Candidate("project", "git-remote", "\udce9", "x", "won")
    assert provenance.encode(Attribution(candidates=(wild,)), ()) == "{}"
