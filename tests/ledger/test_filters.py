"""Filters as SQL: what they keep, tried on a real ledger."""

import sqlite3
from pathlib import Path

import pytest

from franking.ledger.filters import Filters, column, where
from support import ledgers

HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    rows = [
        ledgers.record(0, project_id="web", user="a@x", model="m1"),
        ledgers.record(HOUR, project_id="web", user="b@x", requested_model="m2"),
        ledgers.record(2 * HOUR, project_id="api", user=None),
        ledgers.record(3 * HOUR, project_id=None, user="a@x", model="m1", requested_model="auto"),
        ledgers.record(4 * HOUR, project_id="it's; DROP TABLE requests", user="a@x"),
    ]
    file: Path = ledgers.made(tmp_path_factory.mktemp("filters") / "ledger.db", rows)
    return sqlite3.connect(file)


@pytest.mark.parametrize(
    ("filters", "hours"),
    [
        (Filters(), [0, 1, 2, 3, 4]),
        (Filters(since=HOUR), [1, 2, 3, 4]),
        (Filters(until=HOUR), [0]),
        (Filters(since=HOUR, until=3 * HOUR), [1, 2]),
        (Filters(include={"project": ("web",)}), [0, 1]),
        (Filters(include={"project": ("web", "api")}), [0, 1, 2]),
        (Filters(include={"project": (None,)}), [3]),
        (Filters(include={"project": ("api", None)}), [2, 3]),
        (Filters(include={"project": ()}), []),
        (Filters(include={"project": ("web",), "user": ("a@x",)}), [0]),
        (Filters(include={"project": ("it's; DROP TABLE requests",)}), [4]),
        (Filters(include={"model": ("m2",)}), [1]),
        (Filters(include={"model": ("m1",)}), [0, 3]),
        (Filters(exclude={"project": ("web",)}), [2, 3, 4]),
        (Filters(exclude={"project": (None,)}), [0, 1, 2, 4]),
        (Filters(exclude={"project": ("web", None)}), [2, 4]),
        (Filters(include={"user": ("a@x",)}, exclude={"project": ("web",)}), [3, 4]),
    ],
)
def test_which_requests_are_meant(ledger: sqlite3.Connection, filters: Filters, hours: list[int]) -> None:
    condition, parameters = where(filters)
    found = ledger.execute(f"SELECT started_at FROM requests WHERE {condition} ORDER BY 1", parameters)
    assert [row[0] // HOUR for row in found] == hours


@pytest.mark.parametrize(
    ("several", "hours"),
    [
        ([], []),
        ([Filters(since=HOUR, include={"project": ("web",)})], [1]),
        ([Filters(include={"project": ("api",)}), Filters(until=2 * HOUR, exclude={"user": ("b@x",)})], [0, 2]),
    ],
)
def test_what_any_of_several_means(ledger: sqlite3.Connection, several: list[Filters], hours: list[int]) -> None:
    condition, parameters = where(several)
    found = ledger.execute(f"SELECT started_at FROM requests WHERE {condition} ORDER BY 1", parameters)
    assert [row[0] // HOUR for row in found] == hours


def test_a_word_that_is_no_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of model, project"):
        column("1; DROP TABLE requests")
    with pytest.raises(ValueError, match="no dimension"):
        where(Filters(include={"cost": ("1",)}))
