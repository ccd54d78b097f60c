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


@pytest.mark.parametrize(
    ("left", "again", "counted"),
    [
        ('{"requests": 7, "blocked": 2, "in_flight": 3}', True, (12, 6, 1)),
        ('{"requests": 7, "blocked": 2}', False, (5, 4, 1)),
        ('{"requests": null}', True, (5, 4, 1)),
        ("[]", True, (5, 4, 1)),
        ("{", True, (5, 4, 1)),
        (None, True, (5, 4, 1)),
    ],
)
def test_what_a_proxy_counted_that_died_counts_on(
    tmp_path: Path, left: str | None, again: bool, counted: tuple[int, int, int]
) -> None:
    file = tmp_path / "health.json"
    if left is not None:
        file.write_text(left)
    told = Health(file, Numbers(), Numbers(), Numbers(), again=again).read()
    assert (told["requests"], told["blocked"], told["in_flight"]) == counted


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
