"""A proxy that is killed while its home takes nothing: another one serves at once, and rows come in when it heals."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets.beside import Beside
from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from franking.ledger.schema import VERSION
from support import ledgers
from support.clients import ask, chat
from support.ledger_faults import config, full, has_rows, settled, told
from support.sidecar import Sidecar, child_of, replaced
from support.waiting import until

Start = Callable[[Path], Sidecar]


@pytest.fixture
def start(certificates: Certificates, upstream: FakeGateway) -> Iterator[Start]:
    """A sidecar of this test's own."""
    running: list[Sidecar] = []

    def begin(folder: Path) -> Sidecar:
        running.append(Sidecar(folder, config(certificates, upstream)))
        return running[-1]

    yield begin
    for sidecar in running:
        sidecar.stop()


def ask_many(sidecar: Sidecar, count: int = 20) -> None:
    assert {ask(sidecar, body=chat(stream=number % 2 == 0)).status for number in range(count)} == {200}


def killed(sidecar: Sidecar) -> None:
    """And replaced by one that serves."""
    old = child_of(sidecar)
    os.kill(old, signal.SIGKILL)
    until(lambda: replaced(sidecar, old), "another proxy")


def well(sidecar: Sidecar) -> bool:
    """It has a ledger and a journal, and nothing waits."""
    status = told(sidecar)
    if status["proxy_pid"] != child_of(sidecar) or status["rows_waiting"]:
        return False  # it may be what the one before it said
    return (status["last_error"] or "the proxy died").startswith("the proxy died")


def test_a_home_that_is_read_only(
    start: Start, tmp_path: Path, read_only: Callable[[Path], Callable[[], None]]
) -> None:
    sidecar = start(tmp_path)
    ask_many(sidecar, 1)
    undo = read_only(sidecar.home)
    ask_many(sidecar)
    killed(sidecar)
    ask_many(sidecar)
    serving = child_of(sidecar)
    said = sidecar.run("status")
    assert (said.returncode, said.stdout.splitlines()[-1]) == (
        0,
        f"last error: {sidecar.home} cannot be written: rows wait in memory, and these numbers are older",
    )
    undo()
    until(lambda: well(sidecar), "that it is well", 60)
    assert child_of(sidecar) == serving  # the first that was started instead
    ask_many(sidecar, 1)
    assert told(sidecar)["rows_lost"] == 0
    has_rows(sidecar, 42)


def test_what_it_takes_after_it_is_healed_outlives_a_kill(
    start: Start, tmp_path: Path, read_only: Callable[[Path], Callable[[], None]]
) -> None:
    sidecar = start(tmp_path)
    undo = read_only(sidecar.home)
    killed(sidecar)
    ask_many(sidecar, 5)
    undo()
    until(lambda: settled(sidecar) >= 5, "the rows")
    until(lambda: well(sidecar), "a journal")
    ask_many(sidecar, 5)
    killed(sidecar)
    ask_many(sidecar, 5)
    has_rows(sidecar, 15)


def test_a_full_disk_without_a_journal(small_disk: Path, start: Start) -> None:
    sidecar = start(small_disk)
    ask_many(sidecar, 1)
    until(lambda: settled(sidecar) == 1, "the row")
    (sidecar.home / "journal").unlink()
    killed_on_a_full_disk(sidecar)
    has_rows(sidecar, 21)


def killed_on_a_full_disk(sidecar: Sidecar) -> None:
    old = child_of(sidecar)
    os.kill(old, signal.SIGSTOP)  # so that its room is not found by itself first
    free = full(sidecar.home)
    os.kill(old, signal.SIGKILL)
    until(lambda: replaced(sidecar, old), "another proxy")
    full(sidecar.home)
    ask_many(sidecar)
    free()


def said_to_be_of(version: int, sidecar: Sidecar) -> None:
    with closing(sqlite3.connect(sidecar.home / "ledger.db", timeout=10)) as ledger:
        ledger.execute(f"PRAGMA user_version = {version}")


def test_a_ledger_that_a_newer_franking_has_made(start: Start, tmp_path: Path) -> None:
    sidecar = start(tmp_path)
    ask_many(sidecar, 1)
    until(lambda: settled(sidecar) == 1, "the row")
    said_to_be_of(VERSION + 1, sidecar)
    killed(sidecar)
    ask_many(sidecar)
    assert "newer franking" in until(lambda: told(sidecar)["last_error"], "the error")
    said_to_be_of(VERSION, sidecar)
    has_rows(sidecar, 21)


READS = "import sqlite3, sys; l = sqlite3.connect(sys.argv[1]); l.execute('SELECT * FROM requests'); print(flush=True)"


def test_no_reader_keeps_a_healed_ledger_read_only(
    tmp_path: Path, read_only: Callable[[Path], Callable[[], None]]
) -> None:
    """Connections of one process share SQLite's index, as the first of them opened it."""
    home = tmp_path / "home"
    home.mkdir()
    file = ledgers.made(home / "ledger.db", [ledgers.record(1)])
    command = [sys.executable, "-c", f"{READS}; sys.stdin.read()", str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other, closing(Beside(file)) as it:
        assert other.stdout is not None
        assert other.stdout.readline() == b"\n"  # the index is there, as while a sidecar runs
        undo = read_only(home)
        with closing(sqlite3.connect(file)) as trying:  # the writer, which found the ledger read-only just now
            trying.execute("SELECT * FROM requests").fetchone()
            it.opened()
            undo()
            it.opened()
        it.opened()
        with closing(sqlite3.connect(file, timeout=10)) as writer:
            writer.execute("UPDATE entries SET started_at = 2")
        other.communicate()
