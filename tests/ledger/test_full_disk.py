"""The writer on small disks of its own: full and freed, read-only and made writable. Needs the right to mount."""

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.schema import LedgerError
from franking.ledger.writer import Writer
from support.ledgers import made, record

PAUSES = (0.01, 0.02)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if (
        not mount
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True).returncode
    ):
        pytest.skip("may not mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def ids(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [row[0] for row in connection.execute("SELECT id FROM requests ORDER BY id")]


async def soon(futures: list[asyncio.Future[None]]) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*futures)


async def test_rows_wait_on_a_full_disk_and_come_in_when_it_is_freed(disk: Path) -> None:
    writer = Writer(disk / "ledger.db", disk / "journal", journal_size=1 << 20, pauses=PAUSES)
    await writer.start()
    before, during = [record(n) for n in range(20)], [record(n, provenance="x" * 300) for n in range(20, 500)]
    await soon([writer.put(each) for each in before])
    fill(disk)
    futures = [writer.put(each) for each in during]
    await writer.flush()
    assert "disk is full" in (writer.last_error or "")
    assert writer.waiting
    (disk / "filler").unlink()
    await soon(futures)
    assert (writer.lost, writer.last_error) == (0, None)
    await writer.close()
    assert ids(disk / "ledger.db") == [each.id for each in before + during]


async def test_a_start_on_a_full_disk_takes_rows_where_a_journal_is(disk: Path) -> None:
    writer = Writer(disk / "ledger.db", disk / "journal", journal_size=1 << 20, pauses=PAUSES)
    await writer.start()
    await writer.close()
    fill(disk)
    (disk / "ledger.db").unlink()
    fill(disk)
    writer = Writer(disk / "ledger.db", disk / "journal", journal_size=1 << 20, pauses=PAUSES)
    await writer.start()
    made_rows = [record(n) for n in range(300)]
    futures = [writer.put(each) for each in made_rows]
    await writer.flush()
    (disk / "filler").unlink()
    await soon(futures)
    await writer.close()
    assert (ids(disk / "ledger.db"), writer.lost) == ([each.id for each in made_rows], 0)


async def test_a_first_start_on_a_full_disk_says_so(disk: Path) -> None:
    fill(disk)
    with pytest.raises(LedgerError, match="free some space"):
        await Writer(disk / "ledger.db", disk / "journal").start()


async def test_rows_wait_while_the_ledger_is_read_only(disk: Path, tmp_path: Path) -> None:
    made(disk / "ledger.db", [record(1)])
    remount(disk, "ro")
    writer = Writer(disk / "ledger.db", tmp_path / "journal", journal_size=1 << 20, pauses=PAUSES)
    await writer.start()
    future = writer.put(record(2))
    await writer.flush()
    assert writer.last_error
    assert not future.done()
    remount(disk, "rw")
    await soon([future])
    await writer.close()
    assert len(ids(disk / "ledger.db")) == 2
