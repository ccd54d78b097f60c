"""Estimates computed again: what follows, what stays, and beside a ledger that is being written."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from franking.ledger.connection import connect, transaction
from franking.ledger.filters import Filters
from franking.ledger.record import Record
from franking.ledger.repricing import PAGE, look, reprice
from franking.ledger.row_price import repriced
from franking.metering.pricing import Pricer
from franking.metering.values import Usage, from_counts, unusual_counts
from support import ledgers

NOW = 1_795_300_000_000_000
PRICES = """
[models."m"]
input = "1"
output = "2"
cache_write = "4"
cache_write_1h = "8"
[[models."dated"]]
input = "1"
[[models."dated"]]
since = 2026-11-20
input = "3"
"""
COUNTS: dict[str, Any] = {"input_tokens": 1_000_000, "output_tokens": 500_000}
"""$1 and $1: 2,000,000,000 nano-dollars."""


@pytest.fixture
def pricer(tmp_path: Path) -> Pricer:
    file = tmp_path / "prices.toml"
    file.write_text(PRICES, encoding="utf-8")
    return Pricer(file)


def row(**values: Any) -> Record:
    notes = values.pop("notes", {"complete": True, "price": "old: m"})
    provenance = f'{{"feature":[],"metering":{json.dumps(notes, separators=(",", ":"))}}}'
    base: dict[str, Any] = {"model": "m", "provenance": provenance, **COUNTS}
    return ledgers.record(values.pop("started_at", NOW), **(base | values))


def notes(told: Record) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told.provenance or "{}")["metering"]
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # An estimate that was the cost: both follow.
        (
            {"cost": 7, "cost_source": "price-table", "estimated_cost": 7},
            {"cost": 2_000_000_000, "cost_source": "price-override", "estimated_cost": 2_000_000_000},
        ),
        # Unpriced until now.
        ({}, {"cost": 2_000_000_000, "cost_source": "price-override", "estimated_cost": 2_000_000_000}),
        # A reported cost is never touched.
        (
            {"cost": 5, "reported_cost": 5, "cost_source": "gateway", "estimated_cost": 7},
            {"cost": 5, "reported_cost": 5, "cost_source": "gateway", "estimated_cost": 2_000_000_000},
        ),
        (
            {"cost": 5, "cost_source": "gateway", "estimated_cost": 7},
            {"cost": 5, "cost_source": "gateway", "estimated_cost": 2_000_000_000},
        ),
        # BYOK: the upstream's bill is the cost, the fee stays.
        (
            {"cost": 9, "reported_cost": 5, "upstream_cost": 9, "is_byok": True, "cost_source": "gateway"},
            {"cost": 9, "reported_cost": 5, "cost_source": "gateway", "estimated_cost": 2_000_000_000},
        ),
        # BYOK whose bill nobody told: the estimate is the cost, and follows.
        (
            {"cost": 3, "reported_cost": 5, "is_byok": True, "cost_source": "price-table", "estimated_cost": 3},
            {"cost": 2_000_000_000, "reported_cost": 5, "cost_source": "price-override"},
        ),
        # No price today: what was known stays.
        (
            {"model": "gone", "cost": 7, "cost_source": "price-table", "estimated_cost": 7},
            {"cost": 7, "cost_source": "price-table", "estimated_cost": 7},
        ),
        # Too little is known.
        ({"output_tokens": None, "cost": None}, {"cost": None, "estimated_cost": None}),
        # The row's own day.
        ({"model": "dated", "output_tokens": 0}, {"estimated_cost": 3_000_000_000}),
        ({"model": "dated", "output_tokens": 0, "started_at": NOW - 10 * 86_400_000_000}, {"estimated_cost": 10**9}),
        # By the model that was asked for, where the answer names none.
        ({"model": None, "requested_model": "m"}, {"estimated_cost": 2_000_000_000}),
        # What has no column is in provenance: a million tokens written for an hour are $8.
        (
            {
                "cache_write_tokens": 1_000_000,
                "notes": {"complete": True, "price": "x", "counts": {"cache_write_1h_tokens": 1_000_000}},
            },
            {"estimated_cost": 9_000_000_000},
        ),
    ],
)
def test_a_row(pricer: Pricer, before: dict[str, Any], after: dict[str, Any]) -> None:
    cost, new = repriced(row(**before), pricer)
    assert {name: getattr(new, name) for name in after} == after
    if cost.price:
        assert notes(new)["price"] == cost.price
        assert (new.provenance or "").startswith('{"feature":[],"metering":{"complete":true,"price":')


def test_provenance_that_tells_nothing_stays(pricer: Pricer) -> None:
    for provenance in (None, "", "{}", "no json", '{"metering":{broken}}', '{"metering":7}', '{"feature":[]}'):
        assert repriced(row(provenance=provenance), pricer)[1].provenance == provenance


def test_looking_changes_nothing_and_tells_all(tmp_path: Path, pricer: Pricer) -> None:
    file = ledgers.made(tmp_path / "ledger.db", some_rows())
    with sqlite3.connect(file) as ledger:
        before = list(ledger.execute("SELECT * FROM requests ORDER BY id"))
        found = look(ledger, Filters(), pricer)
        assert list(ledger.execute("SELECT * FROM requests ORDER BY id")) == before
    assert (found.looked_at, found.changed, found.renamed, found.kept, found.unpriced) == (5, 2, 1, 1, 1)
    change = found.models["m"]
    assert (change.requests, change.estimated_before, change.estimated_after) == (2, 7, 4_000_000_000)
    assert (change.cost_before, change.cost_after) == (12, 2_000_000_005)


def some_rows() -> list[Record]:
    return [
        row(cost=7, cost_source="price-table", estimated_cost=7),
        row(cost=5, reported_cost=5, cost_source="gateway"),
        row(cost=2_000_000_000, cost_source="price-override", estimated_cost=2_000_000_000),
        row(model="gone", cost=7, cost_source="price-table", estimated_cost=7),
        row(model="unheard-of"),
        row(status="in_flight", cost=7, estimated_cost=7),
        row(input_tokens=None, output_tokens=None),
    ]


def test_many_rows_are_changed_once(tmp_path: Path, pricer: Pricer) -> None:
    rows = [row(started_at=NOW + number // 3, cost=1, cost_source="price-table", estimated_cost=1)
            for number in range(2 * PAGE + 7)]  # fmt: skip
    file = ledgers.made(tmp_path / "ledger.db", [*rows, *some_rows()])
    found = reprice(file, Filters(), pricer)
    assert found.changed == 2 * PAGE + 7 + 2
    with sqlite3.connect(file) as ledger:
        assert list(
            ledger.execute("SELECT SUM(cost), COUNT(*) FROM requests WHERE cost_source = 'price-override'")
        ) == [((2 * PAGE + 7 + 2) * 2_000_000_000, 2 * PAGE + 7 + 2)]
        assert list(ledger.execute("SELECT cost FROM requests WHERE status = 'in_flight'")) == [(7,)]
    again = reprice(file, Filters(), pricer)
    assert (again.changed, again.renamed) == (0, 0)


def test_filters(tmp_path: Path, pricer: Pricer) -> None:
    file = ledgers.made(tmp_path / "ledger.db", [row(), row(started_at=NOW - 10), row(model="dated")])
    assert reprice(file, Filters(since=NOW, include={"model": ("m",)}), pricer).changed == 1


def test_beside_a_writer(tmp_path: Path, pricer: Pricer) -> None:
    """It waits for another's transaction, and the other's next one is not lost."""
    file = ledgers.made(tmp_path / "ledger.db", [row()])
    other, done = connect(file), threading.Event()
    found = []

    def change() -> None:
        found.append(reprice(file, Filters(), pricer))
        done.set()

    thread = threading.Thread(target=change)
    with transaction(other):
        thread.start()
        assert not done.wait(0.3)
    thread.join(15)
    assert found[0].changed == 1
    with transaction(other):
        other.execute("SELECT 1 FROM requests")
    other.close()


def test_counts_go_there_and_back() -> None:
    usage = Usage(cache_write_1h_tokens=3, service_tier="flex", iterations=((1, 2, 3, 4),), web_searches=1)
    assert Usage(**from_counts(json.loads(json.dumps(unusual_counts(usage))))) == usage
    assert unusual_counts(Usage(input_tokens=3, web_searches=0)) is None
    hostile = {"web_searches": "x", "unheard_of": 1, "service_tier": 7, "iterations": [[1], ["a", 1, 1, 1], 3]}
    assert from_counts(hostile) == {"iterations": ()}
    assert from_counts(None) == from_counts([]) == {}
