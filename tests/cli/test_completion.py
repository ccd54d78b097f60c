"""Completion: what is offered, and that real shells take it; a name off the wire is text to them, never a command."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.cli import candidates, completion
from support import ledgers
from support.commands import Frank
from support.waiting import until

EVIL = "evil\\$(touch pwned)`touch pwned`'\"; touch pwned #"
MODELS = ["openai/gpt-4o", "openai/gpt-5-mini:free", "\x1b[31mred"]


@pytest.fixture
def ledger(home: Path) -> Path:
    names = ["shop", "my project", "日本語", EVIL, "\x1b]0;title\x07"]
    rows = [ledgers.record(1, project_id=name, feature="cli", user="me@example.com") for name in names]
    rows += [ledgers.record(1, model=name) for name in MODELS]
    return ledgers.made(home / "ledger.db", rows)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["cos"], ["costs"]),
        (["costs", "--proj"], ["--project"]),
        (["costs", "--project", "s"], ["shop"]),
        (["costs", "--project", "shop", "--proj"], ["--project"]),
        (["costs", "--project=s"], ["--project=shop"]),
        (["costs", "--model", ""], ["openai/gpt-4o", "openai/gpt-5-mini:free"]),
        (["costs", "--feature", ""], ["cli"]),
        (["costs", "--user", "me"], ["me@example.com"]),
        (["costs", "--period", "w"], ["week"]),
        (["costs", "--by", "day,mo"], ["day,month", "day,model"]),
        (["costs", "--by", "day,da"], []),
        (["costs", "--json", "--js"], []),
        (["costs", "--not-p"], ["--not-project"]),
        (["costs", "--not-project", "sh"], ["shop"]),
        (["costs", "x", ""], []),
        (["ca", "r"], ["rotate"]),
        (["env", "--shell", "z"], ["zsh"]),
        (["completion", "f"], ["fish"]),
        (["explain", "l"], ["last"]),
        (["nonsense", ""], []),
    ],
)
def test_what_is_offered(ledger: Path, words: list[str], expected: list[str]) -> None:
    assert candidates.found(words) == (False, [pair for pair in candidates.found(words)[1] if pair[0] in expected])
    assert [word for word, _ in candidates.found(words)[1]] == expected


@pytest.mark.parametrize(
    "words", [["run", "--", "ls", ""], ["run", "ls", ""], ["import", ""], ["backup", "x"], ["explain", "--cwd", ""]]
)
def test_where_paths_are_meant(ledger: Path, words: list[str]) -> None:
    assert candidates.found(words) == (True, [])


def test_the_answer_is_lines(ledger: Path, frank: Frank) -> None:
    told = frank("__complete", "--raw", "--", "costs", "--project", "'my p")
    assert (told.status, told.out) == (0, "words\nmy project\t\n")
    assert (
        frank("__complete", "--", "costs", "--period").out
        == "words\n--period\tThe past week, month (default), year, or all\n"
    )
    everything = frank("__complete", "--", "costs", "--project", "")
    assert all(len(line.split("\t")) == 2 for line in everything.out.splitlines()[1:])
    assert "\x1b" not in everything.out


@pytest.mark.parametrize("there", ["nothing", "no ledger"])
def test_it_never_fails(home: Path, frank: Frank, there: str) -> None:
    if there == "no ledger":
        (home / "ledger.db").write_bytes(b"no database at all" * 100)
    told = frank("__complete", "--", "costs", "--project", "")
    assert (told.status, told.out, told.err) == (0, "words\n", "")
    assert frank("__complete").out == "files\n"


def test_only_known_shells(frank: Frank) -> None:
    told = frank("completion", "tcsh")
    assert (told.status, told.out) == (2, "")
    assert "'tcsh' is none of bash, zsh, fish, powershell" in " ".join(told.err.split())


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self._terminal, inside = pty.openpty()
        self._process = subprocess.Popen(
            ["setsid", "--ctty", *command], stdin=inside, stdout=inside, stderr=inside, cwd=folder, env=environment
        )
        os.close(inside)
        self._seen = ""

    def type(self, text: str) -> None:
        """As if typed."""
        os.write(self._terminal, text.encode())

    def screen(self) -> str:
        """All that it has printed, without the sequences that steer the terminal."""
        while select.select([self._terminal], [], [], 0)[0]:
            try:
                self._seen += os.read(self._terminal, 65536).decode("utf-8", "replace")
            except OSError:
                break
        return re.sub(r"\x1b(\[[0-9;?=><]*[A-Za-z]|[\]][^\x07]*\x07|[()=>].?)", "", self._seen)

    def end(self) -> None:
        """Leave nothing behind."""
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)


SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(frank completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -Uz compinit; compinit -u -D; eval "$(frank completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "frank completion fish | source"),
}


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, ledger: Path, tmp_path: Path) -> Iterator[Shell]:
    command, source = SHELLS[request.param]
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "frank").write_text(f'#!/bin/sh\nexec {sys.executable} -m franking "$@"\n')
    (tools / "show").write_text("#!/bin/sh\nprintf '<%s>' \"$@\"; echo\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    where = tmp_path / "work"
    where.mkdir()
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    environment |= {"PS1": "> ", "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    started = Shell(command, environment, where)
    try:
        started.type(f"{source}; show re''ady\n")
        until(lambda: "<ready>" in started.screen(), f"{request.param} to be ready")
        yield started
    finally:
        started.end()
    assert not list(where.iterdir()), "a name was run as a command"


@pytest.mark.parametrize(
    ("typed", "argument"),
    [
        ("frank costs --proj", "--project"),
        ("frank costs --project sh", "shop"),
        ("frank costs --project 日", "日本語"),
        ("frank costs --project my", "my project"),
        ("frank costs --project evil", EVIL),
        ("frank costs --model openai/gpt-5-mini:f", "openai/gpt-5-mini:free"),
        ("frank costs --model=openai/gpt-5-mini:f", "--model=openai/gpt-5-mini:free"),
        ("frank costs --user me@ex", "me@example.com"),
    ],
)
def test_a_real_shell_completes(shell: Shell, typed: str, argument: str) -> None:
    # The line is completed, then its command put before it, so that the words are shown as the shell reads them.
    shell.type(typed)
    shell.type("\t\x01show \n")
    until(lambda: f"<{argument}>" in shell.screen(), f"{argument} in {shell.screen()[-300:]!r}")


def test_every_shell_has_a_script(frank: Frank) -> None:
    for name, script in completion.SCRIPTS.items():
        assert frank("completion", name).out == script
        assert "eval " not in script.replace('eval "$(frank completion', "")
