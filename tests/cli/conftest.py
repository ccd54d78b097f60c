"""A home of its own for each test of a command."""

from pathlib import Path

import pytest

from support.commands import Frank


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home and configuration; nothing of the developer's own environment is seen."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("FRANKING_HOME", str(folder))
    monkeypatch.setenv("FRANKING_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "FRANKING_DEBUG", "KILOCODE_FEATURE", "FRANKING_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def frank(home: Path, capsys: pytest.CaptureFixture[str]) -> Frank:
    """``frank(*arguments)`` on that home."""
    return Frank(capsys)
