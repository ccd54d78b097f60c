"""Where the files are, for a user who has no home folder, too."""

import os
from pathlib import Path

import pytest

from franking import paths


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a user id that the machine does not know, in a container."""

    def unknown(_: int) -> None:
        raise KeyError

    for name in ("HOME", "FRANKING_HOME", "FRANKING_CONFIG", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)


@pytest.mark.parametrize("ask", [paths.home, paths.config_file, paths.ensure_home, paths.ledger_file])
def test_without_a_home_folder_it_is_told_what_to_set(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(paths.NoHomeError, match="set FRANKING_HOME"):
        ask()


def test_a_home_of_franking_s_own_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path))
    assert (paths.home(), paths.config_file()) == (tmp_path, tmp_path / "config.toml")


def test_a_configuration_that_is_named_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_CONFIG", str(tmp_path / "own.toml"))
    assert paths.config_file() == tmp_path / "own.toml"


@pytest.mark.parametrize("name", ["FRANKING_HOME", "XDG_DATA_HOME"])
def test_a_path_that_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, os.fsdecode(b"/tmp/l\xfftin"))
    with pytest.raises(paths.NoHomeError, match="no UTF-8 text: set FRANKING_HOME"):
        paths.home()
