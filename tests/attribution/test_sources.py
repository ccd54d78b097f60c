"""The sources of feature and project at their edges: what they say where there is little or too much to go by."""

from typing import Any

import pytest

from franking.attribution.facts import Facts, Source, Word
from franking.attribution.rules import Rules
from franking.attribution.sources import FEATURE, PROJECT, evident_place
from franking.attribution.values import Fault, Place, ProjectFile, Repository
from support.contexts import REMOTE, context, place

RULES = Rules.load()
DAEMON = ("kilo", "serve")
UNREADABLE = Place("/repo", ProjectFile("/repo/c.json", 3, None, Fault("/repo/c.json:3:1", "a comma is missing")))


def said(order: tuple[tuple[str, Source], ...], name: str, **given: Any) -> list[Word]:
    return list(dict(order)[name](Facts.of(context(**given), RULES)))


@pytest.mark.parametrize(
    ("source", "given", "values"),
    [
        ("client-header", {"headers": {"X-Kilocode-Feature": ""}}, [None]),
        ("client-header", {"headers": (("X-Kilocode-Feature", "cli"), ("X-Kilocode-Feature", "cli"))}, ["cli"]),
        ("client-header", {"headers": (("X-Kilocode-Feature", "cli"), ("X-Kilocode-Feature", "slack"))}, [None]),
        ("route", {"route": None}, []),
        ("route", {"route": "chat"}, []),
        ("route", {"route": "fim"}, ["autocomplete"]),
        ("process-env", {"environment": {"KILOCODE_FEATURE": "slack"}, "argv": DAEMON}, ["slack"]),
        ("command", {"argv": ()}, []),
        ("command", {"argv": ("grep", "kilo")}, []),
        ("command", {"argv": DAEMON}, ["unknown"]),
        ("command", {"argv": ("kilo", "run", "serve")}, ["cli"]),
        ("editor", {"headers": {"X-Kilocode-EditorName": "Notepad"}}, []),
        ("editor", {"environment": {"KILOCODE_EDITOR_NAME": "IntelliJ IDEA"}}, ["jetbrains-extension"]),
        ("sidecar", {"sidecar": {"feature": "\n"}}, []),
        ("gateway-route", {"path": "/api/gateway/chat/completions?key=secret"}, ["direct-gateway"]),
        ("gateway-route", {"path": "/api/gatewayish/x"}, []),
    ],
)
def test_feature(source: str, given: dict[str, Any], values: list[str | None]) -> None:
    assert [word.value for word in said(FEATURE, source, **given)] == values


def test_a_query_is_never_told() -> None:
    (word,) = said(FEATURE, "gateway-route", path="/api/gateway/chat?key=secret")
    assert word.where == "path /api/gateway/chat"


@pytest.mark.parametrize(
    ("source", "given", "expected"),
    [
        ("context-header", {}, []),
        ("context-header", {"headers": {"X-Apantli-Context": "editor:x"}}, [(None, True)]),
        ("context-header", {"headers": {"X-Apantli-Context": " "}}, []),
        ("process-env", {"environment": {"FRANKING_PROJECT": "a"}}, [("a", False)]),
        ("process-env", {"environment": {"FRANKING_PROJECT": "a"}, "argv": DAEMON}, [("a", True)]),
        ("project-file", {"here": place("a")}, [("a", False)]),
        ("project-file", {"here": place("")}, [(None, False)]),
        ("project-file", {"here": place("a"), "argv": DAEMON}, [("a", True)]),
        ("project-file", {"here": UNREADABLE}, [(None, True)]),
        ("project-file", {"here": place(remote=REMOTE)}, []),
        ("git-remote", {"here": place(remote=REMOTE)}, [("example-repo", False)]),
        ("git-remote", {"here": place(remote=REMOTE), "argv": DAEMON}, [("example-repo", True)]),
        ("git-remote", {"here": place(remote="https://example.com/")}, [(None, True)]),
        ("git-remote", {"here": place(name="folder")}, []),
        ("git-toplevel", {"here": place(name="folder")}, [("folder", False)]),
        ("git-toplevel", {"here": place(remote=REMOTE)}, []),
        ("git-toplevel", {"here": Place("/", None, Repository("/", ""))}, []),
        ("sidecar", {"sidecar_place": place("a", REMOTE), "sidecar": {"project": "b"}, "argv": DAEMON},
         [("a", False), ("example-repo", False), ("b", False)]),
        ("sidecar", {}, []),
    ],
)  # fmt: skip
def test_project_and_whether_it_is_no_evidence(
    source: str, given: dict[str, Any], expected: list[tuple[str | None, bool]]
) -> None:
    assert [(word.value, bool(word.void)) for word in said(PROJECT, source, **given)] == expected


@pytest.mark.parametrize(("argv", "seen"), [((), True), (("kilo", "run"), True), (DAEMON, False)])
def test_the_directory_of_a_process_for_several_projects_is_not_evident(argv: tuple[str, ...], seen: bool) -> None:
    here = place("a")
    assert evident_place(Facts.of(context(here=here, argv=argv), RULES)) is (here if seen else None)
