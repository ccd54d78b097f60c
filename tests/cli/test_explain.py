"""``frank explain``: what was stamped, what would be, and why."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from franking.attribution import provenance
from franking.attribution.values import Attribution, Candidate, Fault, Sourced
from support import ledgers
from support.commands import Frank

REMOTE = "https://github.com/example-co/example-repo.git"
HOSTILE = "\x1b[31mx[red]"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(home: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", REMOTE)
    return folder


@pytest.fixture
def ledger(home: Path) -> list[str]:
    found = Attribution(
        project=Sourced("example-repo", "git-remote"),
        candidates=(
            Candidate("project", "git-remote", "example-repo", REMOTE, "won"),
            Candidate("feature", "client-header", HOSTILE, "x-kilocode-feature", "won"),
            Candidate("feature", "command", "cli", "command kilo", "client-header comes first"),
        ),
        faults=(Fault("/r/.kilocode/config.json:3:7", "expected a string"),),
    )
    stamps = (("X-KILOCODE-PROJECTID", "example-repo"),)
    now = time.time_ns() // 1000
    rows = [
        ledgers.record(now - 2_000_000, id="0190aaaa-0000", project_id="old", project_source="git-remote"),
        ledgers.record(
            now - 1_000_000, id="0190aabb-0000", project_id="example-repo", rejected_feature=HOSTILE,
            http_status=200, cost=42_000, model="openai/gpt-4o", provenance=provenance.encode(found, stamps),
        ),
    ]  # fmt: skip
    ledgers.made(home / "ledger.db", rows)
    return [row.id for row in rows]


@pytest.mark.parametrize("name", ["last", "0190aabb-0000", "0190aab", "0190AABB"])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_request_that_was_made(
    ledger: list[str], frank: Frank, monkeypatch: pytest.MonkeyPatch, name: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = frank("explain", name)
    assert told.status == 0
    assert all(cell_len(line) <= width for line in told.out.splitlines())
    out = " ".join(told.out.split())
    assert "X-KILOCODE-PROJECTID: example-repo" in out
    assert "Project: example-repo, by the git remote origin" in out
    assert f"found in {REMOTE}" in out
    assert "✗ the calling command: cli found in command kilo. Lost: client-header comes first" in out
    assert "· the proxy's URL: the proxy's URL holds none" in out
    assert "/r/.kilocode/config.json:3:7: expected a string" in out
    assert "outside the allow-list" in out
    assert "\x1b" not in told.out


def test_a_request_whose_candidates_were_not_kept(ledger: list[str], frank: Frank) -> None:
    assert "Project: old, by git-remote (its candidates were not kept)" in frank("explain", "0190aaaa").out


@pytest.mark.parametrize(
    ("name", "says"),
    [("0190", "several requests' ids begin with '0190': 0190aabb-0000, 0190aaaa-0000"), ("ffff", "no request's id")],
)
def test_an_id_that_names_none_or_several(ledger: list[str], frank: Frank, name: str, says: str) -> None:
    told = frank("explain", name)
    assert (told.status, told.out, told.err.count("\n")) == (1, "", 1)
    assert says in told.err


def test_without_a_ledger(frank: Frank) -> None:
    assert "there is no request yet" in frank("explain", "last").err


def test_json_of_a_request(ledger: list[str], frank: Frank) -> None:
    told = json.loads(frank("explain", "last", "--json").out)
    assert told["stamped"] == {"kilo": [["X-KILOCODE-PROJECTID", "example-repo"]]}
    assert told["fields"]["project"] == {"value": "example-repo", "source": "git-remote"}
    assert told["fields"]["user"] is None
    assert told["request"]["cost"] == "0.000042000"
    lost = next(entry for entry in told["sources"] if entry["source"] == "command" and entry["field"] == "feature")
    assert (lost["value"], lost["won"], lost["outcome"]) == ("cli", False, "client-header comes first")
    assert told["faults"] == [{"where": "/r/.kilocode/config.json:3:7", "what": "expected a string"}]


def test_what_a_tool_started_in_a_directory_would_be_stamped(repository: Path, frank: Frank) -> None:
    told = frank("explain", "--cwd", str(repository))
    assert told.status == 0
    assert "X-KILOCODE-PROJECTID: example-repo" in told.out
    assert "Feature: not known: no source has a say" in told.out


def test_without_an_argument_it_is_this_directory_and_environment(
    repository: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    monkeypatch.setenv("KILOCODE_FEATURE", "cli")
    told = json.loads(frank("explain", "--json").out)
    assert dict(told["stamped"]["kilo"]) == {"X-KILOCODE-PROJECTID": "example-repo", "X-KILOCODE-FEATURE": "cli"}
    assert told["fields"]["feature"] == {"value": "cli", "source": "process-env"}


def test_a_process_that_runs(repository: Path, frank: Frank) -> None:
    environment = os.environ | {"FRANKING_PROJECT": "named"}
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, cwd=repository, env=environment, stdin=subprocess.PIPE) as child:
        told = json.loads(frank("explain", "--pid", str(child.pid), "--json").out)
        child.kill()
    assert told["fields"]["project"] == {"value": "named", "source": "process-env"}
    remote = next(entry for entry in told["sources"] if entry["source"] == "git-remote")
    assert (remote["value"], remote["won"]) == ("example-repo", False)


def test_what_is_not_there(frank: Frank, tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for arguments in (["--cwd", str(tmp_path / "nothing")], ["--pid", str(gone.pid)]):
        told = frank("explain", *arguments)
        assert (told.status, told.err.count("\n")) == (1, 1)
