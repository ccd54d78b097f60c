import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import backlog
from franking.ledger import writer as writer_module
from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.rows import encode
from franking.ledger.schema import VERSION, LedgerError
from franking.ledger.store import Store
from franking.ledger.writer import Writer
from support.ledgers import made, record

PAUSES = (0.01, 0.02)


@pytest.fixture(autouse=True)
def no_wait_for_an_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "_WAIT_FOR_OWNER", 0.0)


async def started(home: Path, *, at_any_rate: bool = False, **options: Any) -> Writer:
    defaults: dict[str, Any] = {"journal_size": 1 << 20, "journal_most": 0, "pauses": PAUSES}
    writer = Writer(home / "ledger.db", home / "journal", **(defaults | options))
    await writer.start(at_any_rate=at_any_rate)
    return writer


def rows(file: Path, columns: str = "id, status") -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute(f"SELECT {columns} FROM requests ORDER BY id").fetchall()


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def soon(futures: Sequence[asyncio.Future[None]]) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*futures)


async def well(writer: Writer) -> None:
    async with asyncio.timeout(20):
        while writer.last_error is not None:  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0.001)


async def test_a_row_is_in_the_ledger_when_its_future_is_done(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    ended = record(1, cost=5, streamed=True, branch="é", provenance='{"a": 1}')
    await soon([writer.put(ended)])
    assert rows(tmp_path / "ledger.db", "id, cost, streamed, branch, user, provenance") == [
        (ended.id, 5, 1, "é", None, '{"a": 1}')
    ]
    assert (writer.committed, writer.waiting, writer.lost, writer.last_error) == (1, 0, 0, None)
    assert modes(tmp_path) == dict.fromkeys(("journal", "ledger.db", "ledger.db-wal", "ledger.db-shm"), 0o600)
    await writer.close()
    assert modes(tmp_path) == dict.fromkeys(("journal", "ledger.db"), 0o600)


async def test_close_commits_everything(tmp_path: Path) -> None:
    writer = await started(tmp_path, hold=60)
    made_rows = [record(n, status="in_flight" if n % 3 else "ok") for n in range(1500)]
    futures = [writer.put(each) for each in made_rows]
    await writer.close()
    assert all(future.done() for future in futures)
    assert rows(tmp_path / "ledger.db") == sorted((each.id, each.status) for each in made_rows)


async def test_an_end_takes_the_place_of_a_beginning_that_waits(tmp_path: Path) -> None:
    writer = await started(tmp_path, hold=60)
    begun = record(1, status="in_flight")
    first = writer.put(begun)
    await soon([writer.put(record(1, id=begun.id, status="http_error")), first])
    assert writer.committed == 1
    assert rows(tmp_path / "ledger.db") == [(begun.id, "http_error")]
    await writer.close()


async def test_rows_that_ended_gather_for_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    write = Store.write

    def noted(store: Store, records: Sequence[Record]) -> None:
        batches.append(len(records))
        write(store, records)

    monkeypatch.setattr(Store, "write", noted)
    writer = await started(tmp_path, gather=0.01, hold=60)
    begun = record(0, status="in_flight")
    writer.put(begun)
    await soon([writer.put(record(n)) for n in range(1, 31)])
    await writer.close()
    assert batches == [0, 30, 1]


@pytest.mark.parametrize("early", ["many", "flush"])
async def test_rows_need_not_gather_for_long(tmp_path: Path, early: str) -> None:
    writer = await started(tmp_path, gather=60)
    futures = [writer.put(record(n)) for n in range(512 if early == "many" else 3)]
    if early == "flush":
        await writer.flush()
    await soon(futures)
    await writer.close()


async def test_a_row_in_flight_is_committed_by_itself(tmp_path: Path) -> None:
    writer = await started(tmp_path, hold=0.01)
    begun = record(1, status="in_flight")
    await soon([writer.put(begun)])
    assert rows(tmp_path / "ledger.db") == [(begun.id, "in_flight")]
    await soon([writer.put(record(1, id=begun.id, status="ok"))])
    assert rows(tmp_path / "ledger.db") == [(begun.id, "ok")]
    await writer.close()


@pytest.mark.parametrize("settled", [True, False])
async def test_a_row_that_ended_is_not_opened_again(tmp_path: Path, settled: bool) -> None:
    writer = await started(tmp_path)
    ended = record(1, status="ok")
    future = writer.put(ended)
    if settled:
        await soon([future])
    writer.put(record(1, id=ended.id, status="in_flight"))
    await writer.close()
    assert rows(tmp_path / "ledger.db") == [(ended.id, "ok")]


async def test_a_later_end_replaces_an_earlier_one(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    first = record(1, cost=1)
    futures = [writer.put(record(1, id=first.id, cost=cost)) for cost in (1, 2, 3)]
    await soon(futures)
    await writer.close()
    assert rows(tmp_path / "ledger.db", "id, cost") == [(first.id, 3)]


async def test_rows_left_open_by_an_earlier_run_are_interrupted(tmp_path: Path) -> None:
    made(tmp_path / "ledger.db", [record(1, status="in_flight"), record(2, status="ok")])
    writer = await started(tmp_path)
    assert writer.interrupted == 1
    mine = record(3, status="in_flight")
    writer.put(mine)
    await writer.flush()
    assert rows(tmp_path / "ledger.db", "status, ended_at") == [
        ("interrupted", None),
        ("ok", 1_000_002),
        ("in_flight", None),
    ]
    await writer.close()


@pytest.mark.parametrize(
    ("values", "column", "seen"),
    [
        ({"branch": "a\udcffb"}, "branch", "a?b"),
        ({"input_tokens": 10**30}, "input_tokens", None),
        ({"input_tokens": 2**63 + 1}, "input_tokens", None),
    ],
)
async def test_what_sqlite_cannot_hold_does_not_cost_the_row(
    tmp_path: Path, values: dict[str, Any], column: str, seen: object
) -> None:
    writer = await started(tmp_path)
    odd, plain = record(1, **values), record(2)
    await soon([writer.put(odd), writer.put(plain)])
    await writer.close()
    assert rows(tmp_path / "ledger.db", f"id, {column}") == [(odd.id, seen), (plain.id, None)]
    assert writer.lost == 0


async def test_a_row_that_cannot_be_stored_is_counted_and_the_others_come_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = await started(tmp_path)
    bad, good = record(1, pid="no number", branch="a-secret"), record(2)
    await soon([writer.put(bad), writer.put(good)])
    await writer.close()
    assert [row[0] for row in rows(tmp_path / "ledger.db")] == [good.id]
    assert writer.lost == 1
    assert bad.id in caplog.text
    assert "a-secret" not in caplog.text


async def test_a_locked_ledger_keeps_nobody_waiting_and_gets_its_rows_later(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        made_rows = [record(n) for n in range(50)]
        futures = [writer.put(each) for each in made_rows]
        await writer.flush()
        assert writer.waiting == 50
        assert "locked" in (writer.last_error or "")
        assert not any(future.done() for future in futures)
        other.execute("COMMIT")
    await soon(futures)
    assert (writer.waiting, writer.last_error, writer.lost) == (0, None, 0)
    await writer.close()
    assert [row[0] for row in rows(tmp_path / "ledger.db")] == [each.id for each in made_rows]


async def test_an_end_that_comes_while_its_beginning_is_refused(tmp_path: Path) -> None:
    writer = await started(tmp_path, hold=0)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = record(1, status="in_flight")
        first = writer.put(begun)
        last = writer.put(record(1, id=begun.id, status="ok"))
        await writer.flush()
        assert writer.waiting == 1
        other.execute("COMMIT")
    await soon([first, last])
    await writer.close()
    assert rows(tmp_path / "ledger.db") == [(begun.id, "ok")]


async def test_it_starts_while_the_ledger_is_locked(tmp_path: Path) -> None:
    made(tmp_path / "ledger.db", [record(1, status="in_flight")])
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = await started(tmp_path)
        assert "locked" in (writer.last_error or "")
        future = writer.put(record(2, status="ok"))
        other.execute("COMMIT")
    await soon([future])
    await writer.close()
    assert [row[1] for row in rows(tmp_path / "ledger.db")] == ["interrupted", "ok"]


async def test_what_is_not_in_the_ledger_at_close_comes_in_at_the_next_start(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ended, begun = record(1), record(2, status="in_flight")
        writer.put(ended)
        writer.put(begun)
        await writer.close()
        assert writer.lost == 0
    writer = await started(tmp_path)
    assert (writer.recovered, writer.interrupted) == (2, 1)
    await writer.close()
    assert rows(tmp_path / "ledger.db") == [(ended.id, "ok"), (begun.id, "interrupted")]
    writer = await started(tmp_path)
    assert writer.recovered == 0
    await writer.close()


async def test_a_full_journal_is_shouted_once_and_what_is_lost_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(backlog, "_MEMORY_ROWS", 5)
    writer = await started(tmp_path, journal_size=4096 + 2 * 4096)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        futures = [writer.put(record(n, provenance="x" * 1000)) for n in range(30)]
        await writer.flush()
        kept = writer.waiting
        assert 5 < kept < 15
        assert writer.lost == 30 - kept == sum(future.done() for future in futures)
        assert [entry.levelno for entry in caplog.records if "is lost" in entry.message] == [logging.ERROR]
        other.execute("COMMIT")
    await soon(futures)
    await writer.close()
    assert len(rows(tmp_path / "ledger.db")) == kept
    assert writer.lost == 30 - kept


async def test_rows_in_memory_alone_are_counted_as_lost_when_they_never_come_in(tmp_path: Path) -> None:
    writer = await started(tmp_path, journal_size=4096 + 2 * 2048)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for n in range(10):
            writer.put(record(n, provenance="x" * 1500))
        await writer.close()
    assert writer.lost == 8
    writer = await started(tmp_path, journal_size=4096 + 2 * 2048)
    assert writer.lost == 8
    await writer.close()
    assert len(rows(tmp_path / "ledger.db")) == 2


async def test_a_row_after_close_is_counted_and_harms_nothing(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    await writer.close()
    assert writer.put(record(1)).done()
    assert writer.lost == 1


@pytest.mark.parametrize("gone", [["ledger.db"], ["ledger.db", "ledger.db-wal", "ledger.db-shm"], ["ledger.db-shm"]])
async def test_a_ledger_deleted_while_running_is_begun_anew(tmp_path: Path, gone: list[str]) -> None:
    writer = await started(tmp_path)
    await soon([writer.put(record(1))])
    for name in gone:
        (tmp_path / name).unlink()
    after = [record(n) for n in range(2, 40)]
    await soon([writer.put(each) for each in after])
    assert {row[0] for row in rows(tmp_path / "ledger.db")} >= {each.id for each in after}
    await writer.close()
    assert len(rows(tmp_path / "ledger.db")) == 38 + ("ledger.db" not in gone)


async def test_a_ledger_replaced_while_running_gets_the_rows_and_keeps_its_own(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    await soon([writer.put(record(1))])
    theirs, mine = record(2), record(3)
    made(tmp_path / "other.db", [theirs]).replace(tmp_path / "ledger.db")
    await soon([writer.put(mine)])
    await writer.close()
    assert rows(tmp_path / "ledger.db") == [(theirs.id, "ok"), (mine.id, "ok")]


async def test_a_home_emptied_while_running_is_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    writer = await started(home)
    await soon([writer.put(record(1))])
    for file in home.iterdir():
        file.unlink()
    home.rmdir()
    await soon([writer.put(record(2))])
    await soon([writer.put(record(3))])
    assert (home / "journal").exists()
    with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        writer.put(record(4))
        await writer.close()
    writer = await started(home)
    assert writer.recovered == 1
    await writer.close()
    assert len(rows(home / "ledger.db")) == 3


def half_of_a_ledger(file: Path) -> None:
    made(file, [record(n, provenance="x" * 500) for n in range(200)])
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"no database at all, but longer than a header" * 100),
        lambda file: file.write_bytes(b"SQLite format 3\x00" + b"\x01" * 5000),
        half_of_a_ledger,
    ],
    ids=["other-file", "header-only", "half"],
)
async def test_a_corrupt_ledger_is_moved_aside_and_a_new_one_begun(
    tmp_path: Path, damage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    damage(tmp_path / "ledger.db")
    content = (tmp_path / "ledger.db").read_bytes()
    writer = await started(tmp_path)
    assert writer.last_error is None
    ended = record(1)
    await soon([writer.put(ended)])
    await writer.close()
    assert rows(tmp_path / "ledger.db") == [(ended.id, "ok")]
    assert writer.aside is not None
    assert writer.aside.name.startswith("ledger.db.corrupt-")
    assert writer.aside.read_bytes() == content
    assert str(writer.aside) in caplog.text


async def test_a_ledger_that_becomes_corrupt_while_running_heals(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    await soon([writer.put(record(n, provenance="x" * 500)) for n in range(300)])
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "ledger.db").open("r+b") as file:
        file.write(b"\xa5" * (tmp_path / "ledger.db").stat().st_size)
    after = record(1000)
    await soon([writer.put(after)])
    await writer.close()
    assert (after.id, "ok") in rows(tmp_path / "ledger.db")
    assert writer.aside is not None


async def test_a_newer_ledger_stops_the_start(tmp_path: Path) -> None:
    made(tmp_path / "ledger.db")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(LedgerError, match="newer franking"):
        await started(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute(f"PRAGMA user_version = {VERSION}")
    await (await started(tmp_path)).close()


async def test_a_second_writer_on_a_home_is_refused(tmp_path: Path) -> None:
    writer = await started(tmp_path)
    with pytest.raises(LedgerError, match="another franking"):
        await started(tmp_path)
    await soon([writer.put(record(1))])
    await writer.close()


async def test_a_journal_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    with pytest.raises(LedgerError, match="journal"):
        await started(tmp_path)


async def test_at_any_rate_it_starts_without_a_journal_and_goes_on_in_one_as_soon_as_it_can(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    writer = await started(tmp_path, at_any_rate=True)
    await soon([writer.put(record(1))])
    assert "rows wait in memory alone" in (writer.last_error or "")
    (tmp_path / "journal").rmdir()
    await well(writer)  # without a row that comes
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        writer.put(record(2))
        await writer.close()
    assert writer.lost == 0
    writer = await started(tmp_path)
    assert writer.recovered == 1
    await writer.close()
    assert len(rows(tmp_path / "ledger.db")) == 2


async def test_rows_of_an_earlier_run_come_in_once_the_journal_can_be_had(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal", size=1 << 20)) as other:
        open_, ended = record(1, status="in_flight"), record(2)
        for each in (open_, ended):
            other.append(encode(each))
        writer = await started(tmp_path, at_any_rate=True)
        assert "another franking" in (writer.last_error or "")
        mine = record(3, status="in_flight")
        writer.put(mine)
        await writer.flush()
    await well(writer)
    assert writer.recovered == 2
    assert rows(tmp_path / "ledger.db") == [(open_.id, "interrupted"), (ended.id, "ok"), (mine.id, "in_flight")]
    await writer.close()


async def test_at_any_rate_it_starts_beside_a_newer_ledger_and_rows_wait(tmp_path: Path) -> None:
    made(tmp_path / "ledger.db")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
    writer = await started(tmp_path, at_any_rate=True)
    future = writer.put(record(1))
    assert "newer franking" in (writer.last_error or "")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute(f"PRAGMA user_version = {VERSION}")
    await soon([future])
    assert writer.last_error is None
    await writer.close()
