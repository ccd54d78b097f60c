"""A ledger of version 9 comes with all that it has, and its roll-ups tell owners apart: a project and a user of it."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import pruning, rollups, schema_2, session_numbers
from franking.ledger.connection import transaction
from franking.ledger.migrations import migrate
from franking.ledger.rows import write
from franking.ledger.schema_9_filled import SUMS, TOKENS
from franking.ledger.schema_10 import KEYS, LENGTHS, NOBODYS
from franking.ledger.sides import Sides
from support.ledgers import record

DAY = pruning.DAY
OWNED = {"owned_days": ("days", 1), "owned_spans": ("days", 64), "owned_eighths": ("quarters", 12)}
"""Roll-up → the scopes' one that it is held to, and how many of its buckets are one."""

OWNERS = ((None, None), ("p", None), (None, "ada"), ("p", "ada"), ("p", "grace"), ("q", "ada"))


def rows() -> Iterator[Any]:
    """Over 70 days and several spans; of each owner with two models, which are two scopes."""
    chance = random.Random(10)
    for number in range(400):
        project, user = chance.choice(OWNERS)
        yield record(
            number * DAY * 70 // 400, project_id=project, user=user, model=f"m{number % 2}", branch=f"b{number % 3}",
            cost=chance.choice((None, 0, 10**12 + number)), input_tokens=chance.choice((None, 0, 7)),
            status=chance.choice(("ok", "ok", "http_error", "in_flight")),
        )  # fmt: skip


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of version 9, with imported totals at the time of requests and at another."""
    file = tmp_path / "ledger.db"
    with opened(file) as ledger:
        migrate(ledger, file, to=9)
        with transaction(ledger), monkeypatch.context() as version:
            version.setattr(session_numbers, "note", lambda *_: None)
            write(ledger, [*rows()], Sides())
        for number, day in enumerate((5, 6, 90)):
            told = {"requests": 4, "cost": 9, "priced": number, "input_tokens": 5, "input_tokens_known": 4}
            places = [b"k%d" % number, day * 96 + 1, number + 1, day * DAY, (day + 1) * DAY, "day"]
            values = [*places, *(told.get(name, 0) for name in schema_2.SUMS)]
            ledger.execute(f"INSERT INTO imported_totals VALUES ({', '.join('?' * len(values))})", values)
    return file


def opened(file: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(file, isolation_level=None))


def summed(ledger: sqlite3.Connection, table: str, ratio: int, whose: str) -> list[Any]:
    known = [f"CASE WHEN SUM(r.{name}_known) > 0 THEN SUM(r.{name}) END" for name in TOKENS]
    sums = ", ".join([*(f"SUM(r.{name})" for name in SUMS if name not in TOKENS), *known])
    return ledger.execute(
        f'SELECT r.bucket / {ratio}, s.project_id, s."user", {sums} FROM {table} AS r'
        f" JOIN {whose}s AS s ON s.id = r.{whose} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    ).fetchall()


@pytest.mark.parametrize("pruned", [None, True, False])
def test_owners_come_to_what_their_scopes_come_to(before: Path, pruned: bool | None) -> None:
    with opened(before) as ledger:
        if pruned is not None:
            # Some rows of those days are still there: the last step was not taken.
            assert pruning.step(ledger, 30 * DAY, keep_totals=pruned, rows=70) == 70
        migrate(ledger, before)
        for again in (False, True):
            if again:
                rollups.rebuild(ledger)
            for table, (scopes, ratio) in OWNED.items():
                assert summed(ledger, table, 1, "owner") == summed(ledger, scopes, ratio, "scope")
                assert ledger.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] > 5
            assert rollups.differences(ledger) == 0
        while pruning.step(ledger, 200 * DAY, keep_totals=False):
            pass
        assert rollups.differences(ledger) == 0


def test_a_bucket_is_not_empty_where_nothing_is_known(before: Path) -> None:
    with opened(before) as ledger:
        migrate(ledger, before)
        for table in LENGTHS:
            wrong = " OR ".join(f"({name} IS NULL) <> ({name}_known = 0)" for name in TOKENS)
            assert ledger.execute(f"SELECT COUNT(*) FROM {table} WHERE {wrong}").fetchone() == (0,)


def test_an_owner_is_there_once(before: Path) -> None:
    with opened(before) as ledger:
        migrate(ledger, before)
        found = ledger.execute('SELECT project_id, "user" FROM owners ORDER BY id').fetchall()
        assert (found[NOBODYS], sorted(found, key=repr)) == ((None, None), sorted(OWNERS, key=repr))
        for owner in OWNERS:
            with pytest.raises(sqlite3.IntegrityError):
                ledger.execute('INSERT INTO owners (project_id, "user") VALUES (?, ?)', owner)


@pytest.mark.parametrize("totals", [False, True])
def test_a_new_owner_is_noted_by_what_comes_first(before: Path, totals: bool) -> None:
    with opened(before) as ledger:
        migrate(ledger, before)
        scope = ledger.execute("INSERT INTO scopes (project_id, model) VALUES ('new', 'm') RETURNING id").fetchone()[0]
        ledger.execute(f"UPDATE {'imported_totals' if totals else 'entries'} SET scope = {scope}")
        assert summed(ledger, "owned_days", 1, "owner") == summed(ledger, "days", 1, "scope")
        assert [one[0] for one in ledger.execute("SELECT project_id FROM owners WHERE id > 5 ORDER BY id")] == ["new"]
        assert rollups.differences(ledger) == 0


def test_an_absurd_number_does_not_keep_a_ledger_at_its_version(before: Path) -> None:
    with opened(before) as ledger:
        ledger.execute("UPDATE entries SET cost = 9223372036854775807, started_at = 5")
        migrate(ledger, before)
        assert ledger.execute("SELECT SUM(requests) FROM owned_spans WHERE bucket = 0").fetchone()[0] > 200


def test_nothing_else_is_changed(before: Path) -> None:
    with opened(before) as ledger:
        told = [table for table, key in KEYS.items() if "owner" not in key]
        was = {table: ledger.execute(f"SELECT * FROM {table}").fetchall() for table in told}
        migrate(ledger, before)
        assert {table: ledger.execute(f"SELECT * FROM {table}").fetchall() for table in told} == was
