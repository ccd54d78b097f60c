import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import checkpoints
from franking.ledger.checkpoints import Checkpoints
from franking.ledger.connection import connect
from franking.ledger.rows import write
from franking.ledger.sides import Sides
from support.ledgers import record


def add_rows(connection: sqlite3.Connection, count: int) -> None:
    for number in range(count):
        write(connection, [record(number, prompt_preview="x" * 500)], Sides())


def test_the_log_is_moved_into_the_ledger_beside_the_open_writer(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with closing(connect(file)) as connection:
        work = Checkpoints(file)
        add_rows(connection, 200)
        before = file.stat().st_size
        work.after(999, connection)
        work.finish()
        assert file.stat().st_size == before
        work.after(1, connection)
        work.finish()
        assert file.stat().st_size > before + 100_000


def test_a_log_past_its_bound_is_wholly_moved_by_the_writer_and_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "_BOUND_PAGES", 10)
    file, log = tmp_path / "ledger.db", tmp_path / "ledger.db-wal"
    sizes = []
    with closing(connect(file)) as connection, closing(sqlite3.connect(file, isolation_level=None)) as reader:
        work = Checkpoints(file)
        for _ in range(6):
            add_rows(connection, 200)
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM requests").fetchone()
            add_rows(connection, 1)  # the pass cannot move it, as if it came in meanwhile
            work.after(1000, connection)
            work.finish()
            reader.execute("COMMIT")
            work.after(1, connection)
            sizes.append(log.stat().st_size)
    assert sizes[-1] < 2 * sizes[0]


def test_a_deleted_ledger_does_not_come_back_empty(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with closing(connect(file)) as connection:
        file.unlink()
        work = Checkpoints(file)
        work.after(1000, connection)
        work.finish()
        assert not file.exists()
