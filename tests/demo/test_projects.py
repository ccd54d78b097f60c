"""The demo's data: what it makes on disk, and that it shows what it should."""

import json
import subprocess
from pathlib import Path

import pytest

from franking.demo import projects


@pytest.mark.parametrize("git", [True, False])
def test_folders_are_made(tmp_path: Path, git: bool) -> None:
    projects.make(tmp_path, git=git)
    for project in projects.PROJECTS:
        assert (tmp_path / project.name / ".git").exists() == git
    told = json.loads((tmp_path / "shop" / ".kilocode" / "config.json").read_text(encoding="utf-8"))
    assert told == {"project": {"id": "client-b"}}
    if git:
        shown = subprocess.run(
            ["git", "remote", "get-url", "origin"],
            cwd=tmp_path / "client-a",
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown.stdout.strip() == projects.PROJECTS[0].origin


def test_it_shows_both_clients_both_ways_in_every_project() -> None:
    assert {ask.project for ask in projects.ASKS} == {project.name for project in projects.PROJECTS}
    assert {(ask.client, ask.streamed) for ask in projects.ASKS} == {
        (client, streamed) for client in ("curl", "python") for streamed in (True, False)
    }


@pytest.mark.parametrize("ask", projects.ASKS)
def test_every_body_says_its_model_and_whether_it_streams(ask: projects.Ask) -> None:
    told = json.loads(ask.body)
    assert (told["model"], told["stream"]) == (ask.model, ask.streamed)
    assert ("prompt" in told) == (ask.url == projects.FIM)
