"""Single requests: the newest, by id, and each once as it ends."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import listings, reader
from franking.ledger.filters import Filters
from franking.ledger.record import Record
from support import ledgers

SECOND = 1_000_000
BEGIN = 1_790_000_000 * SECOND


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return ledgers.made(tmp_path / "ledger.db")


def ids(rows: list[listings.Row]) -> list[str]:
    return [row["id"] for row in rows]


def ended(row: Record, after: int) -> Record:
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    return Record(**(values | {"status": "ok", "ended_at": row.started_at + after}))


def test_the_newest_stand_in_the_order_of_their_ends(file: Path) -> None:
    slow = ledgers.record(BEGIN, ended_at=BEGIN + 90 * SECOND)
    quick = ledgers.record(BEGIN + SECOND, ended_at=BEGIN + 2 * SECOND)
    older = ledgers.record(BEGIN - SECOND)
    running = ledgers.record(BEGIN + 3 * SECOND, status="in_flight")
    ledgers.add(file, slow, quick, older, running)
    with reader.opened(file) as ledger:
        assert ids(listings.newest(ledger, Filters(), 2)) == [quick.id, slow.id]
        assert ids(listings.newest(ledger, Filters(), 0)) == []


def test_a_request_by_its_id_or_its_beginning(file: Path) -> None:
    rows = [ledgers.record(BEGIN + number, id=f"0190000{number}-aaaa") for number in range(3)]
    ledgers.add(file, *rows)
    with reader.opened(file) as ledger:
        assert [row["id"] for row in listings.named(ledger, "01900001")] == ["01900001-aaaa"]
        assert [row["id"] for row in listings.named(ledger, "01900001-AAAA")] == ["01900001-aaaa"]
        assert len(listings.named(ledger, "0190")) == 3
        assert [row["id"] for row in listings.named(ledger, "last")] == ["01900002-aaaa"]
        assert listings.named(ledger, "%") == []


def test_each_is_told_once_when_it_has_ended(file: Path) -> None:
    before = ledgers.record(BEGIN - 5 * SECOND)
    running = ledgers.record(BEGIN - 86_400 * SECOND, status="in_flight")
    ledgers.add(file, before, running)
    follower = listings.Follower(BEGIN)
    with reader.opened(file) as ledger:
        assert follower.ended(ledger, Filters()) == []
        begun = ledgers.record(BEGIN + SECOND, status="in_flight")
        at_once = ledgers.record(BEGIN + 2 * SECOND)
        ledgers.add(file, begun, at_once)
        assert ids(follower.ended(ledger, Filters())) == [at_once.id]
        assert follower.ended(ledger, Filters()) == []
        ledgers.add(file, ended(running, 86_410 * SECOND), ended(begun, 4 * SECOND))
        assert ids(follower.ended(ledger, Filters())) == [begun.id, running.id]
        ledgers.add(file, ended(begun, 5 * SECOND))
        assert follower.ended(ledger, Filters()) == []


def test_one_committed_late_is_told_all_the_same(file: Path) -> None:
    follower = listings.Follower(BEGIN)
    with reader.opened(file) as ledger:
        follower.ended(ledger, Filters())
        ledgers.add(file, ledgers.record(BEGIN + 30 * SECOND))
        assert len(follower.ended(ledger, Filters())) == 1
        late = ledgers.record(BEGIN + SECOND)
        ledgers.add(file, late)
        assert ids(follower.ended(ledger, Filters())) == [late.id]


def test_filters_hold_for_what_runs_already_too(file: Path) -> None:
    other = ledgers.record(BEGIN, status="in_flight", project_id="api")
    ledgers.add(file, other)
    follower = listings.Follower(BEGIN)
    only = Filters(include={"project": ("web",)})
    with reader.opened(file) as ledger:
        follower.ended(ledger, only)
        ledgers.add(file, ended(other, SECOND), ledgers.record(BEGIN + SECOND, project_id="api"))
        assert follower.ended(ledger, only) == []
        wanted = ledgers.record(BEGIN + SECOND, project_id="web")
        ledgers.add(file, wanted)
        assert ids(follower.ended(ledger, only)) == [wanted.id]


def test_a_clock_that_is_set_back_hides_nothing(file: Path) -> None:
    ledgers.add(file, ledgers.record(BEGIN - 2 * SECOND))
    follower = listings.Follower(BEGIN)
    with reader.opened(file) as ledger:
        follower.ended(ledger, Filters())
        hour = 3600 * SECOND
        running, at_once = ledgers.record(BEGIN - hour, status="in_flight"), ledgers.record(BEGIN - hour)
        ledgers.add(file, running, at_once)
        assert ids(follower.ended(ledger, Filters())) == [at_once.id]
        ledgers.add(file, ended(running, SECOND))
        assert ids(follower.ended(ledger, Filters())) == [running.id]


def test_imported_history_is_no_news(file: Path) -> None:
    follower = listings.Follower(BEGIN)
    with reader.opened(file) as ledger:
        follower.ended(ledger, Filters())
        now = ledgers.record(BEGIN)
        ledgers.add(file, ledgers.record(BEGIN - 2 * 86_400 * SECOND), now)
        assert ids(follower.ended(ledger, Filters())) == [now.id]


def test_it_goes_on_after_rows_were_dropped(file: Path) -> None:
    rows = [ledgers.record(BEGIN + number) for number in range(5)]
    ledgers.add(file, *rows)
    follower = listings.Follower(BEGIN)
    with reader.opened(file) as ledger, closing(sqlite3.connect(file, isolation_level=None)) as other:
        follower.ended(ledger, Filters())
        other.execute("DELETE FROM entries")
        assert follower.ended(ledger, Filters()) == []
        after = ledgers.record(BEGIN + 9)
        ledgers.add(file, after)  # its number was another's
        assert ids(follower.ended(ledger, Filters())) == [after.id]


def test_what_was_interrupted_is_neither_told_nor_asked_for_again(file: Path) -> None:
    running = ledgers.record(BEGIN, status="in_flight")
    ledgers.add(file, running)
    follower = listings.Follower(BEGIN)
    with reader.opened(file) as ledger, closing(sqlite3.connect(file, isolation_level=None)) as other:
        follower.ended(ledger, Filters())
        other.execute("UPDATE entries SET status = 'interrupted'")
        assert follower.ended(ledger, Filters()) == []
        asked: list[str] = []
        ledger.set_trace_callback(asked.append)
        ledgers.add(file, ledgers.record(BEGIN - 2 * 86_400 * SECOND))
        assert follower.ended(ledger, Filters()) == []
        assert not any("FROM requests" in text for text in asked)


def test_what_comes_in_while_it_looks_is_told_once(file: Path) -> None:
    follower = listings.Follower(BEGIN)
    first, meanwhile = ledgers.record(BEGIN), ledgers.record(BEGIN + 1)
    with reader.opened(file) as ledger:
        follower.ended(ledger, Filters())
        ledgers.add(file, first)

        def look(text: str) -> None:
            if text.startswith("SELECT id FROM entries"):
                ledger.set_trace_callback(None)
                ledgers.add(file, meanwhile)

        ledger.set_trace_callback(look)
        told = follower.ended(ledger, Filters())
        ledgers.add(file, ledgers.record(BEGIN + 2, status="in_flight"))
        assert ids(told + follower.ended(ledger, Filters())) == [first.id, meanwhile.id]
