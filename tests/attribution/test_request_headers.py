"""Header values → projects, tags, clients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.request_headers import (
    MOST_TAGS,
    client_of,
    gather,
    project_of_context,
    project_of_tags,
    remotes_told,
    split_client,
    tags_of,
)
from franking.attribution.rules import Rules

RULES = Rules.load()

CONTEXTS = [
    ("git:example-repo/file:src/main.py", "example-repo"),
    ("git:example-repo", "example-repo"),
    ("GIT: example-repo/x", " example-repo"),
    ("git:", None),
    ("git:/x", None),
    ("workspace:/home/me/work/example-repo", "example-repo"),
    ("workspace:/home/me/work/example-repo/", "example-repo"),
    (r"workspace:C:\work\example-repo", "example-repo"),
    ("workspace:/home/me/example-repo/file:src/a.py", "example-repo"),
    ("workspace:example-repo", "example-repo"),
    ("workspace:/", None),
    ("vault:notes/example-co/today.md", "example-co"),
    ("vault:notes/file:example-co/sub/today.md", "example-co"),
    ("vault:notes/today.md", None),
    ("vault:notes/file:today.md", None),
    ("vault:notes//today.md", None),
    ("vault:notes", None),
    ("file:src/main.py", None),
    ("shell:bash", None),
    ("example-repo", None),
    ("", None),
]


@pytest.mark.parametrize(("value", "project"), CONTEXTS)
def test_a_context_tells_its_project(value: str, project: str | None) -> None:
    assert project_of_context(value) == project


@given(st.text())
def test_no_context_raises(value: str) -> None:
    project_of_context(value)
    split_client(value)
    tags_of([value])


@pytest.mark.parametrize(
    ("values", "tags", "project"),
    [
        (["todo, project:example-co ,urgent"], ("todo", "project:example-co", "urgent"), "example-co"),
        (["a,b", "b,c"], ("a", "b", "c"), None),
        (["project:", "Project: second"], ("project:", "Project: second"), "second"),
        (["projects:x"], ("projects:x",), None),
        ([",, ,"], (), None),
        ([], (), None),
    ],
)
def test_tags(values: list[str], tags: tuple[str, ...], project: str | None) -> None:
    assert tags_of(values) == tags
    assert project_of_tags(tags) == project


def test_tags_are_bounded() -> None:
    tags = tags_of([",".join("x" * 500 + str(n) for n in range(500)), ",".join(map(str, range(500)))])
    assert len(tags) <= MOST_TAGS
    assert all(len(tag) <= 128 for tag in tags)


USER_AGENTS = [
    ("claude-cli/2.0.24 (external, cli)", "claude-code", "2.0.24"),
    ("codex_cli_rs/0.72.0 (Ubuntu 24.4.0; x86_64) xterm", "codex", "0.72.0"),
    ("codex_vscode/0.72.0", "codex", "0.72.0"),
    ("codex-tui/0.99.0 (Mac OS)", "codex", "0.99.0"),
    ("Kilo-Code/5.7.0", "kilo-code", "5.7.0"),
    ("opencode-kilo-provider", "kilo-cli", None),
    ("opencode/1.2.3 ai-sdk/provider-utils/4 runtime/bun/1.3", "opencode", "1.2.3"),
    ("opencode/latest/1.2.3/cli", "opencode", "1.2.3"),
    ("GeminiCLI/0.20.0/gemini-3-pro (linux; x64)", "gemini-cli", "0.20.0"),
    ("GeminiCLI-vscode/v0.20.0 (linux; x64)", "gemini-cli", "0.20.0"),
    ("GitHubCopilotChat/0.31.0", "copilot-chat", "0.31.0"),
    ("curl/8.5.0", "curl", "8.5.0"),
    ("Mozilla/5.0 (X11; Linux x86_64) Safari/537", None, None),
    ("", None, None),
    ("/1.0", None, None),
    ("?" * 10_240, None, None),
]


LIBRARIES = [
    ("OpenAI/Python 2.8.1", "openai", "2.8.1"),
    ("AsyncOpenAI/Python 2.8.1", "openai", "2.8.1"),
    ("OpenAI/JS 6.1.0", "openai", "6.1.0"),
    ("Anthropic/Python 0.80.0", "anthropic", "0.80.0"),
    ("google-genai-sdk/1.5.0 gl-python/3.13", "google-genai", "1.5.0"),
    ("litellm/1.80.0", "litellm", "1.80.0"),
    ("python-httpx/0.28.1", "python-httpx", "0.28.1"),
    ("python-requests/2.32.5", "python-requests", "2.32.5"),
    ("Python/3.13 aiohttp/3.13.2", "aiohttp", "3.13.2"),
    ("node", "node", None),
    ("Go-http-client/2.0", "go-http-client", "2.0"),
]


@pytest.mark.parametrize(
    ("agent", "client", "version", "library"),
    [(*case, False) for case in USER_AGENTS] + [(*case, True) for case in LIBRARIES],
)
def test_a_user_agent_tells_its_client(agent: str, client: str | None, version: str | None, library: bool) -> None:
    expected = (client, version, "user-agent") if client else None
    assert client_of({"user-agent": (agent,)}, RULES, library=library) == expected
    assert client_of({"user-agent": (agent,)}, RULES, library=not library) is None


TOLD = ("at", "*", "origin")


@pytest.mark.parametrize(
    ("value", "remotes"),
    [
        ('{"at": {"/a": {"origin": "r1"}}}', ["r1"]),
        ('{"at": {"/a": {"origin": "r1"}, "/b": {"origin": "r2"}, "/c": {"origin": "r1"}, "/d": {}}}', ["r1", "r2"]),
        ('{"at": {"/a": {"origin": 5}, "/b": {"origin": " "}, "/c": "x", "/d": null}}', []),
        ('{"at": []}', []),
        ("[]", []),
        ("null", []),
        ("{", []),
        ("[" * 10_000, []),
        ('{"at": {"/a": {"origin": "' + "r" * 20_000 + '"}}}', []),
        ("", []),
    ],
)
def test_a_header_in_json_tells_remotes(value: str, remotes: list[str]) -> None:
    assert remotes_told(value, TOLD) == remotes


def test_other_headers_tell_more_than_a_library() -> None:
    aider = {"user-agent": ("OpenAI/Python 2.8.1",), "x-title": ("Aider",)}
    assert client_of(aider, RULES) == ("aider", None, "x-title")
    kilo = {"user-agent": ("opencode/1.2.3",), "x-kilocode-editorname": ("Kilo CLI/7.1.0",)}
    assert client_of(kilo, RULES) == ("kilo-cli", "7.1.0", "x-kilocode-editorname")


@pytest.mark.parametrize(
    ("value", "parts"),
    [("cursor/0.42.0", ("cursor", "0.42.0")), ("cursor", ("cursor", None)), ("/1", (None, "1")), ("", (None, None))],
)
def test_a_client_header_is_split(value: str, parts: tuple[str | None, str | None]) -> None:
    assert split_client(value) == parts


def test_headers_are_gathered_by_name_in_their_order() -> None:
    sent = [("a", "1"), ("b", "2"), ("a", "3"), ("secret", "4")]
    assert gather(sent, frozenset({"a", "b"})) == {"a": ("1", "3"), "b": ("2",)}
