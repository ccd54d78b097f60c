"""Connections that go from one question to the next: as good as new ones, and soon gone."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import reader
from franking.web import readers
from franking.web.readers import Readers
from support.dashboard import client, seed
from support.ledgers import add, made, record
from support.waiting import until

PAGES = (
    *("/", "/models", "/projects", "/projects/docs", "/features", "/sessions", "/sessions/ses_0", "/explore"),
    *("/explore?by=day&then=project", "/explore?by=session&then=branch", "/requests", "/requests?search=gpt"),
    *("/budgets", "/alerts", "/invoices", "/reports", "/manage/projects", "/export"),
    *("/api/v1/costs?by=project", "/api/v1/requests", "/api/v1/coverage"),
)

ROWS = len(seed(days=2))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return made(tmp_path / "kept.db", seed(days=2))


@pytest.fixture
def kept(ledger: Path) -> Iterator[Readers]:
    found = Readers(ledger)
    yield found
    found.close()


def opened(file: Path) -> int:
    """How many descriptors of this process lead to the file, or to what stood there."""
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except OSError:  # it is closed already
            continue
    return sum(link.removesuffix(" (deleted)") == str(file) for link in links)


def rows(ledger: sqlite3.Connection) -> int:
    return int(ledger.execute("SELECT COUNT(*) FROM requests").fetchone()[0])


def test_the_next_question_has_the_same_one_and_sees_what_was_written_meanwhile(kept: Readers, ledger: Path) -> None:
    with kept.opened() as first:
        before = rows(first)
    add(ledger, record(seed()[0].started_at + 1))
    with kept.opened() as second:
        assert second is first
        assert rows(second) == before + 1


def test_questions_at_a_time_have_one_each_and_few_rest(kept: Readers) -> None:
    with kept.opened() as one, kept.opened() as two, kept.opened() as three:
        before = {one, two, three}
    with kept.opened() as one, kept.opened() as two, kept.opened() as three:
        after = {one, two, three}
    assert len(before) == len(after) == 3
    assert len(before & after) == readers.MOST


def test_any_thread_may_have_it(kept: Readers) -> None:
    with kept.opened() as first:
        pass
    found: list[object] = []

    def ask() -> None:
        with kept.opened() as again:
            found.extend((again, rows(again)))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [first, ROWS]


def test_a_question_leaves_nothing_to_the_next(kept: Readers) -> None:
    with kept.opened() as first:
        first.set_progress_handler(lambda: 1, 1)
    with kept.opened() as second:
        assert rows(second) == ROWS


def test_one_whose_question_failed_is_not_asked_again(kept: Readers, ledger: Path) -> None:
    with pytest.raises(reader.LedgerBrokenError, match="no such table"), kept.opened() as first:
        first.execute("SELECT 1 FROM never")
    assert opened(ledger) == 0


@pytest.mark.parametrize("again", [True, False])
def test_a_ledger_that_was_moved_away_is_let_go(kept: Readers, ledger: Path, again: bool) -> None:
    with kept.opened() as one, kept.opened() as two:
        assert rows(one) == rows(two) == ROWS
    moved = ledger.rename(ledger.with_name("moved.db"))
    if again:
        made(ledger, seed(days=1))
        with kept.opened() as other:
            assert rows(other) == ROWS // 2
    else:
        with pytest.raises(reader.LedgerMissingError), kept.opened():
            pass
    assert opened(moved) == 0


def test_a_ledger_that_was_copied_over_is_read_anew(kept: Readers, ledger: Path, tmp_path: Path) -> None:
    with kept.opened() as one:
        assert rows(one) == ROWS
    other = made(tmp_path / "other.db", seed(days=1))
    before = ledger.stat().st_ino
    ledger.write_bytes(other.read_bytes())
    assert ledger.stat().st_ino == before
    with kept.opened() as two:
        assert rows(two) == ROWS // 2


def test_it_rests_for_a_short_while(kept: Readers, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "REST", 0.05)
    for _ in range(2):
        with kept.opened() as one, kept.opened() as two:
            assert rows(one) == rows(two)
        until(lambda: opened(ledger) == 0, "those that rested are closed")


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_the_ledger_when_it_is_made(ledger: Path, address: str) -> None:
    with client(ledger) as visitor:
        assert visitor.get(address).status_code == 200
        assert opened(ledger) == 1
        add(ledger, record(seed()[0].started_at + 1))
        with closing(sqlite3.connect(ledger)) as own:
            busy, *_ = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy
