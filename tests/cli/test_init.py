"""``frank init``: files that change nothing until they are edited, and are never overwritten unasked."""

import json
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

from franking import paths, settings
from franking.attribution.places import Places
from franking.cli import init
from support.commands import Frank


def test_the_configuration_is_written_where_it_is_read_and_changes_nothing(frank: Frank, tmp_path: Path) -> None:
    before = settings.load()
    told = frank("init")
    assert (told.status, told.out) == (0, f"Wrote {tmp_path / 'config.toml'}\n")
    assert settings.load() == before
    text = (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert all(not value for value in tomllib.loads(text).values())
    assert '# proxy = "127.0.0.1:8787"' in text


def test_uncommenting_one_key_is_enough(frank: Frank, tmp_path: Path) -> None:
    frank("init")
    file = tmp_path / "config.toml"
    file.write_text(file.read_text().replace('# prompts = "none"', 'prompts = "preview"'))
    assert settings.load().privacy.prompts == "preview"


def test_nothing_is_overwritten_unasked(frank: Frank, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# mine\n")
    told = frank("init")
    assert told.status == 1
    assert "--force" in told.err
    assert (tmp_path / "config.toml").read_text() == "# mine\n"
    assert frank("init", "--force").status == 0
    assert (tmp_path / "config.toml").read_text() != "# mine\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [([], "example-repo"), (["web"], "web"), ([""], ""), (['with "quotes" and ü'], 'with "quotes" and ü')],
)
def test_a_projects_own_file(
    frank: Frank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], named: str
) -> None:
    top = tmp_path / "checkout"
    (top / "deep").mkdir(parents=True)
    subprocess.run(["git", "-C", str(top), "init", "-q"], check=True)
    origin = "git@github.com:example-co/example-repo.git"
    subprocess.run(["git", "-C", str(top), "remote", "add", "origin", origin], check=True)
    monkeypatch.chdir(top / "deep")
    assert frank("init", "--project", *arguments).status == 0
    written = json.loads((top / ".kilocode" / "config.json").read_text(encoding="utf-8"))
    assert written["project"] == {"id": named}
    assert written["$schema"]
    found = Places().at(str(top / "deep"), {}).project_file
    assert found is not None
    assert found.project_id == named
    assert frank("init", "--project", "other").status == 1


def test_outside_of_a_repository_it_is_this_directory(
    frank: Frank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert frank("init", "--project").status == 0
    assert json.loads((folder / ".kilocode" / "config.json").read_text())["project"] == {"id": "plain"}


def test_a_folder_that_may_not_be_written_is_one_line(frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_CONFIG", "/proc/nothing/config.toml")
    told = frank("init")
    assert (told.status, told.err.count("\n")) == (1, 1)


def test_every_shipped_key_is_in_it() -> None:
    shipped = paths.shipped("franking.toml").read_text(encoding="utf-8")
    assert len(init.commented(shipped).splitlines()) == len(shipped.splitlines())
    assert stat.S_ISREG(paths.shipped("kilocode-config.schema.json").stat().st_mode)
