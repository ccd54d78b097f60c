"""Roll-ups give the very answers that the rows give: any dimensions, filters, period and zone."""

import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.ledger import by_roll_ups, by_rows, queries
from franking.ledger.adding import BRIEF, Brief, Key
from franking.ledger.by_rows import Found
from franking.ledger.filters import PLACED, TIMES, Filters
from franking.ledger.groups import Group
from franking.ledger.record import Record
from support import ledgers
from support.examples import thorough

_FIRST, _LAST = 1_774_000_000_000_000, 1_777_000_000_000_000
_moments = st.integers(_FIRST, _LAST) | st.integers(_FIRST // 900_000_000, _LAST // 900_000_000).map(
    lambda quarter: quarter * 900_000_000
)
_numbers = st.none() | st.integers(0, 10**9)
_rows = st.builds(
    ledgers.record,
    _moments,
    project_id=st.sampled_from([None, "a", "b"]),
    feature=st.sampled_from([None, "cli"]),
    model=st.sampled_from([None, "m"]),
    requested_model=st.sampled_from([None, "m", "n"]),
    user=st.sampled_from([None, "x", "y"]),
    client=st.sampled_from([None, "kilo"]),
    branch=st.sampled_from([None, "main", "dev"]),
    repository=st.sampled_from([None, "r"]),
    cost=_numbers,
    input_tokens=_numbers,
    reasoning_tokens=_numbers,
    status=st.sampled_from(["ok", "http_error", "in_flight", "client_aborted"]),
)
_values = st.lists(st.sampled_from([None, "a", "m", "x", "cli", "main"]), min_size=1, max_size=2, unique=True).map(
    tuple
)
_chosen = st.dictionaries(
    st.sampled_from(["project", "feature", "model", "user", "branch", "repository"]), _values, max_size=1
)
_DIMENSIONS = ["day", "week", "month", *PLACED]


def folded(found: Iterable[Found]) -> dict[object, tuple[list[int | None], set[str]]]:
    sums: dict[object, list[int | None]] = {}
    users: dict[object, set[str]] = {}
    for key, (*values, some) in found:
        held = sums.setdefault(key, [None] * len(values))
        sums[key] = [b if a is None else a if b is None else a + b for a, b in zip(held, values, strict=True)]
        # A number is told of a group that is whole; so many names stand for it.
        assert not isinstance(some, int) or key not in users
        users.setdefault(key, set()).update(some if not isinstance(some, int) else map(str, range(some)))
    return {key: (values, users[key]) for key, values in sums.items()}


@thorough(40, 1_000)
@given(
    rows=st.lists(_rows, max_size=25),
    later=st.lists(_rows, max_size=5),
    removed=st.integers(0, 5),
    by=st.lists(st.sampled_from(_DIMENSIONS), min_size=1, max_size=2, unique=True),
    since=st.none() | _moments,
    until=st.none() | _moments,
    include=_chosen,
    exclude=_chosen,
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Kiritimati", "Australia/Lord_Howe"]
    ),
)
def test_the_answer_is_that_of_the_rows(
    tmp_path: Path, rows: list[Record], later: list[Record], removed: int, by: list[str], since: int | None,
    until: int | None, include: dict[str, tuple[str | None, ...]],
    exclude: dict[str, tuple[str | None, ...]], zone: str,
) -> None:  # fmt: skip
    filters = Filters(since, until, include, exclude)
    if not by_roll_ups.knows(filters, by):
        return
    file = tmp_path / "ledger.db"
    for old in tmp_path.iterdir():
        old.unlink()
    ledgers.made(file, rows)
    ledgers.add(file, *(ledgers.record(new.started_at, **_as(old, new)) for old, new in zip(rows, later, strict=False)))
    with closing(sqlite3.connect(file)) as ledger:
        ledger.execute("DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries LIMIT ?)", (removed,))
        expected = folded(by_rows.found(ledger, filters, by, ZoneInfo(zone)))
        assert folded(by_roll_ups.found(ledger, filters, by, ZoneInfo(zone))) == expected
        counted = folded(by_roll_ups.found(ledger, filters, by, ZoneInfo(zone), named=False))
        assert {key: (values, len(users)) for key, (values, users) in counted.items()} == {
            key: (values, len(users)) for key, (values, users) in expected.items()
        }
        if {*TIMES}.intersection(by):
            whole = queries.folded(ledger, [(filters, queries.unturned)], by, ZoneInfo(zone))
            for brief in BRIEF:
                told = queries.folded(ledger, [(filters, queries.unturned)], by, ZoneInfo(zone), brief=brief)
                assert told.total == briefly(whole.total, brief)
                assert {*told.groups} == {briefly(group, brief) for group in whole.groups}
                assert len(told.groups) == len(whole.groups)


def briefly(group: Group, brief: Brief) -> Group:
    if brief == "costs":
        return Group(group.key, group.requests, group.cost, group.unpriced)
    return group._replace(cost=None, unpriced=0, unpriced_ok=0, errors=0, running=0, users=0)


@pytest.mark.parametrize("dimension", ["branch", "repository"])
@pytest.mark.parametrize("values", [("main",), ("r", None), (None,), ("dev", "main")])
@pytest.mark.parametrize("by", [("project",), ("day", "branch"), ("repository", "user")])
def test_a_filter_by_place(file: Path, dimension: str, values: tuple[str | None, ...], by: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(file)) as ledger:
        for filters in (Filters(include={dimension: values}), Filters(exclude={dimension: values})):
            expected = folded(by_rows.found(ledger, filters, by, ZoneInfo("UTC")))
            assert folded(by_roll_ups.found(ledger, filters, by, ZoneInfo("UTC"))) == expected


@pytest.mark.parametrize(
    ("by", "filters", "of_owners"),
    [
        (("project",), Filters(), True),
        (("user",), Filters(exclude={"project": ("a", None)}), True),
        (("day", "project"), Filters(), True),
        (("week", "user"), Filters(include={"user": ("x", None)}), True),
        (("month",), Filters(include={"project": ("b",)}, exclude={"user": ("y",)}), True),
        (("project", "user"), Filters(_FIRST + 10**12 + 7), True),
        (("project", "model"), Filters(), False),
        (("day", "project"), Filters(exclude={"feature": (None,)}), False),
        (("user",), Filters(include={"branch": ("main",)}), False),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_projects_and_users_are_read_by_owners(
    file: Path, by: tuple[str, ...], filters: Filters, of_owners: bool, zone: str
) -> None:
    asked: list[str] = []
    with closing(sqlite3.connect(file)) as ledger:
        expected = folded(by_rows.found(ledger, filters, by, ZoneInfo(zone)))
        ledger.set_trace_callback(asked.append)
        assert folded(by_roll_ups.found(ledger, filters, by, ZoneInfo(zone))) == expected
    read = {table for said in asked if "sum(" in said for table in re.findall(r" (\w+) AS r\b", said)} - {"quarters"}
    assert read
    assert {table.startswith("owned_") for table in read} == {of_owners}


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe"])
@pytest.mark.parametrize("by", [("day",), ("week", "project"), ("month", "branch"), ("day", "user")])
def test_a_brief_answer_tells_the_same_requests_and_costs(file: Path, by: tuple[str, ...], zone: str) -> None:
    with closing(sqlite3.connect(file)) as ledger:
        for filters in (Filters(), Filters(_FIRST + 10**12 + 7), Filters(include={"branch": ("main",)})):
            told = queries.folded(ledger, [(filters, queries.unturned)], by, ZoneInfo(zone), brief="costs")
            of_rows = folded(by_rows.found(ledger, filters, by, ZoneInfo(zone)))
            assert {group.key: (group.requests, group.cost, group.unpriced) for group in told.groups} == {
                key: tuple(values[:3]) for key, (values, _) in of_rows.items()
            }
            assert all(group == briefly(group, "costs") for group in (*told.groups, told.total))


@pytest.mark.parametrize("by", [("project",), ("branch",), ("week", "user"), ("day",), ("month", "repository")])
@pytest.mark.parametrize("turned", [queries.unturned, lambda key: ("merged", *key[1:])])
def test_users_that_nobody_asks_for_are_not_counted(
    file: Path, by: tuple[str, ...], turned: Callable[[Key], Key]
) -> None:
    with closing(sqlite3.connect(file)) as ledger:
        for filters in (Filters(), Filters(_FIRST + 10**12 + 7)):
            each, all_, none = (
                queries.folded(ledger, [(filters, turned)], by, ZoneInfo("Asia/Kathmandu"), users=users)
                for users in get_args(queries.Users)
            )
            without = tuple(group._replace(users=0) for group in each.groups)
            assert each.total.users == 5
            assert all_ == replace(each, groups=without)
            assert none == replace(all_, total=each.total._replace(users=0))


@pytest.mark.parametrize(
    ("by", "filters", "scopes"),
    [
        (("branch",), Filters(), False),
        (("week", "repository"), Filters(include={"branch": ("main", None)}), False),
        (("day",), Filters(exclude={"repository": ("r",)}), False),
        (("month",), Filters(), False),
        (("branch",), Filters(include={"project": ("p0",)}), True),
        (("branch", "user"), Filters(), True),
    ],
)
def test_scopes_are_looked_up_where_they_are_asked_for(
    file: Path, by: tuple[str, ...], filters: Filters, scopes: bool
) -> None:
    asked: list[str] = []
    with closing(sqlite3.connect(file)) as ledger:
        for users in ("each", "none"):
            asked.clear()
            ledger.set_trace_callback(asked.append)
            queries.folded(ledger, [(filters, queries.unturned)], by, ZoneInfo("Asia/Tokyo"), users=users)
            sums = [said for said in asked if "sum(r.cost)" in said]
            assert sums
            assert {" AS s ON " in said for said in sums} == {scopes or users == "each"}


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Kathmandu"])
@pytest.mark.parametrize("by", [("project",), ("repository", "branch"), ("day",), ("week", "project"), ("user",)])
@pytest.mark.parametrize("users", [{}, {"user": ("x", "w")}, {"user": (None, "y")}, {"user": ("w",)}])
def test_users_of_a_group_in_several_parts_count_once(
    file: Path, by: tuple[str, ...], users: dict[str, tuple[str | None, ...]], zone: str
) -> None:
    whole = Filters(include=users)
    meant = (whole, Filters(_FIRST + 10**12 + 7, include=users), replace(whole, include={}, exclude=users))
    with closing(sqlite3.connect(file)) as ledger:
        for filters in meant:
            of_rows = folded(by_rows.found(ledger, filters, by, ZoneInfo(zone)))
            for named in (True, False):
                found = folded(by_roll_ups.found(ledger, filters, by, ZoneInfo(zone), named=named))
                assert {key: len(users) for key, (_, users) in found.items()} == {
                    key: len(users) for key, (_, users) in of_rows.items()
                }


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        ledgers.record(
            _FIRST + number * 7_000_000_000, project_id=f"p{number % 2}",
            user=("x", "v")[number % 2] if number % 7 == 3 else (None, "x", "y", "z", "w")[number % 5],
            branch=(None, "main", "dev")[number % 3], repository=(None, "r")[number % 2], input_tokens=number,
            cost=None if number % 4 else number, status=("ok", "ok", "http_error", "in_flight")[number % 7 % 4],
        )
        for number in range(400)
    ]  # fmt: skip
    return ledgers.made(tmp_path_factory.mktemp("places") / "ledger.db", rows)


def _as(old: Record, new: Record) -> dict[str, object]:
    """What the new row says, under the old one's id."""
    names = ("project_id", "feature", "model", "user", "branch", "cost", "input_tokens", "status")
    return {"id": old.id} | {name: getattr(new, name) for name in names}


@pytest.mark.parametrize(
    ("by", "known"),
    [
        (("project", "day"), True),
        (("model",), True),
        (("session",), False),
        (("project", "branch"), True),
        (("branch", "session"), False),
        (("day", "month"), False),
    ],
)
def test_what_the_roll_ups_know(by: tuple[str, ...], known: bool) -> None:
    assert by_roll_ups.knows(Filters(), by) is known
    assert by_roll_ups.knows(Filters(exclude={"session": ("s",)}), by) is False
