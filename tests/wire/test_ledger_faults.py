"""While the ledger takes no rows requests go on as ever; when it is healed every row is there, once."""

import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import ask, chat
from support.ledger_faults import config, full, in_journal, locked, settled, told, troubled
from support.sidecar import Sidecar
from support.waiting import until

LOCKED_SECONDS = 60 if os.environ.get("FRANKING_LONG") else 0
LOCKED_REQUESTS = 60

Fault = Callable[[Path], Callable[[], None]]
"""Brings a fault about in a home; what it returns heals it."""


def deleted(home: Path) -> Callable[[], None]:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{home / 'ledger.db'}{suffix}").unlink(missing_ok=True)
    return lambda: None


def damaged(home: Path) -> Callable[[], None]:
    with closing(sqlite3.connect(home / "ledger.db")) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (home / "ledger.db").open("r+b") as file:
        file.write(b"\xa5" * (home / "ledger.db").stat().st_size)
    return lambda: None


def through(folder: Path, settings: str, fault: Fault, *, before_is_kept: bool = True) -> Sidecar:
    """A sidecar that meets the fault between two rows and many, and is healed; stopped."""
    sidecar = Sidecar(folder, settings)
    try:
        watch = sidecar.watch()
        assert [ask(sidecar, body=chat()).status for _ in range(2)] == [200, 200]
        watch.rows(2)
        heal = fault(sidecar.home)
        assert {ask(sidecar, body=chat(stream=number % 2 == 0)).status for number in range(40)} == {200}
        heal()
        expected = 42 if before_is_kept else 40
        until(lambda: settled(sidecar) >= expected, "the rows")
    finally:
        status = sidecar.stop()
    assert status == 0
    assert settled(sidecar) == len(sidecar.all_rows()) == expected
    return sidecar


def test_a_lock_may_last(tmp_path: Path, certificates: Certificates, upstream: FakeGateway) -> None:
    sidecar = Sidecar(tmp_path, config(certificates, upstream))
    try:
        watch = sidecar.watch()
        ask(sidecar, body=chat())
        watch.rows(1)
        before = in_journal(sidecar.home)
        release = locked(sidecar.home)
        ends, statuses = threading.Event(), Counter[int]()

        def load() -> None:
            while not ends.is_set():
                statuses[ask(sidecar, body=chat(stream=True)).status] += 1

        workers = [threading.Thread(target=load) for _ in range(3)]
        for worker in workers:
            worker.start()
        deadline = time.monotonic() + LOCKED_SECONDS
        until(
            lambda: time.monotonic() >= deadline and len(in_journal(sidecar.home) - before) >= LOCKED_REQUESTS,
            "requests in the journal",
            LOCKED_SECONDS + 30,
        )
        ends.set()
        for worker in workers:
            worker.join()
        assert "another program has locked it" in troubled(sidecar)
        release()
        until(lambda: settled(sidecar) > statuses[200], "the rows", 60)
        until(lambda: told(sidecar)["last_error"] is None, "that it is well again")
        assert told(sidecar)["rows_lost"] == 0
    finally:
        assert sidecar.stop() == 0
    assert list(statuses) == [200]
    rows = sidecar.all_rows()
    assert len({row["id"] for row in rows}) == len(rows) == settled(sidecar) == statuses[200] + 1


@pytest.mark.parametrize(("fault", "kept"), [(locked, True), (deleted, False), (damaged, False)])
def test_requests_go_on_and_rows_come_in(
    tmp_path: Path, certificates: Certificates, upstream: FakeGateway, fault: Fault, kept: bool
) -> None:
    sidecar = through(tmp_path, config(certificates, upstream), fault, before_is_kept=kept)
    with sqlite3.connect(sidecar.home / "ledger.db") as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert bool(list(sidecar.home.glob("ledger.db.corrupt-*"))) == (fault is damaged)


def test_a_full_disk_is_no_hindrance(small_disk: Path, certificates: Certificates, upstream: FakeGateway) -> None:
    through(small_disk, config(certificates, upstream), full)


def test_a_second_sidecar_on_a_home_is_refused(
    tmp_path: Path, certificates: Certificates, upstream: FakeGateway
) -> None:
    sidecar = Sidecar(tmp_path, config(certificates, upstream))
    try:
        told = sidecar.run("start", "--listen", "127.0.0.1:0", "--no-web")
        assert (told.returncode, ask(sidecar, body=chat()).status) == (1, 200)
        assert told.stderr.count("\n") == 1
    finally:
        assert sidecar.stop() == 0
