"""While the ledger takes no rows requests go on as ever; when it is healed every row is there, once."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import ask, chat
from support.sidecar import Sidecar
from support.waiting import until

Fault = Callable[[Path], Callable[[], None]]
"""Brings a fault about in a home; what it returns heals it."""


def locked(home: Path) -> Callable[[], None]:
    other = sqlite3.connect(home / "ledger.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other.close


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


def full(home: Path) -> Callable[[], None]:
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler.unlink


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, 24 MB; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = [mount or "", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if not mount or subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def config(certificates: Certificates, gateway: FakeGateway) -> str:
    return (
        f'[upstream]\nca_file = "{certificates.ca_file}"\n'
        f'[upstream.resolve]\n"api.kilo.ai:443" = "127.0.0.1:{gateway.port}"\n'
    )


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
        until(lambda: settled(sidecar) >= expected, "the rows", 20)
    finally:
        status = sidecar.stop()
    assert status == 0
    assert settled(sidecar) == len(sidecar.all_rows()) == expected
    return sidecar


def settled(sidecar: Sidecar) -> int:
    try:
        return sum(row["status"] == "ok" for row in sidecar.all_rows())
    except sqlite3.Error:
        return 0  # healing


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
