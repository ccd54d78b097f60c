"""A home of its own for each test of the supervisor's parts."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty, and without a configuration."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("FRANKING_HOME", str(folder))
    monkeypatch.setenv("FRANKING_CONFIG", str(tmp_path / "none.toml"))
    return folder
