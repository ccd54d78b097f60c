"""Attribution → headers to add: never over the client's, always fit for a header, within what a gateway keeps."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.values import Attribution, Sourced
from franking.stamping import FIELDS, stamps

KILO = {"feature": "X-KILOCODE-FEATURE", "project": "X-KILOCODE-PROJECTID"}
HELICONE = {
    "project": "Helicone-Property-Project",
    "feature": "Helicone-Property-Feature",
    "user": "Helicone-User-Id",
    "session": "Helicone-Session-Id",
}


def known(**values: str | None) -> Attribution:
    fields: dict[str, Any] = {name: Sourced(value, "git-remote") for name, value in values.items()}
    return Attribution(**fields)


ALL = known(**{name: f"{name[0]}1" for name in FIELDS})

CASES: list[tuple[Attribution, Mapping[str, str], dict[str, str], list[tuple[str, str]]]] = [
    (known(project="p", feature="cli"), KILO, {}, [("X-KILOCODE-FEATURE", "cli"), ("X-KILOCODE-PROJECTID", "p")]),
    (known(project="p"), KILO, {}, [("X-KILOCODE-PROJECTID", "p")]),
    (known(), KILO, {}, []),
    (known(project=None, feature=""), KILO, {}, []),
    (known(project="p", feature="cli"), {}, {}, []),
    # the client's header stands, whatever its case, whatever it says
    (known(project="p", feature="cli"), KILO, {"x-kilocode-feature": "x"}, [("X-KILOCODE-PROJECTID", "p")]),
    (known(project="p", feature="cli"), KILO, {"X-KiloCode-Feature": "", "x-kilocode-projectid": ""}, []),
    (
        known(user="me@example.com", session="s"),
        HELICONE,
        {},
        [("Helicone-User-Id", "me@example.com"), ("Helicone-Session-Id", "s")],
    ),
    (known(project="p"), {"project": "X-One", "feature": "x-one"}, {}, [("X-One", "p")]),
    (known(project="p"), {"colour": "X-Colour"}, {}, []),
    # characters
    (known(project="żółw"), KILO, {}, [("X-KILOCODE-PROJECTID", "%C5%BC%C3%B3%C5%82w")]),
    (known(project="100% mine & yours"), KILO, {}, [("X-KILOCODE-PROJECTID", "100% mine & yours")]),
    (known(project="a\r\nX-Evil: 1"), KILO, {}, [("X-KILOCODE-PROJECTID", "aX-Evil: 1")]),
    (known(project="\x00\x1b"), KILO, {}, []),
    (known(project=" p "), KILO, {}, [("X-KILOCODE-PROJECTID", "p")]),
    (known(project="p" * 10_240), KILO, {}, [("X-KILOCODE-PROJECTID", "p" * 256)]),
    (known(project="ż" * 256), KILO, {}, [("X-KILOCODE-PROJECTID", "%C5%BC" * 42)]),
    # LiteLLM
    (
        known(project="p", feature="cli", user="me"),
        {"tags": "x-litellm-tags"},
        {},
        [("x-litellm-tags", "project:p,feature:cli,user:me")],
    ),
    (
        known(project="a,b", feature="ż"),
        {"tags": "x-litellm-tags"},
        {},
        [("x-litellm-tags", "project:a%2Cb,feature:%C5%BC")],
    ),
    (known(project="p"), {"tags": "x-litellm-tags"}, {"X-LiteLLM-Tags": "mine"}, []),
    (known(), {"tags": "x-litellm-tags", "json": "cf-aig-metadata"}, {}, []),
    # Portkey, Cloudflare
    (
        known(project="p", user="me"),
        {"json": "x-portkey-metadata"},
        {},
        [("x-portkey-metadata", '{"project":"p","_user":"me"}')],
    ),
    (
        known(project="p" * 300),
        {"json": "X-Portkey-Metadata"},
        {},
        [("X-Portkey-Metadata", json.dumps({"project": "p" * 128}).replace(" ", ""))],
    ),
    (known(project='ż\n"\\'), {"json": "cf-aig-metadata"}, {}, [("cf-aig-metadata", '{"project":"\\u017c\\"\\\\"}')]),
]


@pytest.mark.parametrize(("attribution", "stamp", "sent", "added"), CASES)
def test_the_headers_that_are_added(
    attribution: Attribution, stamp: Mapping[str, str], sent: dict[str, str], added: list[tuple[str, str]]
) -> None:
    assert list(stamps(attribution, stamp, tuple(sent.items()))) == added


def test_cloudflare_keeps_five_entries_and_they_are_the_first() -> None:
    ((_, value),) = stamps(ALL, {"json": "cf-aig-metadata"}, ())
    assert list(json.loads(value)) == ["project", "feature", "user", "organization", "session"]
    ((_, value),) = stamps(ALL, {"json": "x-other-metadata"}, ())
    assert list(json.loads(value)) == list(FIELDS)


def test_every_field_can_be_stamped() -> None:
    added = stamps(ALL, {name: f"X-{name}" for name in FIELDS}, ())
    assert added == tuple((f"X-{name}", f"{name[0]}1") for name in FIELDS)


def test_a_rejected_feature_goes_out_as_it_came_unless_the_client_sent_it() -> None:
    from_variable = Attribution(feature=Sourced(None, "process-env"), rejected_feature="Chat")
    assert stamps(from_variable, KILO, ()) == (("X-KILOCODE-FEATURE", "Chat"),)
    from_client = Attribution(feature=Sourced(None, "client-header"), rejected_feature="Chat")
    assert stamps(from_client, KILO, (("X-KILOCODE-FEATURE", "Chat"),)) == ()
    # sent under another gateway's name: it is not ours to spread
    assert stamps(from_client, KILO, ()) == ()


def test_a_header_that_the_client_sent_twice_is_left_alone() -> None:
    sent = (("x-kilocode-feature", "a"), ("x-kilocode-feature", "b"))
    assert stamps(known(feature="cli"), KILO, sent) == ()


ANY = (
    st.none() | st.text(max_size=400) | st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xDCFF), max_size=50)
)


@given(
    st.fixed_dictionaries(dict.fromkeys(FIELDS, ANY)),
    st.dictionaries(
        st.sampled_from([*FIELDS, "tags", "json"]), st.sampled_from(["A", "b", "cf-aig-metadata", "x-portkey-metadata"])
    ),
    st.sets(st.sampled_from(["a", "B", "CF-AIG-Metadata"])),
)
def test_whatever_is_known_fits_a_header(values: dict[str, str | None], stamp: dict[str, str], sent: set[str]) -> None:
    added = stamps(known(**values), stamp, [(name, "x") for name in sent])
    names = [name.lower() for name, _ in added]
    assert len(set(names)) == len(names)
    assert not set(names) & {name.lower() for name in sent}
    for _, value in added:
        assert value
        assert value.isascii()
        assert value.isprintable()
        assert len(value) <= 256 * 6 * len(FIELDS) + 200
