"""The roll-up that tells callers apart gives the very answers that the rows give, whatever was done to these."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.ledger import by_callers, by_rows, imported, pruning, queries, rollups
from franking.ledger.by_callers import Cut
from franking.ledger.by_rows import Found
from franking.ledger.connection import transaction
from franking.ledger.filters import DIMENSIONS, Filters
from franking.ledger.moving import Move, move
from franking.ledger.record import Record
from franking.ledger.schema_2 import SUMS
from franking.ledger.sides import Sides
from franking.ledger.store import Store
from franking.ledger.totals import Totals
from support import ledgers
from support.examples import thorough

_EIGHTH = 10_800_000_000
_FIRST, _LAST = 1_774_000_000_000_000, 1_775_000_000_000_000
_moments = st.integers(_FIRST, _LAST) | st.integers(_FIRST // _EIGHTH, _LAST // _EIGHTH).map(
    lambda eighth: eighth * _EIGHTH
)
_numbers = st.none() | st.integers(0, 10**9)
_rows = st.builds(
    ledgers.record,
    _moments,
    project_id=st.sampled_from([None, "a", "b"]),
    model=st.sampled_from([None, "m"]),
    user=st.sampled_from([None, "x", "y"]),
    branch=st.sampled_from([None, "main", "dev"]),
    session_id=st.sampled_from([None, "s", "t"]),
    repository=st.sampled_from([None, "r"]),
    pid=st.sampled_from([None, 1]),
    cost=_numbers,
    reasoning_tokens=_numbers,
    status=st.sampled_from(["ok", "http_error", "in_flight"]),
)
_values = st.lists(st.sampled_from([None, "a", "m", "x", "main", "s"]), min_size=1, max_size=2, unique=True).map(tuple)
_chosen = st.dictionaries(st.sampled_from(["project", "branch", "session", "repository"]), _values, max_size=2)


def folded(*parts: Iterable[Found]) -> dict[object, tuple[list[int | None], set[str]]]:
    sums: dict[object, list[int | None]] = {}
    users: dict[object, set[str]] = {}
    for found in parts:
        for key, (*values, some) in found:
            held = sums.setdefault(key, [None] * len(values))
            sums[key] = [b if a is None else a if b is None else a + b for a, b in zip(held, values, strict=True)]
            # A number is told of a group that is whole; so many names stand for it.
            users.setdefault(key, set()).update(some if not isinstance(some, int) else map(str, range(some)))
    return {key: (values, users[key]) for key, values in sums.items()}


def with_total(ledger: sqlite3.Connection, moment: int) -> None:
    """An imported total of 3 requests, which tells nothing of a caller."""
    scope = ledger.execute("INSERT INTO scopes (project_id) VALUES ('a') RETURNING id").fetchone()[0]
    values = [{"requests": 3, "cost": 5, "priced": 1}.get(name, 0) for name in SUMS]
    places = [b"key", moment // 900_000_000, scope, moment, moment + 1, "day", *values]
    ledger.execute(f"INSERT INTO imported_totals VALUES ({', '.join('?' * len(places))})", places)


@thorough(40, 1_000)
@given(
    rows=st.lists(_rows, max_size=25),
    changed=st.integers(0, 5),
    removed=st.integers(0, 5),
    total=st.none() | _moments,
    by=st.lists(st.sampled_from(["day", "week", "month", *DIMENSIONS]), min_size=1, max_size=2, unique=True),
    since=st.none() | _moments,
    until=st.none() | _moments,
    include=_chosen,
    exclude=_chosen,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo", "Asia/Kathmandu", "America/Los_Angeles"]),
)
def test_the_answer_is_that_of_the_rows(
    tmp_path: Path, rows: list[Record], changed: int, removed: int, total: int | None, by: list[str],
    since: int | None, until: int | None, include: dict[str, tuple[str | None, ...]],
    exclude: dict[str, tuple[str | None, ...]], zone: str,
) -> None:  # fmt: skip
    filters = Filters(since, until, include, exclude)
    if not by_callers.knows(filters, by):
        return
    file = tmp_path / "ledger.db"
    for old in tmp_path.iterdir():
        old.unlink()
    ledgers.made(file, rows)
    ledgers.add(file, *(msgspec.structs.replace(row, status="ok", branch="other", cost=7) for row in rows[:changed]))
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        if total is not None:
            with_total(ledger, total)
        ledger.execute("DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries LIMIT ?)", (removed,))
        assert rollups.differences(ledger) == 0
        place = ZoneInfo(zone)
        expected = folded(by_rows.found(ledger, filters, by, place), imported.found(ledger, filters, by, place))
        assert folded(by_callers.found(ledger, filters, by, place)) == expected
        counted = [*by_callers.found(ledger, filters, by, place, named=False)]
        assert len({key for key, *_ in counted}) == len(counted) or not any(
            isinstance(held[-1], int) for _, held in counted
        )
        assert {key: (values, len(users)) for key, (values, users) in folded(counted).items()} == {
            key: (values, len(users)) for key, (values, users) in expected.items()
        }


@pytest.mark.parametrize(
    ("by", "include", "known"),
    [
        (("session",), {"branch": ("main",)}, True),
        (("day", "branch"), {}, True),
        (("repository", "project"), {"session": ("s", None)}, True),
        (("branch",), {"session": ("s",)}, False),
        (("branch",), {"session": ("s", "t")}, True),
        (("day", "week"), {"branch": ("main",)}, False),
    ],
)
def test_what_it_is_asked_for(by: tuple[str, ...], include: dict[str, tuple[str | None, ...]], known: bool) -> None:
    assert by_callers.knows(Filters(include=include), by) is known


@pytest.fixture
def file(tmp_path: Path) -> Path:
    chance = random.Random(3)
    rows = [
        ledgers.record(
            _FIRST + number * 1_000_000_000, branch=f"b{number % 7}", session_id=f"s{number // 9}", cost=number,
            project_id=f"p{number % 3}", pid=chance.choice((None, 5)), user=f"u{number % 4}",
        )
        for number in range(300)
    ]  # fmt: skip
    return ledgers.made(tmp_path / "ledger.db", rows)


def counted(ledger: sqlite3.Connection, by: str) -> dict[Any, tuple[int, int | None]]:
    groups = queries.costs(ledger, Filters(), (by,), ZoneInfo("UTC")).groups
    return {group.key[0]: (group.requests, group.cost) for group in groups}


def test_totals_of_requests_that_were_dropped_keep_their_branch_and_are_of_no_session(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        branches, whole = counted(ledger, "branch"), queries.costs(ledger, Filters(), ("project",)).total
        both = Filters(exclude={"session": ("none of them",)})
        in_sessions = queries.costs(ledger, both, ("branch",))
        before = (_FIRST // pruning.DAY + 2) * pruning.DAY
        while pruning.step(ledger, before, keep_totals=True):
            pass
        pruning.tidy(ledger)
        left = counted(ledger, "session")
        assert {key: value[0] for key, value in left.items() if key is not None} == Counter(
            row[0] for row in ledger.execute("SELECT session_id FROM requests")
        )
        assert 0 < left[None][0] < 300
        assert counted(ledger, "branch") == branches
        assert queries.costs(ledger, both, ("branch",)) == in_sessions
        assert queries.costs(ledger, Filters(), ("session",)).total == whole
        assert rollups.differences(ledger) == 0
        rollups.rebuild(ledger)
        assert rollups.differences(ledger) == 0
        assert (counted(ledger, "session"), counted(ledger, "branch")) == (left, branches)
        assert queries.costs(ledger, both, ("branch",)) == in_sessions


_OLDEST = "bucket = (SELECT MIN(bucket) FROM eighths)"
_NAMES = ", ".join(SUMS)


@pytest.mark.parametrize(
    "harm",
    [
        f"UPDATE eighths SET cost = cost + 1 WHERE {_OLDEST}",
        "UPDATE eighths SET caller = caller + 1 WHERE caller = (SELECT MAX(caller) FROM eighths)",
        f"UPDATE OR REPLACE eighths SET caller = 0 WHERE {_OLDEST}",
        f"UPDATE eighths SET scope = scope + 9 WHERE {_OLDEST}",
        f"DELETE FROM eighths WHERE {_OLDEST}",
        f"UPDATE eighths SET place = 0 WHERE {_OLDEST}",
        f"INSERT INTO eighths (bucket, scope, place, caller, {_NAMES}) SELECT 9, 1, 0, 0, {_NAMES} FROM days LIMIT 1",
    ],
)
def test_a_difference_is_found_and_mended(file: Path, harm: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        before = ledger.execute("SELECT * FROM eighths ORDER BY 1, 2, 3, 4").fetchall()
        ledger.execute(harm)
        assert rollups.differences(ledger) > 0
        rollups.rebuild(ledger)
        assert rollups.differences(ledger) == 0
        assert ledger.execute("SELECT * FROM eighths ORDER BY 1, 2, 3, 4").fetchall() == before


def test_the_writer_and_whoever_moves_rows_keep_it(file: Path) -> None:
    with closing(Store(file)) as store:
        ledger = store.open()
        for number in range(4):
            store.write([ledgers.record(_LAST + n, branch=f"b{(n + number) % 3}", cost=1) for n in range(20)])
            assert rollups.differences(ledger) == 0
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger, transaction(ledger):
        sides, found = Sides(), ledger.execute("SELECT rowid, scope, caller FROM entries LIMIT 50").fetchall()
        moves = [
            Move(entry, scope, caller, scope, sides.changed(ledger, "callers", caller, {"branch": "moved"}))
            for entry, scope, caller in found
        ]
        assert len(move(ledger, moves, Totals(ledger))) == 50
        assert rollups.differences(ledger) == 0
        assert counted(ledger, "branch")["moved"][0] == 50


def test_any_two_dimensions_have_their_question(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        for by in permutations(["day", *DIMENSIONS], 2):
            for filters in (Filters(), Filters(include={"session": ("s1", "s2")})):
                groups = queries.costs(ledger, filters, by, ZoneInfo("UTC")).groups
                assert sum(group.requests for group in groups) == (18 if filters.include else 300), by


def test_a_session_and_a_branch_of_a_ledger_without_requests(tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db"))) as ledger:
        assert queries.costs(ledger, Filters(), ("session", "branch")).groups == ()
        assert by_callers.cut(ledger, Filters(), "day", None) == Cut((), (), ())
