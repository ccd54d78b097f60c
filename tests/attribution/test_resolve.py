"""Whose request is it: the order of sources, field by field, and the property that the first with a say wins."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from franking.attribution.facts import Facts
from franking.attribution.resolve import ORDER, WON, resolve
from franking.attribution.rules import Rules
from franking.attribution.values import (
    Attribution,
    Candidate,
    Context,
    Fault,
    Peer,
    Place,
    ProjectFile,
    Repository,
    Sourced,
)
from support.contexts import REMOTE, context, place

RULES = Rules.load()
KILO_SERVE = ("kilo", "serve")


def test_the_order_is_the_contracts() -> None:
    assert [source for source, _ in ORDER["feature"]] == [
        "client-header",
        "route",
        "proxy-userinfo",
        "process-env",
        "command",
        "editor",
        "sidecar",
        "gateway-route",
    ]
    assert [source for source, _ in ORDER["project"]] == [
        "client-header",
        "context-header",
        "proxy-userinfo",
        "process-env",
        "project-file",
        "git-remote",
        "git-toplevel",
        "sidecar",
    ]


# Everything that can name a feature at once, the first source first; each case drops the sources before it.
FEATURE_LADDER: list[tuple[str, dict[str, Any], str | None]] = [
    ("client-header", {"headers": {"X-KILOCODE-FEATURE": "webhook"}}, "webhook"),
    ("route", {"route": "fim"}, "autocomplete"),
    ("proxy-userinfo", {"userinfo": {"feature": "slack"}}, "slack"),
    ("process-env", {"environment": {"KILOCODE_FEATURE": "code-review"}}, "code-review"),
    ("command", {"argv": ("kilo", "run", "x")}, "cli"),
    ("editor", {"headers": {"User-Agent": "Kilo-Code/5.7.0"}}, "vscode-extension"),
    ("sidecar", {"sidecar": {"feature": "autofix"}}, "autofix"),
    ("gateway-route", {"path": "/api/gateway/chat/completions"}, "direct-gateway"),
]
PROJECT_LADDER: list[tuple[str, dict[str, Any], str | None]] = [
    ("client-header", {"headers": {"X-KILOCODE-PROJECTID": "from-client"}}, "from-client"),
    ("context-header", {"headers": {"X-Apantli-Project": "from-apantli"}}, "from-apantli"),
    ("context-header", {"headers": {"X-Apantli-Context": "git:from-context/x"}}, "from-context"),
    ("context-header", {"headers": {"X-Apantli-Tags": "a,project:from-tag"}}, "from-tag"),
    ("proxy-userinfo", {"userinfo": {"project": "from-userinfo"}}, "from-userinfo"),
    ("process-env", {"environment": {"FRANKING_PROJECT": "from-env"}}, "from-env"),
    ("project-file", {"here": place("from-file", remote=REMOTE)}, "from-file"),
    ("git-remote", {"here": place(remote=REMOTE)}, "example-repo"),
    ("git-toplevel", {"here": place(name="from-folder")}, "from-folder"),
    ("sidecar", {"sidecar_place": place("from-sidecars-file", remote=REMOTE)}, "from-sidecars-file"),
    ("sidecar", {"sidecar_place": place(remote="https://example.com/a/from-sidecars-remote")}, "from-sidecars-remote"),
    ("sidecar", {"sidecar_place": place(name="from-sidecars-folder")}, "from-sidecars-folder"),
    ("sidecar", {"sidecar": {"project": "from-configuration"}}, "from-configuration"),
]


def merged(rungs: list[dict[str, Any]]) -> Context:
    """A context with all of these; an earlier rung's word stays where two want the same place."""
    given_: dict[str, Any] = {}
    for rung in rungs:
        for key, value in rung.items():
            given_[key] = {**value, **given_.get(key, {})} if isinstance(value, dict) else given_.get(key, value)
    return context(**given_)


@pytest.mark.parametrize(
    ("field", "ladder", "rung"),
    [("feature", FEATURE_LADDER, n) for n in range(len(FEATURE_LADDER))]
    + [("project", PROJECT_LADDER, n) for n in range(len(PROJECT_LADDER))],
)
def test_the_first_source_with_a_say_wins(field: str, ladder: list[Any], rung: int) -> None:
    source, _, value = ladder[rung]
    attribution = resolve(merged([made for _, made, _ in ladder[rung:]]), RULES)
    assert getattr(attribution, field) == Sourced(value, source)
    alone = resolve(merged([ladder[rung][1]]), RULES)
    assert getattr(alone, field) == Sourced(value, source)


def test_nobody_says_anything() -> None:
    attribution = resolve(context(), RULES)
    assert attribution == Attribution(pid=123)


# --- features ---

FEATURES: list[tuple[dict[str, Any], str | None, str | None, str | None]] = [
    # context, stored, rejected, source
    ({"headers": {"X-KiloCode-Feature": " CLI "}}, "cli", None, "client-header"),
    ({"headers": {"X-KILOCODE-FEATURE": "chat"}, "route": "fim"}, None, "chat", "client-header"),
    ({"headers": {"X-KILOCODE-FEATURE": ""}, "route": "fim"}, None, None, "client-header"),
    ({"headers": {"X-KILOCODE-FEATURE": "unknown"}}, "unknown", None, "client-header"),
    ({"headers": {"X-KILOCODE-FEATURE": "x" * 10_240}}, None, "x" * 256, "client-header"),
    ({"headers": {"X-KILOCODE-FEATURE": "żółw"}}, None, "żółw", "client-header"),
    ({"headers": (("x-kilocode-feature", "cli"), ("x-kilocode-feature", "cli"))}, "cli", None, "client-header"),
    (
        {"headers": (("x-kilocode-feature", "cli"), ("x-kilocode-feature", "slack"))},
        None,
        "cli, slack",
        "client-header",
    ),
    ({"environment": {"KILOCODE_FEATURE": "Chat"}, "argv": ("kilo",)}, None, "Chat", "process-env"),
    ({"environment": {"KILOCODE_FEATURE": ""}, "argv": ("kilo",)}, "cli", None, "command"),
    ({"environment": {"KILOCODE_FEATURE": " "}, "argv": ("kilo",)}, "cli", None, "command"),
    ({"userinfo": {"feature": "sl\r\nack"}}, "slack", None, "proxy-userinfo"),
    ({"argv": KILO_SERVE}, "unknown", None, "command"),
    ({"argv": KILO_SERVE, "environment": {"KILOCODE_FEATURE": "cloud-agent"}}, "cloud-agent", None, "process-env"),
    ({"argv": ("kilo", "run", "serve")}, "cli", None, "command"),
    ({"argv": ("opencode", "serve")}, None, None, None),
    ({"headers": {"X-KILOCODE-EDITORNAME": "IntelliJ IDEA 2026.2"}}, "jetbrains-extension", None, "editor"),
    ({"headers": {"X-KILOCODE-EDITORNAME": "PyCharm"}}, "jetbrains-extension", None, "editor"),
    ({"headers": {"X-KILOCODE-EDITORNAME": "GoLand 2026.1"}}, "jetbrains-extension", None, "editor"),
    ({"headers": {"X-KILOCODE-EDITORNAME": "Android Studio"}}, "jetbrains-extension", None, "editor"),
    ({"headers": {"X-KILOCODE-EDITORNAME": "Visual Studio Code 1.109.4"}}, "vscode-extension", None, "editor"),
    ({"headers": {"X-KILOCODE-EDITORNAME": "Cursor 2.1"}}, "vscode-extension", None, "editor"),
    ({"headers": {"X-KILOCODE-EDITORNAME": "Kilo CLI/7.1", "user-agent": "Kilo-Code/7.1"}}, None, None, None),
    ({"headers": {"X-KILOCODE-EDITORNAME": "my-script"}}, None, None, None),
    ({"headers": {"X-KILOCODE-EDITORNAME": "Odd", "user-agent": "Kilo-Code/5"}}, "vscode-extension", None, "editor"),
    (
        {"headers": {"X-KILOCODE-EDITORNAME": "WebStorm", "user-agent": "Kilo-Code/5"}},
        "jetbrains-extension",
        None,
        "editor",
    ),
    ({"environment": {"KILOCODE_EDITOR_NAME": "RubyMine 2026"}}, "jetbrains-extension", None, "editor"),
    ({"environment": {"KILOCODE_EDITOR_NAME": "VSCodium"}}, "vscode-extension", None, "editor"),
    ({"path": "/api/gateway/chat/completions?x=1"}, "direct-gateway", None, "gateway-route"),
    ({"path": "/api/gatewayx"}, None, None, None),
    ({"path": "/x/api/gateway/y"}, None, None, None),
]


@pytest.mark.parametrize(("made", "stored", "rejected", "source"), FEATURES)
def test_a_feature(made: dict[str, Any], stored: str | None, rejected: str | None, source: str | None) -> None:
    attribution = resolve(context(**made), RULES)
    assert (attribution.feature, attribution.rejected_feature) == (Sourced(stored, source), rejected)


# --- projects ---

PROJECTS: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"headers": {"X-KILOCODE-PROJECTID": REMOTE}}, "example-repo", "client-header"),
    ({"headers": {"X-KILOCODE-PROJECTID": "https://me:pw@example.com/a/b.git"}}, "b", "client-header"),
    ({"headers": {"X-KILOCODE-PROJECTID": ""}, "here": place("p")}, None, "client-header"),
    ({"headers": {"X-KILOCODE-PROJECTID": "p" * 10_240}}, "p" * 256, "client-header"),
    ({"headers": (("x-kilocode-projectid", "a"), ("x-kilocode-projectid", "b"))}, None, "client-header"),
    ({"headers": {"X-Mine": "mine"}, "stamp": {"project": "X-Mine"}}, "mine", "client-header"),
    ({"headers": {"X-Apantli-Project": ""}, "here": place("p")}, "p", "project-file"),
    ({"headers": {"X-Apantli-Context": "workspace:/home/me/example-repo"}}, "example-repo", "context-header"),
    ({"headers": {"X-Apantli-Context": "vault:notes/example-co/x.md"}}, "example-co", "context-header"),
    ({"headers": {"X-Apantli-Context": "file:src/a.py"}, "here": place("p")}, "p", "project-file"),
    ({"headers": {"X-LiteLLM-Tags": "project:tagged"}}, "tagged", "context-header"),
    ({"userinfo": {"project": "zażółć"}}, "zażółć", "proxy-userinfo"),
    ({"userinfo": {"project": "a\r\nX-Evil: 1"}}, "aX-Evil: 1", "proxy-userinfo"),
    ({"userinfo": {"project": "\x00"}, "here": place("p")}, "p", "project-file"),
    ({"environment": {"FRANKING_PROJECT": ""}, "here": place("p")}, "p", "project-file"),
    ({"environment": {"FRANKING_PROJECT": "ssh://git@example.com:22/a/b.git"}}, "b", "process-env"),
    ({"here": place("git@github.com:example-co/other.git")}, "other", "project-file"),
    ({"here": place("", remote=REMOTE), "sidecar": {"project": "x"}}, None, "project-file"),
    ({"here": place("  ", remote=REMOTE)}, None, "project-file"),
    (
        {"here": Place("/repo", ProjectFile("/repo/.kilocode/config.json"), place(remote=REMOTE).repository)},
        "example-repo",
        "git-remote",
    ),
    ({"here": place(remote="https://dev.azure.com/co/p/_git/example-repo")}, "example-repo", "git-remote"),
    ({"here": place(remote="/", name="folder"), "sidecar": {"project": "x"}}, "x", "sidecar"),
    ({"here": Place("/tmp"), "sidecar_place": place(remote=REMOTE)}, "example-repo", "sidecar"),
    ({"sidecar_place": place(""), "sidecar": {"project": "x"}}, None, "sidecar"),
]


@pytest.mark.parametrize(("made", "project", "source"), PROJECTS)
def test_a_project(made: dict[str, Any], project: str | None, source: str | None) -> None:
    assert resolve(context(**made), RULES).project == Sourced(project, source)


def test_the_remotes_style_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    from franking import settings as configuration

    monkeypatch.setenv("FRANKING_ATTRIBUTION__PROJECT_ID", "owner/repo")
    rules = Rules.load(configuration.load())
    assert resolve(context(here=place(remote=REMOTE)), rules).project.value == "example-co/example-repo"


# --- daemons ---


def test_a_daemons_directory_and_project_variables_are_no_evidence() -> None:
    here = place("from-file", remote=REMOTE, user="me@example.com", branch="main")
    variables = {"FRANKING_PROJECT": "from-env", "FRANKING_SESSION": "s"}
    attribution = resolve(context(argv=KILO_SERVE, here=here, environment=variables), RULES)
    assert attribution.project == attribution.user == attribution.session == Sourced()
    assert attribution.repository is attribution.branch is None
    told = {candidate.source: candidate for candidate in attribution.candidates if candidate.field == "project"}
    assert set(told) == {"process-env", "project-file", "git-remote"}
    assert told["project-file"].value == "from-file"
    assert (
        told["project-file"].outcome
        == "kilo serve serves several projects from one process: its directory tells nothing"
    )
    assert told["process-env"].outcome.endswith("FRANKING_PROJECT tells nothing")


@pytest.mark.parametrize(
    ("made", "project", "source"),
    [
        ({"headers": {"X-KILOCODE-PROJECTID": "a"}}, "a", "client-header"),
        ({"headers": {"X-Apantli-Project": "a"}}, "a", "context-header"),
        ({"userinfo": {"project": "a"}}, "a", "proxy-userinfo"),
        ({"sidecar": {"project": "a"}}, "a", "sidecar"),
    ],
)
@pytest.mark.parametrize("argv", [KILO_SERVE, ("opencode", "serve"), ("/usr/share/code/code", "--type=utility")])
def test_what_a_daemons_request_brings_is_evidence(
    made: dict[str, Any], project: str, source: str, argv: tuple[str, ...]
) -> None:
    attribution = resolve(context(argv=argv, here=place("wrong", remote=REMOTE), **made), RULES)
    assert attribution.project == Sourced(project, source)


# --- who and what ---

WHO: list[tuple[str, dict[str, Any], str | None, str | None]] = [
    ("user", {"here": place(remote=REMOTE, user="me@example.com")}, "me@example.com", "git-config"),
    ("user", {"userinfo": {"user": "you"}, "here": place(remote=REMOTE, user="me")}, "you", "proxy-userinfo"),
    ("user", {"headers": {"Helicone-User-Id": "her"}, "userinfo": {"user": "you"}}, "her", "client-header"),
    ("user", {"headers": {"X-U": "her"}, "stamp": {"user": "X-U"}}, "her", "client-header"),
    ("user", {"sidecar_place": place(remote=REMOTE, user="box"), "sidecar": {"user": "cfg"}}, "box", "sidecar"),
    ("user", {"sidecar": {"user": "cfg"}}, "cfg", "sidecar"),
    ("user", {}, None, None),
    ("organization", {"headers": {"X-KILOCODE-ORGANIZATIONID": "o1"}}, "o1", "client-header"),
    ("organization", {"path": "/api/organizations/o2/chat/completions"}, "o2", "route"),
    ("organization", {"path": "/api/organizations"}, None, None),
    ("organization", {"sidecar": {"organization": "o3"}}, "o3", "sidecar"),
    ("session", {"headers": {"X-Claude-Code-Session-Id": "s1"}}, "s1", "client-header"),
    ("session", {"headers": {"session_id": "s2", "conversation_id": "c"}}, "s2", "client-header"),
    ("session", {"headers": {"x-opencode-session": "s3"}}, "s3", "client-header"),
    ("session", {"headers": {"X-Session-Id": "s4"}}, "s4", "client-header"),
    ("session", {"headers": {"X-Kilo-Session": "s5"}, "userinfo": {"session": "u"}}, "s5", "client-header"),
    ("session", {"userinfo": {"session": "u"}, "environment": {"FRANKING_SESSION": "e"}}, "u", "proxy-userinfo"),
    ("session", {"environment": {"FRANKING_SESSION": "e"}}, "e", "process-env"),
    ("session", {"headers": {"X-Session-Id": " "}, "environment": {"FRANKING_SESSION": "e"}}, "e", "process-env"),
    ("session", {"headers": (("session_id", "a"), ("session_id", "b"))}, None, None),
    ("session", {"headers": {"X-Session-Id": "s" * 10_240}}, "s" * 256, "client-header"),
    ("task", {"headers": {"X-KILOCODE-TASKID": "t1"}}, "t1", "client-header"),
    ("client", {"headers": {"X-Apantli-Client": "cursor/0.42", "User-Agent": "node"}}, "cursor", "client-header"),
    ("client", {"headers": {"User-Agent": "curl/8.5.0"}, "argv": ("claude",)}, "curl", "user-agent"),
    ("client", {"headers": {"User-Agent": "Mozilla/5.0"}, "argv": ("claude",)}, "claude-code", "command"),
    ("client", {"argv": ("/usr/bin/my-agent", "secret")}, "my-agent", "program"),
    ("client", {"headers": {"User-Agent": "OpenAI/Python 2.20.0"}, "argv": ("aider",)}, "aider", "command"),
    ("client", {"headers": {"User-Agent": "OpenAI/Python 2.20.0"}, "argv": ("my-agent",)}, "openai", "library"),
    ("editor", {"headers": {"X-KILOCODE-EDITORNAME": "Kilo CLI/7.1"}}, "Kilo CLI/7.1", "client-header"),
    (
        "editor",
        {"environment": {"KILOCODE_EDITOR_NAME": "Visual Studio Code 1"}},
        "Visual Studio Code 1",
        "process-env",
    ),
    ("machine", {"headers": {"X-KILOCODE-MACHINEID": "m1"}}, "m1", "client-header"),
]


@pytest.mark.parametrize(("field", "made", "value", "source"), WHO)
def test_who_and_what(field: str, made: dict[str, Any], value: str | None, source: str | None) -> None:
    assert getattr(resolve(context(**made), RULES), field) == Sourced(value, source)


def test_a_client_comes_with_its_version() -> None:
    assert resolve(context({"X-Apantli-Client": "cursor/0.42"}), RULES).client_version == "0.42"
    assert resolve(context({"User-Agent": "claude-cli/2.0.24 (external)"}), RULES).client_version == "2.0.24"
    assert resolve(context(argv=("claude",)), RULES).client_version is None


def test_the_repository_is_the_callers_or_the_sidecars_where_the_project_is() -> None:
    box = place(remote="https://example.com/a/box", branch="dev")
    here = place(remote=REMOTE, branch="main")
    callers = resolve(context(here=here, sidecar_place=box), RULES)
    assert (callers.repository, callers.branch) == (REMOTE, "main")
    sidecars = resolve(context(sidecar_place=box), RULES)
    assert (sidecars.repository, sidecars.branch) == ("https://example.com/a/box", "dev")
    neither = resolve(context({"X-KILOCODE-PROJECTID": "p"}, sidecar_place=box), RULES)
    assert neither.repository is None


def test_tags_and_command_are_kept() -> None:
    attribution = resolve(context({"X-Apantli-Tags": "a, b"}, argv=("kilo", "run", "my prompt")), RULES)
    assert attribution.tags == ("a", "b")
    assert (attribution.command, attribution.pid) == ("kilo run", 123)


# --- candidates and faults ---


def test_losing_candidates_say_why() -> None:
    made = context(
        {"X-KILOCODE-PROJECTID": "p", "X-Apantli-Context": "file:a.py"},
        environment={"FRANKING_PROJECT": "e"},
        here=place("", remote=REMOTE),
    )
    told = [(c.source, c.value, c.where, c.outcome) for c in resolve(made, RULES).candidates if c.field == "project"]
    assert told == [
        ("client-header", "p", "x-kilocode-projectid", WON),
        ("context-header", None, "x-apantli-context", "it names no project, only where the user is in it"),
        ("process-env", "e", "FRANKING_PROJECT of process 123", "client-header comes first"),
        ("project-file", None, "/repo/.kilocode/config.json:3", "client-header comes first"),
        ("git-remote", "example-repo", REMOTE, "client-header comes first"),
    ]
    opted_out = resolve(context(here=place("", remote=REMOTE)), RULES)
    assert opted_out.candidates[0].outcome == WON
    assert opted_out.candidates[1].outcome == "project-file says that there is none"


def test_faults_are_told_and_stop_nothing() -> None:
    broken = Fault("/repo/.kilocode/config.json:3:7", "expected a comma")
    here = Place("/repo", ProjectFile("/repo/.kilocode/config.json", fault=broken), place(remote=REMOTE).repository)
    made = context((("x-kilocode-feature", "cli"), ("x-kilocode-feature", "slack")), here=here)
    attribution = resolve(made, RULES)
    assert attribution.project == Sourced("example-repo", "git-remote")
    assert attribution.faults == (
        broken,
        Fault(
            "x-kilocode-feature",
            "the client sent this header 2 times, with different values; it is passed on as it came",
        ),
    )
    assert attribution.candidates[0] == Candidate(
        "project", "project-file", None, "/repo/.kilocode/config.json", "it cannot be read: expected a comma"
    )


def test_a_caller_that_could_not_be_found_is_a_fault() -> None:
    gone = Fault("pid 7", "it has ended")
    made = Context("POST", "api.kilo.ai", "/x", (), peer=Peer(fault=gone))
    assert resolve(made, RULES) == Attribution(faults=(gone,))


HOSTILE = "sk-ant-api03-" + "a1" * 20


@pytest.mark.parametrize(
    "made",
    [
        {"headers": {"X-KILOCODE-FEATURE": HOSTILE, "X-Session-Id": f"Bearer {HOSTILE}"}},
        {"headers": {"X-KILOCODE-PROJECTID": f"ssh://me:{HOSTILE}@example.com/x"}},
        {"headers": {"X-Apantli-Project": HOSTILE, "X-Apantli-Context": f"git:{HOSTILE}", "User-Agent": HOSTILE}},
        {"headers": {"Authorization": HOSTILE, "Cookie": HOSTILE, "X-Api-Key": HOSTILE}},
        {"userinfo": {"token": HOSTILE, "project": HOSTILE, "feature": HOSTILE}},
        {"environment": {"FRANKING_PROJECT": f"https://x:{HOSTILE}@h/a", "KILOCODE_FEATURE": HOSTILE}},
        {"argv": ("python", HOSTILE)},
        {"argv": ("kilo", "run", HOSTILE, "--api-key", HOSTILE)},
        {"here": place(remote=f"https://{HOSTILE}@example.com/a/b.git")},
        {"here": place(remote=f"ssh://me:{HOSTILE}@example.com/a/b.git")},
    ],
)
def test_secrets_are_in_no_field(made: dict[str, Any]) -> None:
    assert HOSTILE not in repr(resolve(context(**made), RULES))


# --- the property ---

ANY = st.text(max_size=20) | st.sampled_from(["", " ", "cli", "unknown", "chat", "a/b", REMOTE, "x" * 10_240, "a\r\nb"])
PLACES = st.none() | st.builds(
    Place,
    directory=st.just("/d"),
    project_file=st.none()
    | st.builds(ProjectFile, path=st.just("/d/.kilocode/config.json"), project_id=st.none() | ANY),
    repository=st.none()
    | st.builds(Repository, toplevel=st.just("/d"), name=ANY, remote=st.none() | ANY, user=st.none() | ANY),
)
HEADER_NAMES = st.sampled_from(sorted(RULES.relevant_headers))
CONTEXTS = st.builds(
    Context,
    method=st.just("POST"),
    host=st.just("api.kilo.ai"),
    path=st.sampled_from(["/api/gateway/x", "/api/organizations/o/x", "/v1/messages"]) | ANY,
    headers=st.lists(st.tuples(HEADER_NAMES, ANY), max_size=8).map(tuple),
    route=st.sampled_from([None, "chat", "fim"]),
    userinfo=st.dictionaries(st.sampled_from(["project", "feature", "session", "user"]), ANY),
    peer=st.builds(
        Peer,
        pid=st.just(1),
        argv=st.sampled_from([(), ("kilo",), KILO_SERVE, ("node", "x"), ("code",)]) | st.lists(ANY).map(tuple),
        environment=st.dictionaries(
            st.sampled_from(["KILOCODE_FEATURE", "FRANKING_PROJECT", "FRANKING_SESSION", "KILOCODE_EDITOR_NAME"]), ANY
        ),
    ),
    place=PLACES,
    sidecar_place=PLACES,
    sidecar=st.dictionaries(st.sampled_from(["feature", "project", "organization", "user"]), ANY),
)


@settings(max_examples=300, deadline=None)
@given(CONTEXTS)
def test_the_winner_is_always_the_first_source_that_has_a_say(made: Context) -> None:
    attribution = resolve(made, RULES)
    facts = Facts.of(made, RULES)
    for field, order in ORDER.items():
        says = [(source, word) for source, ask in order for word in ask(facts) if not word.void]
        source, word = says[0] if says else (None, None)
        settled = getattr(attribution, field)
        assert settled.source == source
        if field == "feature":
            stored = RULES.features.normalise((word.value if word else None) or "")[0]
            assert settled.value == stored
        else:
            assert settled.value == (word.value if word else None)
        won = [
            candidate for candidate in attribution.candidates if candidate.field == field and candidate.outcome == WON
        ]
        assert [candidate.source for candidate in won] == ([source] if source else [])
    for said in (attribution.project.value, attribution.feature.value, attribution.session.value):
        assert said is None or (0 < len(said) <= 256 and said.isprintable())


def test_only_the_relevant_headers_count() -> None:
    """The answer may be remembered by them."""
    noise = {"authorization": "a", "x-other": "b", "content-type": "c"}
    said = {"user-agent": "curl/8", "x-kilocode-feature": "cli"}
    assert resolve(context({**noise, **said}), RULES) == resolve(context(said), RULES)
    assert set(said) <= RULES.relevant_headers
