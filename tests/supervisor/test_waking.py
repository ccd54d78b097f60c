"""Waiting that ends with a byte, with a signal, or with the time."""

import os
import select
import signal
from collections.abc import Iterator

import pytest

from franking.supervisor.waking import Waking


@pytest.fixture
def waking() -> Iterator[Waking]:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    waking = Waking()
    try:
        yield waking
    finally:
        waking.forget()
        signal.signal(signal.SIGUSR1, before)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_what_can_be_read(waking: Waking, pipe: tuple[int, int]) -> None:
    assert waking.wait([pipe[0]], 0) == []
    os.write(pipe[1], b"x")
    assert waking.wait([pipe[0]], None) == [pipe[0]]


def test_a_signal_ends_one_wait(waking: Waking, pipe: tuple[int, int]) -> None:
    os.kill(os.getpid(), signal.SIGUSR1)
    assert waking.wait([pipe[0]], None) == []
    assert select.select([waking._read], [], [], 0)[0] == []
    os.write(pipe[1], b"x")
    os.kill(os.getpid(), signal.SIGUSR1)
    assert waking.wait([pipe[0]], None) == [pipe[0]]
