"""Candidates in words: every source has its row, in order."""

from franking.attribution.explain import SOURCES, UNAIDED, found_without_help, rows
from franking.attribution.resolve import ORDER, resolve
from franking.attribution.rules import Rules
from support.contexts import REMOTE, context, place

RULES = Rules.load()


def test_every_source_has_words() -> None:
    assert {source for order in ORDER.values() for source, _ in order} == set(SOURCES)
    assert set(SOURCES) >= UNAIDED


def test_each_source_has_its_row_in_order() -> None:
    attribution = resolve(context({"X-KILOCODE-FEATURE": "cli"}, here=place(remote=REMOTE)), RULES)
    told = rows(attribution.candidates, ("project", "feature"))
    assert [row.source for row in told] == [source for field in ("project", "feature") for source, _ in ORDER[field]]
    won = [row for row in told if row.won]
    assert [(row.field, row.source, row.value, row.where) for row in won] == [
        ("project", "git-remote", "example-repo", REMOTE),
        ("feature", "client-header", "cli", "x-kilocode-feature"),
    ]
    silent = next(row for row in told if row.source == "project-file")
    assert (silent.value, silent.where, silent.what) == (None, "", "project.id in .kilocode/config.json")
    assert silent.outcome == "there is no such file above the caller's directory"


def test_a_source_with_several_words_has_several_rows() -> None:
    attribution = resolve(context({"X-Apantli-Project": "a", "X-Apantli-Context": "git:b"}), RULES)
    told = [row for row in rows(attribution.candidates, ("project",)) if row.source == "context-header"]
    assert [(row.value, row.outcome) for row in told] == [("a", "won"), ("b", "x-apantli-project comes first")]


def test_nothing_at_all_has_rows_too() -> None:
    assert len(rows(())) == sum(len(order) for order in ORDER.values())
    assert not any(row.won for row in rows(()))


def test_found_without_help() -> None:
    assert found_without_help("git-remote")
    assert not found_without_help("project-file")
    assert not found_without_help("client-header")
    assert not found_without_help(None)
