"""The largest sessions, among those that are named, whatever of theirs the roll-up does not tell."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from franking.ledger import largest, queries, reader
from franking.ledger.filters import Filters
from franking.ledger.groups import Group
from franking.ledger.statements.callers import RANKED
from support.ledgers import made, record

HOUR = 3_600_000_000
FIRST = 1_774_000_000_000_000
FIGURES: Mapping[str, Callable[[Group], int | None]] = {
    "cost": lambda group: group.cost,
    "requests": lambda group: group.requests,
    "tokens": lambda group: (group.input_tokens or 0) + (group.output_tokens or 0),
    "input_tokens": lambda group: group.input_tokens,
    "output_tokens": lambda group: group.output_tokens,
    "cache_read_tokens": lambda group: group.cache_read_tokens,
    "reasoning_tokens": lambda group: group.reasoning_tokens,
    "errors": lambda group: group.errors,
    "unpriced": lambda group: group.unpriced,
    "average": lambda group: group.average,
    "users": lambda group: group.users,
}
MEANT = {
    "everything": Filters(),
    "from and to within an eighth": Filters(FIRST + 5 * HOUR + 7, FIRST + 50 * HOUR + 11),
    "less than an eighth": Filters(FIRST + 10 * HOUR, FIRST + 11 * HOUR),
    "of one project": Filters(include={"project": ("a",)}),
    "without a project": Filters(FIRST + HOUR, exclude={"project": ("a",)}),
    "of several sessions": Filters(include={"session": (None, "s3", "s17", "s18")}),
    "of a branch": Filters(FIRST + HOUR, include={"branch": ("main", None)}),
    "of all branches but one": Filters(exclude={"branch": ("dev",)}),
    "of a branch and several sessions": Filters(include={"branch": ("main",), "session": ("s3", "s17", "s18")}),
    "of a project and a branch": Filters(include={"branch": ("main",), "project": ("a",)}),
    "of nobody": Filters(include={"user": ("nobody",)}),
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    chance = random.Random(3)
    rows = [
        record(
            FIRST + chance.randrange(60 * HOUR),
            session_id=chance.choice([None, *(f"s{number}" for number in range(60))]),
            project_id=chance.choice([None, "a", "b"]),
            branch=chance.choice([None, "main", "dev"]),
            user=chance.choice([None, None, "x", "y"]),
            pid=chance.choice([None, 1, 2]),
            cost=chance.choice([None, chance.randrange(10**9)]),
            status=chance.choice(["ok"] * 8 + ["http_error", "in_flight"]),
            **{
                f"{kind}_tokens": chance.choice([None, chance.randrange(10**4)])
                for kind in ("input", "output", "cache_read", "reasoning")
            },
        )
        for _ in range(700)
    ]
    with reader.opened(made(tmp_path_factory.mktemp("largest") / "ledger.db", rows)) as opened:
        yield opened


@pytest.mark.parametrize("size", RANKED)
@pytest.mark.parametrize("meant", MEANT.values(), ids=MEANT)
def test_those_that_are_the_largest_are_named(ledger: sqlite3.Connection, meant: Filters, size: str) -> None:
    groups = [group for group in queries.costs(ledger, meant, ("session",)).groups if group.key[0] is not None]
    sizes = {group.key[0]: ((FIGURES[size](group) or 0), group.requests) for group in groups}
    found = largest.sessions(ledger, meant, size, 5)
    assert found is not None
    assert {*found} <= {*sizes}
    assert sorted(sizes[session] for session in found)[-5:] == sorted(sizes.values())[-5:]


def test_an_average_that_falls_beyond_the_roll_up_takes_no_others_place(tmp_path: Path) -> None:
    later = FIRST + 3 * HOUR
    rows = [record(FIRST, session_id=f"s{number}", cost=number) for number in range(1, 9)]
    rows += [record(FIRST, session_id=f"falls {number}", cost=100) for number in range(5)]
    ends = [record(later, session_id=f"falls {number}", cost=0) for number in range(5) for _ in range(99)]
    with reader.opened(made(tmp_path / "ledger.db", [*rows, *ends])) as opened:
        found = largest.sessions(opened, Filters(until=later + 1), "average", 2)
    assert found is not None
    assert {"s7", "s8"} <= {*found}


def test_where_all_have_to_be_asked_for(ledger: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert largest.sessions(ledger, Filters(include={"session": ("s3",)}), "cost", 5) is None
    monkeypatch.setattr(largest, "_ELSEWHERE", 1)
    assert largest.sessions(ledger, Filters(), "cost", 5) is None
