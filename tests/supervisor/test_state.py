"""What a sidecar tells of itself: believed while its home is locked, and only then."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from franking.supervisor import lock
from franking.supervisor.state import State, read_health, read_state, write_state

STATE = State(pid=1, version="1", started_at=2, proxy=("127.0.0.1", 8787), reverse={"https://api.kilo.ai": 8790})


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    held = lock.acquire(home)
    assert held is not None
    try:
        yield
    finally:
        os.close(held)


def test_it_is_believed_while_the_home_is_locked(home: Path) -> None:
    write_state(STATE)
    with _locked(home):
        assert read_state() == STATE
    assert read_state() is None
    assert [each.name for each in home.iterdir() if each.suffix == ".new"] == []


@pytest.mark.parametrize("written", [None, b"", b"{}", b'{"pid": "one"}', b"\xff"])
def test_what_is_no_state_is_none(home: Path, written: bytes | None) -> None:
    if written is not None:
        (home / "state.json").write_bytes(written)
    with _locked(home):
        assert read_state() is None


@pytest.mark.parametrize(
    ("bound", "url"),
    [
        (("127.0.0.1", 8787), "http://127.0.0.1:8787"),
        (("0.0.0.0", 1), "http://127.0.0.1:1"),
        (("::", 2), "http://[::1]:2"),
        (("fe80::1", 3), "http://[fe80::1]:3"),
    ],
)
def test_how_it_is_reached(bound: tuple[str, int], url: str) -> None:
    state = State(pid=1, version="1", started_at=2, proxy=bound, web=bound)
    assert (state.proxy_url, state.web_url) == (url, url)


def test_without_a_dashboard_there_is_no_url() -> None:
    assert STATE.web_url is None


@pytest.mark.parametrize(("written", "numbers"), [(None, {}), (b"[]", {}), (b"{", {}), (b'{"rows": 1}', {"rows": 1})])
def test_the_proxys_numbers(home: Path, written: bytes | None, numbers: dict[str, int]) -> None:
    if written is not None:
        (home / "health.json").write_bytes(written)
    assert read_health() == numbers
