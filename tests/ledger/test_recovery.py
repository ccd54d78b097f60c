import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.recovery import recover
from franking.ledger.rows import encode
from franking.ledger.schema import LedgerError
from support.ledgers import made, record


def left(home: Path, *records: Record) -> None:
    """What a killed sidecar leaves."""
    with closing(Journal(home / "journal", size=1 << 16)) as journal:
        for each in records:
            journal.append(encode(each))


def statuses(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "ledger.db")) as connection:
        return [row[0] for row in connection.execute("SELECT status FROM requests ORDER BY id")]


def test_nothing_at_all_stays_nothing(tmp_path: Path) -> None:
    assert recover(tmp_path) == 0
    assert not list(tmp_path.iterdir())


def test_what_the_journal_holds_comes_in_once(tmp_path: Path) -> None:
    begun = record(1, status="in_flight")
    left(tmp_path, begun, record(2), record(1, id=begun.id, status="ok"), record(3, status="in_flight"))
    assert recover(tmp_path) == 4
    assert statuses(tmp_path) == ["ok", "ok", "interrupted"]
    assert recover(tmp_path) == 0
    assert statuses(tmp_path) == ["ok", "ok", "interrupted"]


def test_a_beginning_does_not_undo_an_end_that_the_ledger_has(tmp_path: Path) -> None:
    ended = record(1, status="ok")
    made(tmp_path / "ledger.db", [ended])
    left(tmp_path, record(1, id=ended.id, status="in_flight"))
    recover(tmp_path)
    assert statuses(tmp_path) == ["ok"]


def test_rows_left_open_are_settled(tmp_path: Path) -> None:
    made(tmp_path / "ledger.db", [record(1, status="in_flight")])
    left(tmp_path)
    assert recover(tmp_path) == 1
    assert statuses(tmp_path) == ["interrupted"]


def test_where_a_sidecar_runs_nothing_is_touched(tmp_path: Path) -> None:
    made(tmp_path / "ledger.db", [record(1, status="in_flight")])
    with closing(Journal(tmp_path / "journal", size=1 << 16)) as journal:
        journal.append(encode(record(2)))
        assert recover(tmp_path) == 0
    assert statuses(tmp_path) == ["in_flight"]


def test_an_entry_that_is_no_row_costs_only_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Journal(tmp_path / "journal", size=1 << 16)) as journal:
        journal.append(b"\xc1 no row")
        journal.append(encode(record(2)))
    assert recover(tmp_path) == 1
    assert statuses(tmp_path) == ["ok"]
    assert "cannot be read" in caplog.text


def test_a_locked_ledger_leaves_the_rows_where_they_are(tmp_path: Path) -> None:
    made(tmp_path / "ledger.db")
    left(tmp_path, record(1))
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError, match="locked"):
            recover(tmp_path)
    assert recover(tmp_path) == 1
    assert statuses(tmp_path) == ["ok"]
