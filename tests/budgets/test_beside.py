"""A ledger beside its writer: followed when it is replaced, seen when others commit, and never made."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets.beside import Beside
from franking.ledger.connection import patient
from franking.ledger.schema import LedgerError
from support import ledgers


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return ledgers.made(tmp_path / "ledger.db", [ledgers.record(1)])


@pytest.fixture
def beside(file: Path) -> Iterator[Beside]:
    with closing(Beside(file)) as held:
        yield held


def _requests(beside: Beside) -> int:
    return int(beside.opened().execute("SELECT COUNT(*) FROM requests").fetchone()[0])


def test_it_stays_open_while_the_file_is_the_same(beside: Beside) -> None:
    assert beside.opened() is beside.opened()
    assert beside.renewed == 1


def test_another_file_in_its_place_is_followed(beside: Beside, file: Path, tmp_path: Path) -> None:
    assert _requests(beside) == 1
    other = ledgers.made(tmp_path / "other.db", [ledgers.record(1), ledgers.record(2)])
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    other.replace(file)

    assert _requests(beside) == 2
    assert beside.renewed == 2


def test_the_version_tells_of_others_commits_alone(beside: Beside, file: Path) -> None:
    before = beside.version()
    beside.opened().execute("UPDATE entries SET started_at = started_at")
    assert beside.version() == before

    with closing(patient(file)) as other:
        other.execute("UPDATE entries SET started_at = started_at + 1")
    assert beside.version() != before


def test_it_is_closed_and_opened_again(beside: Beside) -> None:
    beside.opened()
    beside.close()
    beside.close()

    assert _requests(beside) == 1


def test_none_is_made(tmp_path: Path) -> None:
    with closing(Beside(tmp_path / "none.db")) as held, pytest.raises(FileNotFoundError):
        held.opened()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", [5, 999])
def test_another_version_is_refused_and_not_kept(file: Path, tmp_path: Path, version: int) -> None:
    other = Path(shutil.copy(file, tmp_path / "other.db"))
    with closing(sqlite3.connect(other)) as opened:
        opened.execute(f"PRAGMA user_version = {version}")
    with closing(Beside(other)) as held:
        for _ in range(2):
            with pytest.raises(LedgerError):
                held.opened()
