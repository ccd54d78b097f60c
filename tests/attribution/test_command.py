"""A command line → program and sub-command, feature, client, daemon; and nothing of its arguments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.command import read
from franking.attribution.rules import Rules

RULES = Rules.load()
SECRET = "sk-ant-api03-" + "a1" * 20

# command line, as shown, feature
KILO = [
    ("kilo", "kilo", "cli"),
    ("kilo serve", "kilo serve", "unknown"),
    ("kilo serve --port 0", "kilo serve", "unknown"),
    ("kilo run serve", "kilo run", "cli"),
    ("kilo run --dir /tmp serve", "kilo run", "cli"),
    ("kilo --log-level DEBUG serve", "kilo serve", "unknown"),
    ("kilo --log-level=DEBUG serve", "kilo serve", "unknown"),
    ("kilo --print-logs serve", "kilo serve", "unknown"),
    ("kilo --prompt serve", "kilo", "cli"),
    ("kilo --prompt=serve", "kilo", "cli"),
    ("kilo -- serve", "kilo", "cli"),
    ("kilo ./serve", "kilo", "cli"),
    ("kilo web", "kilo web", "cli"),
    ("kilo session list", "kilo session", "cli"),
    ("/usr/local/bin/kilo serve", "kilo serve", "unknown"),
    ("/home/me/.bin/.kilo run x", "kilo run", "cli"),
    ("./kilo.exe serve", "kilo serve", "unknown"),
    (r"C:\Users\me\kilo.cmd serve", "kilo serve", "unknown"),
    ("kilocode run x", "kilo run", "cli"),
    ("node /usr/bin/kilo serve", "kilo serve", "unknown"),
    ("node /usr/lib/node_modules/@kilocode/cli/dist/index.js run x", "kilo run", "cli"),
    ("node --max-old-space-size=4096 -r ./hook.js /usr/bin/kilo serve", "kilo serve", "unknown"),
    ("node20 /usr/bin/kilo serve", "kilo serve", "unknown"),
    ("bun /opt/kilo/kilo.ts serve", "kilo serve", "unknown"),
    ("bun run /opt/kilo/kilo.ts serve", "kilo serve", "unknown"),
    ("npx kilo serve", "kilo serve", "unknown"),
    ("npx -y @kilocode/cli@latest run x", "kilo run", "cli"),
    ("npx -y -p @kilocode/cli kilo serve", "kilo serve", "unknown"),
    ("npm exec -- kilo serve", "kilo serve", "unknown"),
    ("pnpm dlx @kilocode/cli serve", "kilo serve", "unknown"),
    ("env X=1 KILO=2 kilo serve", "kilo serve", "unknown"),
    ("env -u HOME -i kilo run serve", "kilo run", "cli"),
    ("sudo -u me kilo serve", "kilo serve", "unknown"),
    ("timeout -k 5 30 kilo serve", "kilo serve", "unknown"),
    ("nice -n 5 nohup node /usr/bin/kilo serve", "kilo serve", "unknown"),
    ("sh /usr/bin/kilo serve", "kilo serve", "unknown"),
    ("/home/me/.vscode/extensions/kilocode.kilo-code-7.1/bin/kilo serve", "kilo serve", "unknown"),
    ("/home/me/.vscode-server/extensions/kilocode.kilo-code-7.1/bin/kilo serve", "kilo serve", "unknown"),
]


@pytest.mark.parametrize(("line", "shown", "feature"), KILO)
def test_the_kilo_cli_is_known_by_its_sub_commands_position(line: str, shown: str, feature: str) -> None:
    command = read(line.split(), RULES)
    assert (command.shown, command.feature, command.client) == (shown, feature, "kilo-cli")


def test_a_quoted_argument_is_no_sub_command() -> None:
    assert read(["kilo", "serve the tea"], RULES).feature == "cli"
    assert read(["kilo", "run", "serve"], RULES).feature == "cli"


# command line, as shown, client, daemon
OTHERS: list[tuple[list[str], str | None, str | None, bool]] = [
    (["kilo", "serve"], "kilo serve", "kilo-cli", True),
    (["kilo", "web"], "kilo web", "kilo-cli", True),
    (["kilo", "run", "serve"], "kilo run", "kilo-cli", False),
    (["opencode", "serve"], "opencode serve", "opencode", True),
    (["opencode", "run", "say hi"], "opencode run", "opencode", False),
    (["codex", "-m", "gpt-5", "exec", "rm it all"], "codex exec", "codex", False),
    (["codex", "app-server"], "codex app-server", "codex", True),
    (["claude", "-p", "my secret plan"], "claude", "claude-code", False),
    (["node", "/x/node_modules/@anthropic-ai/claude-code/cli.js", "mcp"], "claude mcp", "claude-code", False),
    (["python3.13", "-m", "aider", "--api-key", SECRET], "aider", "aider", False),
    (["/home/me/.venv/bin/python", "/home/me/.venv/bin/aider"], "aider", "aider", False),
    (["uv", "run", "--python", "3.13", "agent.py"], "uv agent", "agent", False),
    (["python", "agent.py", SECRET], "python agent", "agent", False),
    (["python", "-c", "print('secret')"], "python", "python", False),
    (["python", "-c", "secret"], "python", "python", False),
    (["sh", "-c", "kilo"], "sh", "sh", False),
    (["python", "-m", "my.tool", "x"], "python my", "my", False),
    (["node", "-e", "fetch('secret')"], "node", "node", False),
    (["sh", "-c", "kilo serve"], "sh", "sh", False),
    (["bash", "-lc", "curl secret"], "bash", "bash", False),
    (["curl", "-H", f"authorization: {SECRET}", "https://x"], "curl", "curl", False),
    (["/usr/share/code/code", "--type=utility"], "code", "code", True),
    (["/home/me/.vscode-server/bin/0/node", "/home/me/.vscode-server/bin/0/out/bootstrap-fork"], "code", "code", True),
    (["/opt/idea/jbr/bin/java", "-cp", "x", "com.intellij.idea.Main"], "idea", "jetbrains", True),
    (["litellm", "--port", "4000"], "litellm", "litellm", True),
    (["npm exec kilo serve"], "kilo serve", "kilo-cli", True),
    (["/home/me/my tools/x", "y"], "x", "x", False),
    (["my secret title", "--x"], None, None, False),
    (["my secret title " + SECRET], None, None, False),
    ([SECRET], None, None, False),
    (["node", SECRET], "node", "node", False),
    (["python", "/home/me/it's mine.py"], "python", "python", False),
    (["-bash"], "bash", "bash", False),
    ([""], None, None, False),
    ([], None, None, False),
    (["\udcff\udcfe"], None, None, False),
    (["x" * 10_240, "y" * 10_240], None, None, False),
    (["env", "A=1"] * 5_000, "env", "env", False),
]


@pytest.mark.parametrize(("argv", "shown", "client", "daemon"), OTHERS)
def test_other_commands(argv: list[str], shown: str | None, client: str | None, daemon: bool) -> None:
    command = read(argv, RULES)
    assert (command.shown, command.client, command.daemon) == (shown, client, daemon)
    assert command.feature == ("cli" if client == "kilo-cli" else None) or command.shown == "kilo serve"


PROGRAMS = ["kilo", "opencode", "claude", "codex", "python", "node", "sh", "env", "curl", "npx"]


@given(st.sampled_from(PROGRAMS), st.lists(st.text(max_size=30), max_size=6))
def test_arguments_with_blanks_are_never_shown(program: str, arguments: list[str]) -> None:
    command = read([program, *(f"{argument} secret words" for argument in arguments)], RULES)
    assert "secret" not in (command.shown or "")
    assert "secret" not in (command.client or "")
