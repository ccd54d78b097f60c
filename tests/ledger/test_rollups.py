"""Roll-ups equal the rows whatever is done to these, a difference is found, and it can be mended."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import rollups
from support.ledgers import made, record


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [
        record(
            n * 600_000_000, cost=n, status="ok" if n % 3 else "in_flight", user=f"u{n % 2}",
            branch=(None, "main", "dev")[n % 3], repository=(None, "r")[n % 2],
        )
        for n in range(300)
    ]  # fmt: skip
    with closing(sqlite3.connect(made(tmp_path / "ledger.db", rows), isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "UPDATE entries SET cost = 7, status = 'ok'",
        "UPDATE entries SET cost = NULL WHERE rowid < 100",
        "UPDATE entries SET status = 'in_flight'",
        "UPDATE entries SET started_at = started_at + 86400000000, scope = 1",
        "UPDATE entries SET caller = (SELECT id FROM callers WHERE branch = 'dev' LIMIT 1)",
        "UPDATE entries SET input_tokens = 7 WHERE rowid < 200",
        "DELETE FROM entries WHERE rowid % 2",
        "DELETE FROM entries",
    ],
)
def test_they_follow_the_rows(ledger: sqlite3.Connection, statement: str) -> None:
    ledger.execute(statement)
    assert rollups.differences(ledger) == 0
    if statement == "DELETE FROM entries":
        assert ledger.execute("SELECT COUNT(*) FROM quarters").fetchone() == (0,)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE quarters SET cost = cost + 1 WHERE bucket = (SELECT MIN(bucket) FROM quarters)",
        "UPDATE days SET requests = requests - 1 WHERE bucket = 1",
        "DELETE FROM days WHERE bucket = 0",
        "UPDATE spans SET errors = errors + 1",
        "INSERT INTO quarters SELECT 9999, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0",
        "UPDATE placed_spans SET cost = cost + 1",
        "UPDATE placed_days SET place = 0 WHERE place = (SELECT MAX(place) FROM placed_days)",
        "UPDATE quarters SET input_tokens = 0",
        "UPDATE places SET branch = 'other' WHERE branch = 'main'",
        "DELETE FROM places WHERE branch = 'main'",
        "DELETE FROM places",
        "UPDATE owned_days SET cost = cost + 1",
        "UPDATE owned_spans SET requests = 0",
        "UPDATE owned_eighths SET owner = 0 WHERE owner = (SELECT MAX(owner) FROM owned_eighths)",
        "DELETE FROM owned_eighths WHERE bucket = (SELECT MIN(bucket) FROM owned_eighths)",
        "INSERT INTO owned_days SELECT 9999, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0",
        "UPDATE owners SET project_id = 'other' WHERE id > 0",
        "DELETE FROM owners WHERE id = (SELECT MAX(id) FROM owners)",
        "DELETE FROM owners",
    ],
)
def test_a_difference_is_found_and_mended(ledger: sqlite3.Connection, harm: str) -> None:
    ledger.execute(harm)
    assert rollups.differences(ledger) > 0
    rollups.rebuild(ledger)
    assert rollups.differences(ledger) == 0
    theirs = [f"SELECT s.\"user\" FROM {told}" for told in (
        "(SELECT scope, SUM(requests) AS requests FROM spans GROUP BY 1) AS r JOIN scopes AS s ON s.id = r.scope",
        "(SELECT owner, SUM(requests) AS requests FROM owned_spans GROUP BY 1) AS r JOIN owners AS s ON s.id = r.owner",
    )]  # fmt: skip
    by_scope, by_owner = ({row[0] for row in ledger.execute(said)} for said in theirs)
    assert by_scope == by_owner


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE imported_totals SET cost = 7, requests = requests + 1",
        "UPDATE imported_totals SET bucket = bucket + 1000, scope = 1",
        "DELETE FROM imported_totals WHERE requests = 1",
        "DELETE FROM imported_totals",
        "DELETE FROM entries",
        "UPDATE days SET requests = requests + 1",
        "DELETE FROM spans",
    ],
)
def test_imported_totals_are_part_of_them(ledger: sqlite3.Connection, statement: str) -> None:
    for number in range(1, 4):
        values = [str(number).encode(), number * 50, number, 0, 1, "day", number, *[0] * 15]
        ledger.execute(f"INSERT INTO imported_totals VALUES ({', '.join('?' * len(values))})", values)
    assert rollups.differences(ledger) == 0
    ledger.execute(statement)
    assert (rollups.differences(ledger) == 0) == ("imported" in statement or "entries" in statement)
    rollups.rebuild(ledger)
    assert rollups.differences(ledger) == 0


def test_requests_that_say_too_much_to_be_added_up_are_told(tmp_path: Path) -> None:
    most = record(3, output_tokens=2**62 + 5)
    rows = [record(1, input_tokens=2**62), record(2, output_tokens=2**62), most, record(4)]
    with closing(sqlite3.connect(made(tmp_path / "ledger.db", rows), isolation_level=None)) as ledger:
        with pytest.raises(rollups.BeyondError, match=f"request {most.id} alone says 4,611,686,018,427,387,909"):
            rollups.differences(ledger)
        ledger.execute("DELETE FROM entries WHERE id = ?", (most.id,))
        rollups.rebuild(ledger)
        assert rollups.differences(ledger) == 0
