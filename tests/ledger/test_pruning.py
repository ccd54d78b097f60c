"""Old rows go in small steps; totals stay where asked, and the proof of the others holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest

from franking.ledger import pruning, rollups
from franking.ledger.filters import Filters
from franking.ledger.queries import costs
from franking.ledger.retention import Retention
from franking.ledger.store import Store
from franking.ledger.writer import Writer
from support.ledgers import made, record
from support.waiting import until

DAY = pruning.DAY


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [record(n * DAY // 4, cost=1, session_id=f"s{n // 20}") for n in range(400)]
    return made(tmp_path / "ledger.db", [*rows, record(5, status="in_flight")])


@pytest.fixture
def ledger(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


def total(ledger: sqlite3.Connection) -> int:
    return costs(ledger, Filters(), ("project",), UTC).total.requests


@pytest.mark.parametrize("keep", [True, False])
def test_rows_go_and_totals_stay_where_asked(ledger: sqlite3.Connection, keep: bool) -> None:
    before = 70 * DAY
    assert pruning.older(ledger, before) == 280
    steps = []
    while gone := pruning.step(ledger, before, keep_totals=keep, rows=100):
        steps.append(gone)
    assert steps == [100, 100, 80]
    assert ledger.execute("SELECT COUNT(*), MIN(started_at) FROM entries").fetchone() == (121, 5)
    assert total(ledger) == (401 if keep else 121)
    assert rollups.differences(ledger) == 0
    rollups.rebuild(ledger)
    assert total(ledger) == (401 if keep else 121)
    ledger.execute("UPDATE spans SET cost = 0")
    assert rollups.differences(ledger) > 0
    rollups.rebuild(ledger)
    assert rollups.differences(ledger) == 0
    assert total(ledger) == (401 if keep else 121)


def test_what_no_row_needs_goes_too_and_a_writer_at_work_notices(file: Path, ledger: sqlite3.Connection) -> None:
    same = {"session_id": "s0", "cost": 1}
    with closing(Store(file)) as store:
        store.write([record(1, **same)])
        while pruning.step(ledger, 200 * DAY, keep_totals=True):
            pass
        pruning.tidy(ledger)
        # The row that was left open is the writer's own affair: it settled it at its start.
        assert ledger.execute("SELECT COUNT(*) FROM callers").fetchone() == (0,)
        store.write([record(2, **same)])
    assert ledger.execute("SELECT session_id FROM requests").fetchall() == [("s0",)]


@pytest.mark.parametrize(("days", "left"), [(None, 401), (10_000_000, 401), (1, 201)])
def test_the_running_sidecar_drops_a_few_at_a_time(ledger: sqlite3.Connection, days: int | None, left: int) -> None:
    retention = Retention(days)
    for _ in range(2):
        retention.after(ledger)
    assert ledger.execute("SELECT COUNT(*) FROM entries").fetchone() == (left,)
    assert total(ledger) == 401


async def test_a_sidecar_without_requests_drops_them_too(tmp_path: Path, ledger: sqlite3.Connection) -> None:
    writer = Writer(tmp_path / "ledger.db", tmp_path / "journal", journal_size=1 << 20, retention_days=1)
    await writer.start()
    # Its thread needs nothing of the loop, which this waiting holds.
    until(lambda: ledger.execute("SELECT COUNT(*) FROM entries").fetchone() == (0,), "the last old row to go")
    await writer.close()
    assert total(ledger) == 401
