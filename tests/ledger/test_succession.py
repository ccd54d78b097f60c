"""Another journal in place of one that is gone or could not be had, and the rows that it holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.journal import Journal, JournalHeldError
from franking.ledger.no_journal import NoJournal
from franking.ledger.rows import encode
from franking.ledger.schema import LedgerError
from franking.ledger.store import Store
from franking.ledger.succession import Succession, inherited
from support.ledgers import made, record

SIZE = 1 << 16


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "ledger.db")) as store:
        yield store


def succession(home: Path, pause: float = 0.0) -> Succession:
    file = home / "journal"
    return Succession(file, lambda wait: Journal(file, size=SIZE, wait=wait), pause)


def left_behind(home: Path, *payloads: bytes) -> None:
    """By a process that is gone."""
    with closing(Journal(home / "journal", size=SIZE)) as journal:
        for payload in payloads:
            journal.append(payload)


def statuses(home: Path) -> dict[str, str]:
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        return dict(ledger.execute("SELECT id, status FROM requests"))


def test_the_first_is_the_files_own(tmp_path: Path) -> None:
    with closing(succession(tmp_path).first(0.0, at_any_rate=True)) as journal:
        assert (type(journal), journal.file) == (Journal, tmp_path / "journal")


def test_without_one_there_is_a_beginning_only_at_any_rate(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    chosen = succession(tmp_path)
    with pytest.raises(LedgerError, match="cannot be opened"):
        chosen.first(0.0, at_any_rate=False)
    assert isinstance(chosen.first(0.0, at_any_rate=True), NoJournal)
    assert (chosen.fault or "").startswith(f"rows wait in memory alone: {tmp_path / 'journal'}: cannot be opened")


def test_another_owner_is_said_to_be_one(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal", size=SIZE)), pytest.raises(JournalHeldError):
        succession(tmp_path).first(0.0, at_any_rate=False)


def test_none_is_looked_for_while_there_is_one(tmp_path: Path, store: Store) -> None:
    assert succession(tmp_path).next(False, store) is None
    assert not (tmp_path / "journal").exists()


def test_what_the_next_one_holds_is_in_the_ledger_first(tmp_path: Path, store: Store) -> None:
    open_, both, mine = record(1, status="in_flight"), record(2, status="in_flight"), record(3, status="in_flight")
    ended = record(2, id=both.id)
    settled = record(4)
    made(tmp_path / "ledger.db", [settled])
    store.write([])  # what an earlier run left open is settled by now
    store.write([mine])
    again = record(4, id=settled.id, status="in_flight")
    left_behind(tmp_path, *map(encode, (open_, both, ended, again)), b"no row")
    chosen = succession(tmp_path)
    journal = chosen.next(True, store)
    assert journal is not None
    with closing(journal):
        assert (journal.pending(), journal.lost, chosen.fault) == ([], 1, None)
    assert statuses(tmp_path) == {
        open_.id: "interrupted", both.id: "ok", mine.id: "in_flight", settled.id: "ok"
    }  # fmt: skip
    assert (store.recovered, store.interrupted) == (3, 1)


def test_what_the_ledger_does_not_take_now_stays_for_the_next_look(tmp_path: Path, store: Store) -> None:
    row = record(1)
    left_behind(tmp_path, encode(row))
    chosen = succession(tmp_path)
    with closing(sqlite3.connect(made(tmp_path / "ledger.db"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert chosen.next(True, store) is None
        assert "locked" in (chosen.fault or "")
    journal = chosen.next(True, store)
    assert journal is not None
    journal.close()
    assert statuses(tmp_path) == {row.id: "ok"}
    assert chosen.fault is None


def test_between_two_looks_there_is_a_pause(tmp_path: Path, store: Store) -> None:
    (tmp_path / "journal").mkdir()
    chosen = succession(tmp_path, pause=3600)
    assert chosen.next(True, store) is None
    (tmp_path / "journal").rmdir()
    assert chosen.next(True, store) is None
    assert chosen.fault
    assert not (tmp_path / "journal").exists()


def test_the_same_fault_is_logged_once(tmp_path: Path, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "journal").mkdir()
    chosen = succession(tmp_path)
    for _ in range(3):
        assert chosen.next(True, store) is None
    assert len(caplog.messages) == 1


def test_nothing_is_inherited_from_no_journal(tmp_path: Path) -> None:
    assert inherited(NoJournal(tmp_path / "journal")) == ([], 0)
