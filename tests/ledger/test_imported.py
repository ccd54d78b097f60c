"""Imported totals in every question: by what the roll-ups know, and by what they do not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from franking.ledger import rollups
from franking.ledger.connection import connect
from franking.ledger.filters import Filters
from franking.ledger.imports.identity import total_key
from franking.ledger.queries import costs
from franking.ledger.schema_2 import SCOPE, SUMS
from franking.ledger.sides import Sides
from support.ledgers import record

MIDNIGHT = 1_795_305_600_000_000
"""2026-11-22 UTC."""
QUARTER, DAY = 900_000_000, 86_400_000_000
ROW = {"project_id": "p", "user": "u", "model": "m", "session_id": "s"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    from support import ledgers

    file = tmp_path / "ledger.db"
    with closing(connect(file)) as opened:
        ledgers.add(file, record(MIDNIGHT, cost=1, input_tokens=5, **ROW))
        put(opened, 0, requests=10, cost=100, priced=10, input_tokens=7, input_tokens_known=10)
        put(opened, 1, requests=3, errors=1)
        yield opened


def put(ledger: sqlite3.Connection, day: int, **sums: int) -> None:
    scope = Sides().scope(ledger, tuple({"user": "w", "model": "m"}.get(name) for name in SCOPE))
    begins = MIDNIGHT + day * DAY
    values = [total_key("day,model,user", begins, begins + DAY, ()), (begins + DAY // 2) // QUARTER, scope, begins,
              begins + DAY, "day,model,user", *(sums.get(name, 0) for name in SUMS)]  # fmt: skip
    ledger.execute(f"INSERT INTO imported_totals VALUES ({', '.join('?' * len(values))})", values)


@pytest.mark.parametrize("by", ["model", "day", "session", "branch", "week", "user"])
def test_every_view_has_the_same_total(ledger: sqlite3.Connection, by: str) -> None:
    total = costs(ledger, Filters(), (by,), UTC).total
    assert (total.requests, total.cost, total.unpriced, total.errors, total.users) == (14, 101, 3, 1, 2)
    assert (total.input_tokens, total.output_tokens) == (12, None)
    assert rollups.differences(ledger) == 0


@pytest.mark.parametrize("by", [("day",), ("day", "session"), ("day", "month")])
@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Kolkata"])
def test_a_day_stands_under_its_own_name(ledger: sqlite3.Connection, by: tuple[str, ...], zone: str) -> None:
    found = costs(ledger, Filters(since=MIDNIGHT + DAY // 4), by, ZoneInfo(zone)).groups
    assert [(group.key[0], group.requests) for group in found] == [("2026-11-22", 10), ("2026-11-23", 3)]


@pytest.mark.parametrize("by", ["model", "session"])
@pytest.mark.parametrize(
    ("filters", "requests"),
    [
        (Filters(include={"user": ("w",)}), 13),
        (Filters(include={"session": (None,)}), 13),
        (Filters(include={"session": ("s",)}), 1),
        (Filters(exclude={"session": ("s",)}), 13),
        (Filters(exclude={"user": ("w", None)}), 1),
        (Filters(since=MIDNIGHT + DAY // 2), 13),
        (Filters(since=MIDNIGHT + DAY // 2 + 1), 3),
        (Filters(until=MIDNIGHT + DAY // 2), 1),
        (Filters(until=MIDNIGHT + DAY // 2 + 1), 11),
        (Filters(since=MIDNIGHT + DAY // 2 + 1, until=MIDNIGHT + DAY // 2 + 2), 0),
    ],
)
def test_filters(ledger: sqlite3.Connection, by: str, filters: Filters, requests: int) -> None:
    assert costs(ledger, filters, (by,), UTC).total.requests == requests
