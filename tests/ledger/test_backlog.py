import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import backlog as backlog_module
from franking.ledger.backlog import Backlog
from franking.ledger.journal import Journal
from franking.ledger.no_journal import NoJournal
from franking.ledger.record import Record
from franking.ledger.rows import decode
from franking.ledger.waiting import Row
from support.ledgers import record


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal", size=1 << 16)) as journal:
        yield journal


def add(backlog: Backlog, made: Record, since: float = 0.0) -> Row:
    return backlog.add(made, since, asyncio.get_running_loop().create_future())


def held(journal: Journal) -> list[Record]:
    return [decode(payload) for _, payload in journal.pending()]


async def test_a_row_that_waits_stays_in_the_journal_while_later_ones_are_settled(journal: Journal) -> None:
    backlog = Backlog(journal)
    begun, first, last = record(1, status="in_flight"), record(2), record(3)
    add(backlog, begun, since=5)
    add(backlog, first)
    assert [row.record for row in backlog.batch(10, ripe=0)] == [first]
    add(backlog, last)
    backlog.settle()
    assert held(journal) == [begun, first, last]
    backlog.batch(10, ripe=5)
    backlog.settle()
    assert held(journal) == []
    assert len(backlog) == 0


async def test_what_is_given_back_comes_again_in_its_order_and_the_last_word_counts(journal: Journal) -> None:
    backlog = Backlog(journal)
    begun, one, two, three = record(1, status="in_flight"), record(2), record(3), record(4)
    rows = [add(backlog, made) for made in (begun, one, two)]
    backlog.batch(10, ripe=0)
    ended = record(1, id=begun.id)
    add(backlog, three)
    final = add(backlog, ended)
    backlog.give_back()
    assert [row.record for row in backlog.batch(10, ripe=0)] == [one, two, three, ended]
    backlog.settle()
    await asyncio.gather(final.done, *(row.done for row in rows))
    assert held(journal) == []


async def test_a_batch_has_a_limit_and_takes_ends_first(journal: Journal) -> None:
    backlog = Backlog(journal)
    for made in (record(1, status="in_flight"), record(2), record(3), record(4)):
        add(backlog, made)
    assert [[row.record.started_at for row in backlog.batch(2, ripe=0)] for _ in range(3)] == [[2, 3], [4, 1], []]


async def test_a_future_that_somebody_cancelled_harms_nobody(journal: Journal) -> None:
    backlog = Backlog(journal)
    rows = [add(backlog, record(1)), add(backlog, record(2))]
    rows[0].done.cancel()
    backlog.batch(10, ripe=0)
    backlog.settle()
    assert rows[1].done.done()


async def test_rows_in_memory_alone_are_bounded_by_size_and_noted_until_they_come_in(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog_module, "_MEMORY_BYTES", 100_000)
    backlog = Backlog(journal)
    while len(journal.pending()) == len(backlog):
        add(backlog, record(1, provenance="x" * 20_000))
    while not add(backlog, record(1, provenance="x" * 20_000)).done.done():
        pass
    in_memory = len(backlog) - len(journal.pending())
    assert (in_memory, backlog.lost, journal.lost) == (4, 1, 5)
    assert add(backlog, record(1, status="in_flight", provenance="x" * 20_000)).done.done()
    assert backlog.lost == 1  # its end is still to come
    backlog.batch(100, ripe=0)
    backlog.settle()
    assert (backlog.lost, journal.lost) == (1, 1)
    assert Backlog(journal).lost == 1


async def test_without_a_journal_rows_are_in_memory_alone_until_there_is_one(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog_module, "_MEMORY_ROWS", 2)
    backlog = Backlog(NoJournal(journal.file))
    begun, ended = record(1, status="in_flight"), record(2)
    rows = [add(backlog, made) for made in (begun, ended, record(3))]
    assert [row.done.done() for row in rows] == [False, False, True]
    assert (len(backlog), backlog.lost, backlog.detached) == (2, 1, True)
    journal.note_lost(5)  # by an earlier run
    backlog.go_on_in(journal)
    assert (backlog.lost, journal.lost, backlog.detached) == (6, 6, False)
    assert held(journal) == [ended, begun]
    backlog.batch(10, ripe=9)
    backlog.settle()
    assert held(journal) == []
    assert all(row.done.done() for row in rows)


async def test_a_closed_journal_is_not_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", size=1 << 16)
    backlog = Backlog(journal)
    backlog.close()
    with (tmp_path / "another").open("w+b") as other:  # it may well get the journal's descriptor
        assert add(backlog, record(1)).done.done()
        assert other.read() == b""
    assert backlog.lost == 1
