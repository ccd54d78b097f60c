"""A ledger of the schema before comes with all that it has: requests, imported totals, totals of dropped requests."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import pruning, rollups, session_numbers
from franking.ledger.connection import transaction
from franking.ledger.filters import Filters
from franking.ledger.migrations import migrate
from franking.ledger.queries import costs
from franking.ledger.rows import write
from franking.ledger.schema_2 import SUMS
from franking.ledger.sides import Sides
from support.ledgers import record

DAY = pruning.DAY


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of version 6 with a row of each kind."""
    file = tmp_path / "ledger.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        migrate(ledger, file, to=6)
        rows = [
            record(n * DAY // 5, branch=f"b{n % 3}", cost=n, status="ok" if n % 7 else "in_flight") for n in range(60)
        ]
        with transaction(ledger), monkeypatch.context() as version:
            version.setattr(session_numbers, "note", lambda *_: None)
            write(ledger, rows, Sides())
        values: dict[str, Any] = dict.fromkeys(SUMS, 0) | {"requests": 4, "cost": 9}
        places = [b"k", 5 * 96, 1, 5 * DAY, 6 * DAY, "day", *values.values()]
        ledger.execute(f"INSERT INTO imported_totals VALUES ({', '.join('?' * len(places))})", places)
    return file


def brought(file: Path) -> sqlite3.Connection:
    ledger = sqlite3.connect(file, isolation_level=None)
    migrate(ledger, file)
    return ledger


def test_it_is_filled_from_requests_and_totals(before: Path) -> None:
    with closing(sqlite3.connect(before, isolation_level=None)) as ledger:
        whole = ledger.execute("SELECT SUM(requests), SUM(cost) FROM spans").fetchone()
        assert pruning.step(ledger, 4 * DAY, keep_totals=True, rows=10)
    with closing(brought(before)) as ledger:
        assert rollups.differences(ledger) == 0
        assert ledger.execute("SELECT SUM(requests), SUM(cost) FROM eighths").fetchone() == whole
        assert ledger.execute("SELECT SUM(requests) FROM eighths WHERE caller = 0").fetchone() == (14,)
        # Rows that are left of those days may still go in either way.
        while pruning.step(ledger, 4 * DAY, keep_totals=False):
            pass
        assert rollups.differences(ledger) == 0
        groups = costs(ledger, Filters(), ("branch",)).groups
        assert sum(group.requests - group.running for group in groups) == sum(
            row[0] for row in ledger.execute("SELECT requests FROM days")
        )


def test_an_absurd_number_does_not_keep_a_ledger_at_its_version(before: Path) -> None:
    with closing(sqlite3.connect(before, isolation_level=None)) as ledger:
        ledger.execute("UPDATE entries SET cost = 9223372036854775807, started_at = 5")
    with closing(brought(before)) as ledger:
        assert ledger.execute("SELECT SUM(requests) FROM eighths WHERE caller <> 0").fetchone()[0] > 50


def test_sums_are_exact_to_the_last_unit(before: Path) -> None:
    with closing(sqlite3.connect(before, isolation_level=None)) as ledger:
        ledger.execute(
            "UPDATE entries SET cost = CASE rowid % 2 WHEN 1 THEN -1048577 ELSE 123456789012345 END, caller = 1"
        )
    with closing(brought(before)) as ledger:
        assert rollups.differences(ledger) == 0
