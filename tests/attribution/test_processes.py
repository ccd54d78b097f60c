"""What ``/proc`` says of real processes. Linux only."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("/proc is Linux's", allow_module_level=True)

from franking.attribution import processes

WAITS = "import sys; print(flush=True); sys.stdin.read()"

Start = Callable[..., int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Python processes that wait until the test's end; each is up when this returns its pid."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str, cwd: Path | None = None, environment: dict[str, str] | None = None) -> int:
        made = subprocess.Popen(
            [sys.executable, "-c", WAITS, *arguments],
            cwd=cwd, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        running.append(made)
        assert made.stdout is not None
        made.stdout.readline()
        return made.pid

    yield begin
    for each in running:
        each.communicate()


def gone() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_process_and_its_parents(start: Start) -> None:
    pid = start()
    found = processes.status(pid)
    assert found.parent == os.getpid()
    assert found.started == processes.started(pid)
    assert found.started >= processes.status(os.getpid()).started
    first, status = next(processes.ancestors(found))
    assert (first, status) == (os.getpid(), found)
    assert pid in processes.pids()


@pytest.mark.parametrize(
    ("last", "order"),
    [
        (32_000, [32_000, 700, 12, 1]),
        (700, [700, 12, 1, 32_000]),
        (12, [12, 1, 32_000, 700]),
        (4_000_000, [32_000, 700, 12, 1]),
    ],
)
def test_pids_begin_again_after_the_highest(last: int, order: list[int]) -> None:
    assert processes.newest_first([1, 12, 700, 32_000], last) == order


def test_who_was_started_last_comes_first(start: Start) -> None:
    older, newer = start(), start()
    found = processes.pids()
    assert found.index(newer) < found.index(older)


def test_what_was_started_last_is_known_without_a_list(start: Start) -> None:
    # Twice, as pids may begin again from the bottom just then.
    assert any(start() in processes.newest_tasks(32_768) for _ in range(2))
    assert len(processes.newest_tasks(3)) == 3


def test_a_thread_s_process() -> None:
    found: list[int] = []
    other = threading.Thread(target=lambda: found.append(processes.process_of(threading.get_native_id())))
    other.start()
    other.join()
    assert [*found, processes.process_of(os.getpid())] == [os.getpid()] * 2


def test_a_process_that_is_gone() -> None:
    pid = gone()
    assert processes.process_of(pid) == pid
    assert processes.started(pid) is None
    orphan = processes.Status(parent=pid, session=0, started=0)
    assert list(processes.ancestors(orphan)) == [(pid, orphan)]
    assert processes.link(f"/proc/{pid}/cwd") is None
    for ask in (processes.status, processes.arguments, processes.working_directory):
        with pytest.raises(OSError, match=r"No such|no such"):
            ask(pid)


@pytest.mark.parametrize("name", ["a b) (", "))", "(x) R 1 2 3"])
def test_a_name_that_looks_like_the_fields_after_it(start: Start, tmp_path: Path, name: str) -> None:
    program = tmp_path / name
    program.symlink_to("/bin/sleep")
    child = subprocess.Popen([program, "3600"])
    try:
        assert processes.status(child.pid).parent == os.getpid()
    finally:
        child.kill()
        child.wait()


def test_the_working_directory_is_told_where_it_is_and_where_it_was(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "a folder (deleted)"
    folder.mkdir()
    pid = start(cwd=folder)
    assert processes.working_directory(pid) == (str(folder), None)
    folder.rmdir()
    assert processes.working_directory(pid) == (str(folder), "its working directory was removed")


@pytest.mark.parametrize("arguments", [("",), ("a b", "", "\n"), ("é", "x" * 5000)])
def test_arguments_are_told_one_by_one(start: Start, arguments: tuple[str, ...]) -> None:
    assert processes.arguments(start(*arguments))[3:] == arguments


def test_only_the_wanted_variables_are_told(start: Start) -> None:
    pid = start(environment={"HOME": "/x=y", "SECRET": "s", "EMPTY": ""})
    assert processes.environment(pid, frozenset({"HOME", "EMPTY", "ABSENT"})) == {"HOME": "/x=y", "EMPTY": ""}
