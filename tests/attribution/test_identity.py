"""User, organization, session, task, client, editor and machine: what each source says, in its words."""

from typing import Any

import pytest

from franking.attribution.facts import Facts, Source, Word
from franking.attribution.identity import IDENTITY
from franking.attribution.rules import Rules
from support.contexts import context, place

RULES = Rules.load()
DAEMON = ("kilo", "serve")
HERE = place(remote="git@example.com:o/r.git", user="me@example.com")


def said(field: str, name: str, **given: Any) -> list[Word]:
    source: Source = dict(IDENTITY[field])[name]
    return list(source(Facts.of(context(**given), RULES)))


@pytest.mark.parametrize(
    ("field", "source", "given", "expected"),
    [
        ("user", "client-header", {}, []),
        ("user", "proxy-userinfo", {"userinfo": {"user": "ada"}}, [Word("ada", "the proxy URL's user")]),
        ("user", "proxy-userinfo", {"userinfo": {"user": " \x00\n"}}, []),
        ("user", "git-config", {"here": HERE}, [Word("me@example.com", "user.email of /repo")]),
        ("user", "git-config", {"here": HERE, "argv": DAEMON}, []),
        ("user", "git-config", {"here": place(remote="r")}, []),
        ("user", "git-config", {}, []),
        ("user", "sidecar", {"sidecar": {"user": "us"}}, [Word("us", "the sidecar's attribution.user")]),
        (
            "user",
            "sidecar",
            {"sidecar": {"user": "us"}, "sidecar_place": HERE},
            [Word("me@example.com", "user.email of /repo"), Word("us", "the sidecar's attribution.user")],
        ),
        ("organization", "proxy-userinfo", {"userinfo": {"organization": "acme"}},
         [Word("acme", "the proxy URL's organization")]),
        ("organization", "route", {"path": "/api/openrouter/chat/completions"}, []),
        ("organization", "sidecar", {"sidecar": {"organization": "\x07"}}, []),
        ("session", "process-env", {"environment": {"FRANKING_SESSION": "s1"}},
         [Word("s1", "FRANKING_SESSION of process 123")]),
        ("session", "process-env", {"environment": {"FRANKING_SESSION": ""}}, []),
        ("task", "proxy-userinfo", {"userinfo": {"task": "t"}}, [Word("t", "the proxy URL's task")]),
        ("client", "user-agent", {}, []),
        ("client", "command", {}, []),
        ("client", "command", {"argv": ("/usr/bin/unheard-of", "x")}, []),
        ("client", "command", {"argv": ("aider",)}, [Word("aider", "command aider")]),
        ("client", "library", {}, []),
        ("client", "program", {"argv": ("aider",)}, []),
        ("client", "program", {"argv": ("/usr/bin/unheard-of", "x")}, [Word("unheard-of", "command unheard-of")]),
        ("editor", "process-env", {"environment": {"KILOCODE_EDITOR_NAME": "WebStorm"}},
         [Word("WebStorm", "KILOCODE_EDITOR_NAME of process 123")]),
    ],
)  # fmt: skip
def test_what_a_source_says(field: str, source: str, given: dict[str, Any], expected: list[Word]) -> None:
    assert said(field, source, **given) == expected


def test_a_session_of_a_process_for_several_projects_is_no_evidence() -> None:
    (word,) = said("session", "process-env", environment={"FRANKING_SESSION": "s"}, argv=DAEMON)
    assert (word.value, "serves several projects" in word.void) == ("s", True)


@pytest.mark.parametrize("field", sorted(IDENTITY))
@pytest.mark.parametrize("hostile", ["a\r\nb", "\x00", "\ud800", "x" * 100_000, "\x1b[31m", "é ‮"])
def test_what_a_client_sends_is_never_more_than_a_line(field: str, hostile: str) -> None:
    for name in RULES.headers.get(field, ()):
        for source, read in IDENTITY[field]:
            for word in read(Facts.of(context(((name, hostile),)), RULES)):
                assert word.value is None or (len(word.value) <= 256 and word.value.isprintable()), source
