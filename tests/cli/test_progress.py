"""Signs of life: on a terminal after a second, gone when the work is done; nothing in a pipe."""

import os
import pty
import select
import subprocess
import sys

import pytest

from franking.cli import progress
from franking.cli.progress import Progress, each

WORK = """
import sys, time
from franking.cli import progress
progress._BEGINS = progress._PAUSE = 0.01
with progress.Progress("request", 400, doing="Dropping") as work:
    work.advance(100)
    while not work._drawn: time.sleep(0.01)
    work.clear()
    print("a line", flush=True)
for number in progress.each([1, 2], "Checking"): print(number, flush=True)
"""


def on_a_terminal(script: str, **variables: str) -> str:
    """What a script writes on a terminal."""
    terminal, inside = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"} | variables
    process = subprocess.Popen([sys.executable, "-c", script], stdout=inside, stderr=inside, env=environment)
    os.close(inside)
    seen = b""
    while select.select([terminal], [], [], 30)[0]:
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            break
    os.close(terminal)
    assert process.wait(60) == 0
    return seen.decode()


def test_it_is_drawn_and_goes() -> None:
    seen = on_a_terminal(WORK)
    assert "\r⠋ 100 requests  25%  " in seen
    assert " left\x1b[K" in seen
    assert "\r\x1b[Ka line\r\n" in seen
    assert seen.endswith("2\r\n")


def test_a_dumb_terminal_sees_nothing_of_it() -> None:
    quick = WORK.replace("while not work._drawn: time.sleep(0.01)", "time.sleep(0.1)")
    assert on_a_terminal(quick, TERM="dumb") == "a line\r\n1\r\n2\r\n"


def test_a_pipe_sees_nothing_of_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_BEGINS", 0)
    with Progress("request", 10) as work:
        work.advance(5)
        work.clear()
    assert list(each(range(3), "Checking")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("whole", "number", "part", "line"),
    [
        (None, 0, 0, "Working  3.0s"),
        (None, 1, 1, "1 request  3.0s"),
        (100, 0, 0, "Working  3.0s"),
        (100, 2500, 25, "2,500 requests  25%  9.0s left"),
        (100, 9, 200, "9 requests  100%  0ms left"),
    ],
)
def test_what_it_says(whole: int | None, number: int, part: int, line: str) -> None:
    work = Progress("request", whole)
    work.at(number, part)
    assert work._line(3_000_000) == line


def test_a_fault_goes_through() -> None:
    with pytest.raises(ZeroDivisionError), Progress(doing="Dividing"):
        _ = 1 // 0
    with pytest.raises(ZeroDivisionError):
        list(each((1 // number for number in (1, 0)), "Dividing"))
