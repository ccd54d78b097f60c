"""``frank run``: the command takes over the process, with its status, its signals and the sidecar's variables."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from franking.cli import run
from franking.proxy import authority

LAUNCHER = """
import sys, types
from franking.supervisor import launch, state

running = types.SimpleNamespace(proxy=("127.0.0.1", 9))
state.read_state = lambda: running if {up} else None
def start():
    if not {up}:
        print("started", file=sys.stderr)
    return running
launch.ensure_running = start
from franking.cli import main
sys.exit(main(["run", *sys.argv[1:]]))
"""
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    authority.ensure(folder / "ca", ["api.example.com"], environment={})
    return folder


def through(home: Path, *arguments: str, up: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    base = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "FRANKING_HOME": str(home),
        "FRANKING_CONFIG": str(home / "c"),
    }
    return subprocess.run(
        [sys.executable, "-c", LAUNCHER.format(up=up), *arguments],
        env=base | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_one_that_starts_a_sidecar_is_told_of_a_company_s_proxy(home: Path) -> None:
    company = "http://name:word@proxy.example.com:3128"
    done = through(home, "--", sys.executable, "-c", "", up=False, HTTPS_PROXY=company)
    assert 'set upstream.proxy = "http://proxy.example.com:3128"' in done.stderr
    assert "word" not in done.stderr
    assert through(home, "--", sys.executable, "-c", "", HTTPS_PROXY=company).stderr == ""


def shown(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("options", "url", "stated"),
    [
        ((), "http://127.0.0.1:9", {}),
        (
            ("--project", "example-repo", "--feature", "cli", "--session", "s1"),
            "http://example-repo:cli&session=s1@127.0.0.1:9",
            {"FRANKING_PROJECT": "example-repo", "KILOCODE_FEATURE": "cli", "FRANKING_SESSION": "s1"},
        ),
        (("--project", "a b/c@d"), "http://a%20b%2Fc%40d:@127.0.0.1:9", {"FRANKING_PROJECT": "a b/c@d"}),
        (("--feature", "cli"), "http://:cli@127.0.0.1:9", {"KILOCODE_FEATURE": "cli"}),
    ],
)
def test_it_carries_whose_it_is(home: Path, options: tuple[str, ...], url: str, stated: dict[str, str]) -> None:
    found = shown(through(home, *options, "--", sys.executable, "-c", SHOW))
    assert found["HTTPS_PROXY"] == found["all_proxy"] == url
    assert found["SSL_CERT_FILE"] == str(home / "ca/bundle.pem")
    names = ("FRANKING_PROJECT", "KILOCODE_FEATURE", "FRANKING_SESSION")
    assert {name: found[name] for name in names if name in found} == stated


def test_what_the_caller_set_stays_without_an_option(home: Path) -> None:
    found = shown(through(home, "--", sys.executable, "-c", SHOW, FRANKING_PROJECT="mine", OTHER="kept"))
    assert (found["FRANKING_PROJECT"], found["OTHER"]) == ("mine", "kept")


@pytest.mark.parametrize(("up", "said"), [(True, ""), (False, "started\n")])
def test_a_sidecar_is_started_when_none_is_up(home: Path, up: bool, said: str) -> None:
    done = through(home, "--", "true", up=up)
    assert (done.returncode, done.stderr) == (0, said)


@pytest.mark.parametrize("dashes", [("--",), ()])
def test_the_commands_own_options_are_its_own(home: Path, dashes: tuple[str, ...]) -> None:
    done = through(home, *dashes, "echo", "--project", "x", "--help", "--", "-n")
    assert done.stdout == "--project x --help -- -n\n"


@pytest.mark.parametrize("status", [0, 1, 7, 255])
def test_the_status_is_the_commands(home: Path, status: int) -> None:
    assert through(home, "--", "sh", "-c", f"exit {status}").returncode == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_signal_ends_the_command_itself(home: Path, number: signal.Signals) -> None:
    assert through(home, "--", "sh", "-c", f"kill -{number.value} $$").returncode == -number


def test_it_is_the_very_process(home: Path) -> None:
    done = through(home, "--", "sh", "-c", "echo $$ $PPID")
    assert int(done.stdout.split()[1]) == os.getpid()


def test_a_broken_pipe_ends_it(home: Path) -> None:
    """Python ignores SIGPIPE; its children must not."""
    done = through(home, "--", "sh", "-c", "(yes; echo $? >&2) | head -n 1")
    assert (done.stdout, done.stderr) == ("y\n", "141\n")


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("no-such-command", 127, "frank run: no-such-command: command not found\n"),
        ("/no/such/file", 127, "frank run: /no/such/file: command not found\n"),
        ("/etc", 126, "frank run: /etc: Permission denied\n"),
    ],
)
def test_what_cannot_be_run(home: Path, command: str, status: int, said: str) -> None:
    done = through(home, "--", command)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", said)


def test_without_a_command_it_is_wrong_usage(home: Path) -> None:
    assert through(home).returncode == 2


def test_a_control_character_is_refused(home: Path) -> None:
    done = through(home, "--project", "a\nb", "--", "true")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -15 $$"], 143),
        (["no-such-command"], 127),
        (["/etc"], 126),
    ],
)
def test_as_a_child_the_status_is_passed_on(command: list[str], status: int) -> None:
    assert run.spawn(command, {"PATH": os.environ["PATH"]}) == status
