"""The proxy userinfo: what is written is what is read, whatever the client in between does with it."""

import base64
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.userinfo import LONGEST, decode, encode


def basic(plain: str | bytes) -> str:
    raw = plain.encode() if isinstance(plain, str) else plain
    return "Basic " + base64.b64encode(raw).decode()


CASES: list[tuple[str, dict[str, str]]] = [
    (basic("example-repo:cli"), {"project": "example-repo", "feature": "cli"}),
    (basic("example-repo:"), {"project": "example-repo"}),
    (basic("example-repo"), {"project": "example-repo"}),
    (basic(":cli"), {"feature": "cli"}),
    (basic(":"), {}),
    (basic(""), {}),
    (basic("my%20project:cli"), {"project": "my project", "feature": "cli"}),
    (basic("a:b:c"), {"project": "a", "feature": "b:c"}),
    (
        basic("p:f&session=s1&user=me%40example.com"),
        {"project": "p", "feature": "f", "session": "s1", "user": "me@example.com"},
    ),
    (basic("p:f&session%3Ds1"), {"project": "p", "feature": "f", "session": "s1"}),
    (
        basic("p:&token=hunter2&task=t&organization=o"),
        {"project": "p", "token": "hunter2", "task": "t", "organization": "o"},
    ),
    (basic("p:f&session=1&session=2"), {"project": "p", "feature": "f", "session": "1"}),
    (basic("p:f&project=evil&feature=evil&color=red&&="), {"project": "p", "feature": "f"}),
    (basic("zażółć:cli"), {"project": "zażółć", "feature": "cli"}),
    (basic("caf\xe9:cli".encode("latin-1")), {"project": "café", "feature": "cli"}),
    (basic("100%:cli"), {"project": "100%", "feature": "cli"}),
    ("basic " + basic("p:f")[6:], {"project": "p", "feature": "f"}),
    ("Basic", {}),
    ("Basic !!!", {}),
    ("Basic YQ", {}),
    ("Bearer cDpm", {}),
    ("", {}),
    ("Basic " + "A" * (LONGEST + 4), {}),
    ("Basic \udcff", {}),
]


@pytest.mark.parametrize(("header", "fields"), CASES)
def test_a_header_gives_its_fields(header: str, fields: dict[str, str]) -> None:
    assert decode(header) == fields


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(project=TEXT, feature=TEXT, session=TEXT, user=TEXT)
def test_what_is_written_arrives(project: str, feature: str, session: str, user: str) -> None:
    """Through a client that decodes a URL's userinfo once, as curl, requests, httpx and Go do."""
    written = encode(project, feature, session, user)
    url = urlsplit(f"http://{written}@127.0.0.1:8787")
    assert url.hostname == "127.0.0.1"
    assert url.port == 8787
    sent = basic(f"{unquote(url.username or '')}:{unquote(url.password or '')}")
    said = {"project": project, "feature": feature, "session": session, "user": user}
    assert decode(sent) == {name: value for name, value in said.items() if value}


PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%&=:"), max_size=40)


@given(project=PLAIN, feature=PLAIN, session=PLAIN)
def test_it_arrives_through_a_client_that_does_not_decode(project: str, feature: str, session: str) -> None:
    said = {"project": project, "feature": feature, "session": session}
    assert decode(basic(encode(**said))) == {name: value for name, value in said.items() if value}


@given(st.text() | st.binary().map(basic))
def test_garbage_never_raises(header: str) -> None:
    assert all(isinstance(value, str) and value for value in decode(header).values())


def test_nothing_to_say_is_nothing() -> None:
    assert encode() == ""
