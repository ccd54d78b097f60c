"""A program that is kept up: started, started again when it dies, later each time, and ended."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from franking.supervisor import kept
from franking.supervisor.kept import Kept
from support.waiting import until


class _Program(Kept):
    """Python with that text; an empty one is no program. It is told the descriptor that ends with the supervisor."""

    NAME = "the program"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def command(self, alive: int) -> tuple[Sequence[str], Sequence[int]] | None:
        return (("-c", self.text, str(alive)), ()) if self.text else None


UNTIL_ALONE = "import os, sys; os.read(int(sys.argv[1]), 1)"


@contextmanager
def _running(text: str) -> Iterator[_Program]:
    program = _Program(text)
    program.start()
    try:
        yield program
    finally:
        program.stop()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("raise SystemExit(3)", "the program died: exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", "the program died: signal 9"),
    ],
)
def test_a_death_is_told_and_followed_by_another_start(
    text: str, fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kept, "BACK_OFF", (0.0, 1000.0))
    with _running(text) as program:
        until(program.tend, "its first death")
        assert program.fault == fault
        until(lambda: program.tend() or (program.wait() or 0.0) > 100.0, "its second death, and a longer pause")
    assert [record.getMessage().startswith(f"{fault.replace(': ', ' (')})") for record in caplog.records] == [True] * 2


def test_one_that_is_back_for_good_has_no_fault_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "BACK_OFF", (0.0,))
    monkeypatch.setattr(kept, "STEADY", 0.2)
    with _running("raise SystemExit(3)") as program:
        until(program.tend, "its death")
        program.text = UNTIL_ALONE
        until(lambda: not program.tend() and program.fault is None, "it is back")
        assert program.wait() is None


def test_it_is_not_waited_for_while_it_runs_and_stop_ends_it() -> None:
    with _running(UNTIL_ALONE) as program:
        assert program.wait() == 0.0
        assert not program.tend()
        assert program.wait() is None
        assert program.fault is None
    assert not program.tend()
    assert program.wait() is None


def test_no_program_is_no_fault() -> None:
    with _running("") as program:
        assert not program.tend()
        assert (program.fault, program.wait()) == (None, None)


def test_it_can_tell_that_the_supervisor_is_gone() -> None:
    with _running(UNTIL_ALONE) as program:
        program.tend()
        process = program._process
        assert process is not None
        os.close(program._alive)
        program._alive = -1
        assert process.wait(60) == 0
