"""Whoever needs a sidecar gets one that takes connections: the one that runs, or the next."""

import socket
from collections.abc import Iterator

import pytest

from franking.supervisor import launch
from franking.supervisor.state import State
from support.clients import refusing_port


def state(pid: int, port: int) -> State:
    return State(pid=pid, version="0", started_at=0, proxy=("127.0.0.1", port))


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def refusing() -> Iterator[int]:
    with refusing_port() as port:
        yield port


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[State | None]:
    """What is told of the running sidecar, question by question; the last answer stands."""
    answers: list[State | None] = []
    monkeypatch.setattr(launch, "read_state", lambda: answers.pop(0) if len(answers) > 1 else answers[0])
    monkeypatch.setattr(launch, "detach", lambda _: state(99, 1))
    return answers


def test_none_runs(told: list[State | None]) -> None:
    told[:] = [None]
    assert launch.ensure_running().pid == 99


def test_one_runs(told: list[State | None], listening: int) -> None:
    told[:] = [state(1, listening)]
    assert launch.ensure_running().pid == 1


def test_one_is_about_to_end(told: list[State | None], refusing: int) -> None:
    told[:] = [state(1, refusing)] * 3 + [None]
    assert launch.ensure_running().pid == 99


def test_one_ends_and_another_is_started_meanwhile(told: list[State | None], refusing: int, listening: int) -> None:
    told[:] = [state(1, refusing)] * 3 + [state(2, listening)]
    assert launch.ensure_running().pid == 2
