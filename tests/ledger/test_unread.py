"""Requests whose caller could not be found are counted, and the newest are told of."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.filters import Filters
from franking.ledger.unread import Unread, unread
from support import ledgers

HOUR = 3_600_000_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        ledgers.record(n * HOUR, pid=None if n % 2 else 1, provenance=f'{{"n":{n // 10}}}', user=f"u{n % 3}")
        for n in range(100)
    ]
    return ledgers.made(tmp_path / "ledger.db", [*rows, ledgers.record(55 * HOUR, status="in_flight", provenance="{}")])


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(7, 91 * HOUR + 5),
        Filters(3 * HOUR + 1, 4 * HOUR),
        Filters(since=97 * HOUR),
        Filters(until=99 * HOUR, include={"user": ("u1",)}),
        Filters(include={"user": ("nobody",)}),
    ],
)
@pytest.mark.parametrize("sample", [1000, 12, 0])
def test_the_counts_are_those_of_the_rows(file: Path, filters: Filters, sample: int) -> None:
    first, end = filters.since or 0, filters.until or 1000 * HOUR
    users = filters.include.get("user", ("u0", "u1", "u2", None))
    with closing(sqlite3.connect(file)) as ledger:
        rows = ledger.execute(
            "SELECT pid, provenance FROM requests WHERE started_at >= ? AND started_at < ?"
            f" AND COALESCE(user, '') IN ({', '.join('?' * len(users))}) ORDER BY status = 'in_flight', started_at",
            [first, end, *((user or "") for user in users)],
        ).fetchall()
        found = unread(ledger, filters, sample)
    told = [provenance for pid, provenance in rows if pid is None]
    assert (found.unread, found.requests) == (len(told), len(rows))
    # Of one eighth they may come in any order; here those of one say nearly the same.
    assert len(found.provenance) == min(sample, len(told))
    assert set(found.provenance) <= {*told}
    if sample > len(told):
        assert Counter(found.provenance) == Counter(told)
    elif sample:
        assert '{"n":0}' not in found.provenance


def test_imported_totals_have_no_caller_to_be_found(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "ledger.db", [ledgers.record(1, pid=1)])
    with closing(sqlite3.connect(file)) as ledger:
        ledger.execute("UPDATE eighths SET caller = 0")
        assert unread(ledger, Filters()) == Unread(0, 0, ())
