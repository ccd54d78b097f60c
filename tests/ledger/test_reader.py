"""Opening the ledger to read it, and saying plainly why that cannot be done."""

import sqlite3
from pathlib import Path

import pytest

from franking.ledger import reader
from franking.ledger.schema import APPLICATION_ID, VERSION
from support import ledgers


def test_it_cannot_be_written_to(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "ledger.db", [ledgers.record(1)])
    with (
        pytest.raises(reader.LedgerBrokenError, match=r"readonly|read-only"),
        reader.opened(file) as ledger,
    ):
        ledger.execute("DELETE FROM entries")
    with reader.opened(file) as ledger:
        assert ledger.execute("SELECT COUNT(*) FROM requests").fetchone() == (1,)


def test_a_name_full_of_what_means_something_in_a_url_is_a_name(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "a?mode=rwc&x#%20 é" / "ledger.db", [ledgers.record(1)])
    with reader.opened(file) as ledger:
        assert ledger.execute("SELECT COUNT(*) FROM requests").fetchone() == (1,)


def test_no_ledger_is_no_fault(tmp_path: Path) -> None:
    with pytest.raises(reader.LedgerMissingError, match="no ledger yet"), reader.opened(tmp_path / "ledger.db"):
        pass
    assert not (tmp_path / "ledger.db").exists()


def test_an_empty_file_is_an_empty_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()
    with pytest.raises(reader.LedgerMissingError, match="empty yet"), reader.opened(tmp_path / "ledger.db"):
        pass


@pytest.mark.parametrize(
    ("application", "version", "said"),
    [
        (0, 1, "another program's database"),
        (APPLICATION_ID, VERSION + 1, "a newer franking"),
        (APPLICATION_ID, 0, "an older franking"),
    ],
)
def test_another_kind_or_version_is_told(tmp_path: Path, application: int, version: int, said: str) -> None:
    file = tmp_path / "ledger.db"
    with sqlite3.connect(file) as ledger:
        ledger.execute("CREATE TABLE other (id)")
        ledger.execute(f"PRAGMA application_id = {application}")
        ledger.execute(f"PRAGMA user_version = {version}")
    ledger.close()
    with pytest.raises(reader.LedgerBrokenError, match=said), reader.opened(file):
        pass


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("this is no database, but it is long enough to be taken for one" * 20)
    with pytest.raises(reader.LedgerBrokenError, match="frank doctor"), reader.opened(tmp_path / "ledger.db"):
        pass
