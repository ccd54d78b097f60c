import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.backlog import Backlog, Row
from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.rows import decode
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
    backlog = Backlog(journal, lambda: journal)
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
    backlog = Backlog(journal, lambda: journal)
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
    backlog = Backlog(journal, lambda: journal)
    for made in (record(1, status="in_flight"), record(2), record(3), record(4)):
        add(backlog, made)
    assert [[row.record.started_at for row in backlog.batch(2, ripe=0)] for _ in range(3)] == [[2, 3], [4, 1], []]


async def test_a_future_that_somebody_cancelled_harms_nobody(journal: Journal) -> None:
    backlog = Backlog(journal, lambda: journal)
    rows = [add(backlog, record(1)), add(backlog, record(2))]
    rows[0].done.cancel()
    backlog.batch(10, ripe=0)
    backlog.settle()
    assert rows[1].done.done()
