"""What the zone of reports' months is called."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.reports import zones
from franking.settings import load


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("own", "told", "name"),
    [
        ("Asia/Tokyo", "UTC", "Asia/Tokyo"),
        (None, "Europe/Berlin", "Europe/Berlin"),
        (None, "UTC", "this machine's zone"),
    ],
)
def test_the_name_is_that_of_the_days(
    berlin: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str | None, told: str, name: str
) -> None:
    monkeypatch.setattr(zones, "local_zone_name", lambda: told)
    assert zones.zone_name(load(tmp_path / "none.toml").invoice.model_copy(update={"zone": own})) == name
