"""A home of its own for each test of the dashboard."""

from pathlib import Path

import pytest

from support.dashboard import seed
from support.ledgers import made


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of the developer's own configuration is seen."""
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path))
    monkeypatch.setenv("FRANKING_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Twenty days of requests that end at NOW."""
    return made(tmp_path / "ledger.db", seed())
