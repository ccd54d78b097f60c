"""The proxy's numbers on disk: as they are, and harmless where they cannot be written."""

import json
from pathlib import Path

import pytest

from franking.proxy.health import Health


class Numbers:
    """A proxy, its books and its checks, in one."""

    requests, under_way, waiting, lost, blocked = 5, 1, 2, 3, 4
    last_error: str | None = "the disk is full"
    fault: str | None = None


def health(file: Path) -> Health:
    return Health(file, Numbers(), Numbers(), Numbers())


def test_they_are_written_as_they_are(tmp_path: Path) -> None:
    told = health(tmp_path / "health.json")
    told.write()
    written = json.loads((tmp_path / "health.json").read_text())
    assert written == told.read()
    assert {"requests": 5, "in_flight": 1, "waiting": 2, "lost": 3, "last_error": "the disk is full"}.items() <= (
        written.items()
    )
    assert [file.name for file in tmp_path.iterdir()] == ["health.json"]


def test_what_cannot_be_written_is_said_once_each_time_it_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = health(tmp_path / "home" / "health.json")
    for _ in range(3):
        told.write()
    assert len(caplog.messages) == 1
    (tmp_path / "home").mkdir()
    told.write()
    (tmp_path / "home" / "health.json").unlink()
    (tmp_path / "home").rmdir()
    told.write()
    assert len(caplog.messages) == 2
