"""Who is asking."""

import subprocess
from pathlib import Path

import pytest

from franking.views import people


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {"HOME": tmp_path, "FRANKING_CONFIG": tmp_path / "none.toml", "GIT_CONFIG_NOSYSTEM": 1}.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path


def commits_as(folder: Path, address: str) -> Path:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "config", "user.email", address], check=True)
    return folder


def test_every_name_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_ATTRIBUTION__USER", "me")
    one, two = commits_as(home / "one", "me@example.com"), commits_as(home / "two", "me@work.example.com")
    assert people.me(one, two, one) == ("me", "me@example.com", "me@work.example.com")


def test_nobody(home: Path) -> None:
    with pytest.raises(people.NobodyError, match=r"set git's user\.email"):
        people.me(home / "missing")
