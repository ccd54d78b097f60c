"""Every command is documented; wrong usage ends with 2, failure with 1 and one plain line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from franking import __version__, cli, paths
from franking.cli import program
from support.commands import Frank

COMMANDS = [name for commands in cli.SECTIONS.values() for name in commands]
README = paths.shipped("franking.toml").parents[1] / "README.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name: str, frank: Frank) -> None:
    group = get_command(program.application([name]))
    assert isinstance(group, TyperGroup)
    command = group.commands[name]
    each = getattr(command, "commands", {name: command}).values()
    for found in each:
        assert found.help
        assert found.help.strip(), found.name
        for parameter in found.params:
            assert getattr(parameter, "help", None), f"{found.name} {parameter.name}"
    told = frank(name, "--help")
    assert told.status == 0
    assert f"frank {name}" in told.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_command(name: str) -> None:
    assert f"frank {name}" in README.read_text(encoding="utf-8")


def test_help_lists_every_command_under_a_heading(frank: Frank) -> None:
    told = frank("--help")
    assert told.status == 0
    lines = told.out.splitlines()
    for heading, names in cli.SECTIONS.items():
        assert f"{heading}:" in lines
        for name in names:
            assert any(line.startswith(f"  {name} ") for line in lines), name
    assert "..." not in told.out.partition("Run:")[2]


def test_version(frank: Frank) -> None:
    assert frank("--version").out == f"franking {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["cost"], "Did you mean 'costs'?"),
        (["costs", "--nonsense"], "No such option: --nonsense"),
        (["costs", "--by", "cost"], "'cost' is none of day, week"),
        (["costs", "--by", "day,day"], "two different ones"),
        (["costs", "--period", "decade"], "expected week, month, year, all"),
        (["costs", "--period", "week", "--since", "7d"], "cannot be combined"),
        (["costs", "--since", "soon"], "expected such as 2026-11-22"),
        (["costs", "--json", "--csv"], "choose one"),
        (["costs", "--mine", "--user", "x"], "cannot be combined"),
        (["tail", "-n", "-1"], "--number"),
        (["explain", "last", "--cwd", "."], "choose one"),
        (["init", "my-id"], "--project only"),
    ],
)
def test_wrong_usage_ends_with_2(frank: Frank, arguments: list[str], says: str) -> None:
    told = frank(*arguments)
    assert told.status == 2
    assert says in " ".join(told.err.split())
    assert told.out == ""


@pytest.mark.parametrize("command", ["costs", "features", "tail", "explain last"])
def test_a_broken_ledger_is_one_plain_line(frank: Frank, home: Path, command: str) -> None:
    (home / "ledger.db").write_bytes(b"no database at all" * 100)
    told = frank(*command.split())
    assert told.status == 1
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith("frank: ")
    assert "frank doctor" in told.err


def test_a_wrong_configuration_is_one_plain_line(frank: Frank, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[listen]\nprxy = 1\n[privacy]\nprompts = 'some'\n")
    told = frank("features")
    assert told.status == 1
    assert told.err.count("\n") == 1
    assert "config.toml:2: listen.prxy: unknown key" in told.err


def test_frank_as_a_process_ends_with_the_status(home: Path) -> None:
    ran = subprocess.run([sys.executable, "-m", "franking", "costs", "--by", "x"], capture_output=True, check=False)
    assert ran.returncode == 2
    assert b"Traceback" not in ran.stderr


def test_costs_imports_neither_the_proxy_nor_what_is_slow(home: Path) -> None:
    check = (
        "import sys; from franking.cli import main; main(['costs']); "
        "print([name for name in ('mitmproxy', 'pydantic', 'genai_prices', 'msgspec', 'cryptography', 'sqlalchemy')"
        " if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_leaves_is_no_failure_to_speak_of(home: Path) -> None:
    command = f"{sys.executable} -m franking costs --help | head -n 1"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, env=os.environ)
    assert ran.stderr == ""
