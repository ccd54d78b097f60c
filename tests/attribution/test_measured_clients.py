"""Coding agents as they were measured: their processes and headers, and what is told of them.

Each was run on 23 November 2026 from the npm registry's or PyPI's package, through a sidecar, in a repository whose
origin is ``example-repo``. Ids and paths are shortened. docs/clients.md says how each is set up.
"""

from typing import Any

import pytest

from franking.attribution.command import read
from franking.attribution.resolve import resolve
from franking.attribution.rules import Rules
from franking.attribution.values import Attribution
from support.contexts import REMOTE, context, place

RULES = Rules.load()
HERE = place(remote=REMOTE, branch="main")
MODULES = "/home/me/lib/node_modules"
STAINLESS = {"x-stainless-lang": "js", "x-stainless-runtime": "node"}


def codex(*remotes: str) -> str:
    """The header of codex 0.169.0, less what says nothing here."""
    places = ",".join(
        f'"/home/me/{n}":{{"associated_remote_urls":{{"origin":"{remote}"}},"has_changes":true}}'
        for n, remote in enumerate(remotes)
    )
    told = f',"workspaces":{{{places}}}' if remotes else ""
    return f'{{"session_id":"s","thread_id":"s","agent_name":"/root","turn_id":"t","request_kind":"turn"{told}}}'


def told(argv: tuple[str, ...], headers: dict[str, str], **given: Any) -> Attribution:
    return resolve(context(headers, argv=argv, here=given.pop("here", HERE), **given), RULES)


# argv, headers → client, version, session, feature, command as shown
AGENTS = [
    # @anthropic-ai/claude-code 2.1.330: `claude -p`, one native process
    (("claude", "-p", "say hello"),
     {"user-agent": "claude-cli/2.1.330 (external, sdk-cli)", "x-app": "cli", "x-claude-code-session-id": "s1"},
     ("claude-code", "2.1.330", "s1", None, "claude")),
    # @openai/codex 0.169.0: `codex exec`, a native child of node
    ((f"{MODULES}/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex", "exec", "say hello"),
     {"user-agent": "codex_exec/0.169.0 (Debian 12.0.0; x86_64) dumb (codex_exec; 0.169.0)",
      "originator": "codex_exec", "session-id": "s2", "thread-id": "s2", "x-codex-turn-metadata": codex(REMOTE)},
     ("codex", "0.169.0", "s2", None, "codex exec")),
    # opencode-ai 1.18.33: `opencode run`, to Anthropic and to OpenRouter
    (("opencode", "run", "--model", "anthropic/claude-sonnet-4-5", "say hello"),
     {"user-agent": "opencode/1.18.33 ai-sdk/provider-utils/4.0.46 runtime/bun/1.3.14",
      "x-session-affinity": "ses_1", "x-session-id": "ses_1"},
     ("opencode", "1.18.33", "ses_1", None, "opencode run")),
    # @kilocode/cli 7.7.7: `kilo run`, a native child of node
    ((f"{MODULES}/@kilocode/cli/bin/.kilo", "run", "say hello"),
     {"user-agent": "Kilo-Code/7.7.7 ai-sdk/provider-utils/4.0.23 runtime/bun/1.3.14",
      "x-kilocode-editorname": "Kilo CLI 7.7.7", "x-kilocode-feature": "cli", "x-kilocode-machineid": "m",
      "x-kilocode-projectid": "example-repo", "x-kilocode-taskid": "ses_2", "x-session-id": "ses_2",
      "x-title": "Kilo Code"},
     ("kilo-cli", "7.7.7", "ses_2", "cli", "kilo run")),
    # @google/gemini-cli 0.61.0: `gemini -p`, node under node
    (("/usr/bin/node", "--max-old-space-size=12052", "/usr/bin/gemini", "--skip-trust", "-p", "say hello"),
     {"user-agent": "GeminiCLI-tui/0.61.0/gemini-2.5-flash (linux; x64; terminal)",
      "x-goog-api-client": "google-genai-sdk/1.30.0 gl-node/v20.20.2"},
     ("gemini-cli", "0.61.0", None, None, "gemini")),
    # @qwen-code/qwen-code 0.24.4: `qwen -p`, node under node
    (("/usr/bin/node", "--expose-gc", f"{MODULES}/@qwen-code/qwen-code/cli.js", "--auth-type", "openai", "-p", "x"),
     STAINLESS | {"user-agent": "QwenCode/0.24.4 (linux; x64)"},
     ("qwen-code", "0.24.4", None, None, "qwen")),
    # @mariozechner/pi-coding-agent 0.73.1: `pi -p`, which writes its title over its command line
    (("pi",), STAINLESS | {"user-agent": "OpenAI/JS 6.26.0", "session_id": "s3"}, ("pi", None, "s3", None, "pi")),
    (("pi",), STAINLESS | {"user-agent": "Anthropic/JS 0.91.1"}, ("pi", None, None, None, "pi")),
    # aider-chat 0.86.2: `aider --message`
    (("/home/me/.venv/bin/python", "/home/me/.venv/bin/aider", "--model", "openai/gpt-4o", "--message", "say hello"),
     {"user-agent": "OpenAI/Python 2.20.0", "x-stainless-lang": "python"}, ("aider", None, None, None, "aider")),
    # llm 0.36
    (("/home/me/.venv/bin/python", "/home/me/.venv/bin/llm", "-m", "gpt-4o", "say hello"),
     {"user-agent": "OpenAI/Python 3.54.0", "x-stainless-lang": "python"}, ("llm", None, None, None, "llm")),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "headers", "expected"), AGENTS)
def test_an_agent_is_known(
    argv: tuple[str, ...], headers: dict[str, str], expected: tuple[str | None, str | None, str | None, str | None, str]
) -> None:
    it = told(argv, headers)
    found = (it.client.value, it.client_version, it.session.value, it.feature.value, it.command)
    assert found == expected
    assert it.project.value == "example-repo"


# Processes that a tool starts once and keeps for later sessions: their environment, the proxy's URL in it, is that of
# whoever came first. `codex` of 0.169.0 keeps the first two, `claude --bg` of 2.1.330 the others.
KEPT = {
    "daemon": ("/home/me/.codex/packages/app-server-daemon/releases/0.169.0/bin/codex", "app-server", "--listen",
               "unix://", "--analytics-default-enabled", "--managed-daemon"),
    "updater": ("/home/me/.codex/bin/codex", "app-server", "daemon", "pid-update-loop"),
    "supervisor": (f"{MODULES}/@anthropic-ai/claude-code/bin/claude.exe", "daemon", "run", "--origin", "transient"),
    "pty": ("claude bg-pty-host", "--bg-pty-host", "/tmp/cc-daemon-0/spare/1.pty.sock", "200", "50", "--"),
    "session": ("claude bg-spare", "--bg-spare", "/tmp/cc-daemon-0/spare/1.claim.sock"),
}  # fmt: skip
FIRST = {
    "userinfo": {"project": "the-first", "feature": "slack", "session": "first", "user": "ada"},
    "environment": {"FRANKING_PROJECT": "the-first", "FRANKING_SESSION": "first", "KILOCODE_FEATURE": "slack"},
}


@pytest.mark.parametrize("argv", KEPT.values(), ids=KEPT)
def test_a_kept_process_tells_nothing_of_the_session_that_started_it(argv: tuple[str, ...]) -> None:
    it = told(argv, {}, here=None, **FIRST)
    assert (it.project.value, it.feature.value, it.session.value, it.user.value) == (None, None, None, "ada")
    lost = [word for word in it.candidates if word.value in ("the-first", "slack", "first")]
    assert len(lost) == 6
    assert all("in the background" in word.outcome for word in lost)


def test_a_background_session_of_claude_code_is_in_its_own_directory() -> None:
    assert told(KEPT["session"], {}, **FIRST).project.value == "example-repo"
    assert told(KEPT["daemon"], {}, **FIRST).project.value is None


@pytest.mark.parametrize(
    ("remotes", "project"),
    [
        (("https://github.com/example-co/alpha.git",), "alpha"),
        (("https://ada:secret-word@github.com/example-co/alpha.git",), "alpha"),
        (("https://github.com/example-co/alpha.git", "git@github.com:example-co/beta.git"), None),
        ((), None),
    ],
)
def test_codexs_daemon_tells_the_repository_of_each_request(remotes: tuple[str, ...], project: str | None) -> None:
    it = told(KEPT["daemon"], {"x-codex-turn-metadata": codex(*remotes)}, **FIRST)
    assert (it.project.value, it.project.source) == (project, "git-remote" if project else None)
    assert "secret-word" not in str(it.candidates)


def test_a_command_that_a_user_starts_is_not_kept() -> None:
    assert not read(("kilo", "serve"), RULES).background
    assert told(("kilo", "serve"), {}, **FIRST).project.value == "the-first"
