"""Rows that the writer brings in leave the roll-ups as the schema's triggers would, and these work for all others."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from franking.ledger import rollups
from franking.ledger.record import Record
from franking.ledger.schema_9_filled import SUMS
from franking.ledger.schema_10 import KEYS, LENGTHS
from franking.ledger.store import Store
from support.ledgers import add, made, record

DAY = LENGTHS["days"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "ledger.db")) as opened:
        opened.open()
        yield opened


def roll_ups(file: Path) -> dict[str, list[Any]]:
    found = {}
    with closing(sqlite3.connect(file)) as ledger:
        for table, key in KEYS.items():
            more, joined = (
                ("w.repository, w.branch, ", " JOIN places AS w ON w.id = t.place") if "place" in key else ("", "")
            )
            whose = "owner" if "owner" in key else "scope"
            found[table] = ledger.execute(
                f'SELECT t.bucket, s.project_id, s."user", {more}{", ".join(f"t.{name}" for name in SUMS)}'
                f" FROM {table} AS t JOIN {whose}s AS s ON s.id = t.{whose}{joined} ORDER BY 1, 2, 3, 4, 5, 6, 7"
            ).fetchall()
    return found


def lives(chance: random.Random, count: int) -> Iterator[Record]:
    """Requests of a few projects over days: begun, ended, told again with other values, some in a wrong order."""
    for number in range(count):
        begun = record(chance.randrange(200) * DAY // 3, status="in_flight", project_id=f"p{number % 3}")
        words = [begun] * chance.randrange(2)
        for _ in range(chance.randrange(4)):
            words.append(
                msgspec.structs.replace(
                    begun,
                    status=chance.choice(("ok", "http_error", "client_aborted")),
                    cost=chance.choice((None, 0, -5, 10**9)),
                    input_tokens=chance.choice((None, 0, 7)),
                    project_id=chance.choice(("p0", "p1", "p2", None)),
                    user=chance.choice((None, "ada", "grace")),
                    branch=chance.choice((None, "main", "dev")),
                    repository=chance.choice((None, "r")),
                    started_at=begun.started_at + chance.randrange(2) * DAY,
                )
            )
        yield from words + [begun] * chance.randrange(2)


@pytest.mark.parametrize("seed", range(8))
def test_batches_come_to_what_the_triggers_make_of_them(tmp_path: Path, store: Store, seed: int) -> None:
    chance = random.Random(seed)
    by_triggers = made(tmp_path / "triggers.db")
    left = list(lives(chance, 120))
    while left:
        size = chance.choice((1, 3, 40))
        batch, left = {row.id: row for row in left[:size]}, left[size:]
        store.write(list(batch.values()))
        add(by_triggers, *batch.values())
    found = roll_ups(tmp_path / "ledger.db")
    assert found == roll_ups(by_triggers)
    assert found["days"]
    assert found["owned_days"]


def test_a_program_that_knows_nothing_of_roll_ups_cannot_forget_them(tmp_path: Path, store: Store) -> None:
    store.write([record(1), record(2)])
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other, other:
        other.execute("UPDATE entries SET started_at = started_at + ?, cost = 5", (DAY,))
        other.execute("DELETE FROM entries WHERE rowid = 1")
        assert rollups.differences(other) == 0
        assert other.execute("SELECT SUM(requests), SUM(cost) FROM days").fetchone() == (1, 5)


def test_other_triggers_than_those_known_do_their_work(tmp_path: Path, store: Store) -> None:
    store.write([record(1)])
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other, other:
        other.execute("CREATE TABLE seen (id TEXT)")
        other.execute("CREATE TRIGGER noted AFTER INSERT ON entries BEGIN INSERT INTO seen VALUES (NEW.id); END")
    after = [record(2), record(3)]
    store.write(after)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        assert [row[0] for row in other.execute("SELECT id FROM seen")] == [row.id for row in after]
        assert rollups.differences(other) == 0


def test_sums_beyond_64_bits_keep_no_row_out(tmp_path: Path, store: Store) -> None:
    store.write([record(n, cost=2**62, input_tokens=2**62) for n in range(4)])
    store.write([record(9)])
    assert store.refused == 0
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        assert other.execute("SELECT requests FROM spans").fetchall() == [(5,)]


def test_rows_that_are_dropped_for_their_age_leave_their_totals(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "ledger.db", retention_days=1)) as store:
        for _ in range(2):
            store.write([record(1)])
            store.tidy()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        assert other.execute("SELECT COUNT(*) FROM entries WHERE started_at < ?", (DAY,)).fetchone()[0] < 2
        assert other.execute("SELECT SUM(requests) FROM spans").fetchone() == (2,)
