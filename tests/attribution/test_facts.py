"""What the sources look at, and the kinds of source that several fields share."""

import pytest

from franking.attribution.facts import Facts, Word, client_header, process_env, userinfo
from franking.attribution.rules import Rules
from franking.attribution.text import clean
from support.contexts import context

RULES = Rules.load()


def test_a_header_that_only_this_gateway_reads_is_looked_at_too() -> None:
    stamp = {"user": "X-Company-User"}
    facts = Facts.of(context({"X-Company-User": "ada", "X-Other": "no"}, stamp=stamp), RULES)
    assert facts.headers["x-company-user"] == ("ada",)
    assert "x-other" not in facts.headers
    assert client_header("user", clean)(facts) == (Word("ada", "x-company-user"),)
    assert not client_header("user", clean)(Facts.of(context({"X-Company-User": "ada"}), RULES))


def test_without_a_caller_there_is_no_command() -> None:
    facts = Facts.of(context(), RULES)
    assert (facts.command.client, facts.command.feature, facts.command.daemon, facts.shared) == (None, None, False, "")


@pytest.mark.parametrize(
    ("sent", "empty_counts", "expected"),
    [
        ((), False, []),
        (("a",), False, [("a", "")]),
        (("a", "a"), False, [("a", "")]),
        (("a", "b"), False, [(None, "sent several times, with different values")]),
        (("a", "b"), True, [(None, "")]),
        (("",), False, []),
        (("",), True, [(None, "")]),
        (("\x00",), False, []),
    ],
)
def test_a_header_sent_once_twice_or_empty(
    sent: tuple[str, ...], empty_counts: bool, expected: list[tuple[str | None, str]]
) -> None:
    facts = Facts.of(context(tuple(("X-Kilocode-Feature", value) for value in sent)), RULES)
    words = client_header("feature", clean, empty_counts=empty_counts)(facts)
    assert [(word.value, word.void) for word in words] == expected


@pytest.mark.parametrize(("said", "heard"), [({}, []), ({"task": ""}, []), ({"task": "t"}, ["t"]), ({"user": "u"}, [])])
def test_userinfo(said: dict[str, str], heard: list[str]) -> None:
    source = userinfo("task", lambda _, text: text)
    assert [word.value for word in source(Facts.of(context(userinfo=said), RULES))] == heard


@pytest.mark.parametrize(("one_project", "void"), [(True, True), (False, False)])
def test_a_variable_of_a_process_for_several_projects(one_project: bool, void: bool) -> None:
    source = process_env("FRANKING_PROJECT", lambda _, text: text, one_project=one_project)
    (word,) = source(Facts.of(context(environment={"FRANKING_PROJECT": "p"}, argv=("kilo", "serve")), RULES))
    assert (word.value, word.where, bool(word.void)) == ("p", "FRANKING_PROJECT of process 123", void)
