"""What requests cost, grouped: sums that reconcile, unknown that is not zero, local days in every zone."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.ledger.adding import BRIEF
from franking.ledger.filters import DIMENSIONS, TIMES, Filters
from franking.ledger.queries import Costs, Group, costs, folded, unturned
from franking.ledger.record import Record
from support import ledgers
from support.examples import thorough


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def asked(file: Path, rows: Iterable[Record], by: tuple[str, ...], zone: str = "UTC", **how: object) -> Costs:
    ledger = sqlite3.connect(ledgers.made(file, rows))
    try:
        return costs(ledger, Filters(**how), by, ZoneInfo(zone))  # type: ignore[arg-type]
    finally:
        ledger.close()


ROWS = [
    ledgers.record(at("2026-11-20T10:00:00"), project_id="web", cost=3_000, input_tokens=10, output_tokens=5, user="a"),
    ledgers.record(at("2026-11-20T11:00:00"), project_id="web", cost=4_000, input_tokens=20, user="b"),
    ledgers.record(at("2026-11-20T12:00:00"), project_id="web", cost=None, user="a"),
    ledgers.record(at("2026-11-21T10:00:00"), project_id="web", status="http_error", http_status=429),
    ledgers.record(at("2026-11-21T10:00:00"), project_id="api", cost=0),
    ledgers.record(at("2026-11-21T10:00:00"), project_id=None, cost=50_000, user="c"),
    ledgers.record(at("2026-11-21T11:00:00"), project_id="new", status="in_flight"),
    ledgers.record(at("2026-11-21T12:00:00"), project_id="web", status="client_aborted"),
]


def test_groups_by_project_dearest_first(tmp_path: Path) -> None:
    found = asked(tmp_path / "ledger.db", ROWS, ("project",))
    assert [(group.key[0], group.requests, group.cost) for group in found.groups] == [
        (None, 1, 50_000),
        ("web", 5, 7_000),
        ("api", 1, 0),
        ("new", 1, None),
    ]
    web = found.groups[1]
    assert (web.unpriced, web.unpriced_ok, web.errors, web.running, web.users) == (3, 1, 1, 0, 2)
    assert (web.input_tokens, web.output_tokens, web.cache_read_tokens) == (30, 5, None)
    assert web.average == 3_500


@pytest.mark.parametrize("by", [("day", "project"), ("day", "session"), ("session",)])
@pytest.mark.parametrize("include", [{}, {"session": ("s",)}])
def test_a_brief_answer_tells_nothing_else_whoever_answers(
    tmp_path: Path, by: tuple[str, ...], include: dict[str, tuple[str | None, ...]]
) -> None:
    rows = [msgspec.structs.replace(row, session_id="s", output_tokens=7) for row in ROWS]
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", rows))) as ledger:
        parts = [(Filters(include=include), unturned)]
        whole = folded(ledger, parts, by, UTC).groups
        of_costs, of_tokens = (folded(ledger, parts, by, UTC, brief=brief).groups for brief in BRIEF)
    assert {*of_costs} == {Group(one.key, one.requests, one.cost, one.unpriced) for one in whole}
    assert {*of_tokens} == {
        one._replace(cost=None, unpriced=0, unpriced_ok=0, errors=0, running=0, users=0) for one in whole
    }


def test_unknown_is_not_zero(tmp_path: Path) -> None:
    free, running = asked(tmp_path / "ledger.db", ROWS, ("project",)).groups[2:]
    assert (free.cost, free.average, free.unpriced) == (0, 0, 0)
    assert (running.cost, running.average, running.unpriced, running.running) == (None, None, 1, 1)


def test_the_total_is_over_everything_and_counts_a_user_once(tmp_path: Path) -> None:
    total = asked(tmp_path / "ledger.db", ROWS, ("project",)).total
    assert (total.requests, total.cost, total.unpriced, total.users) == (8, 57_000, 4, 3)


def test_an_empty_ledger_has_a_total_of_nothing_known(tmp_path: Path) -> None:
    for by in (("project",), ("day",)):
        found = asked(tmp_path / f"{by[0]}.db", [], by)
        assert found.groups == ()
        assert (found.total.requests, found.total.cost, found.total.unpriced) == (0, None, 0)
        assert (found.total.input_tokens, found.total.users) == (None, 0)


@pytest.mark.parametrize(
    ("zone", "by", "keys"),
    [
        ("UTC", "day", ["2026-10-25", "2026-10-26"]),
        # The 25th has 25 hours in Warsaw, from 22:00 to 23:00 UTC the day after.
        ("Europe/Warsaw", "day", ["2026-10-24", "2026-10-25", "2026-10-26"]),
        ("Asia/Kathmandu", "day", ["2026-10-25", "2026-10-26"]),
        ("America/New_York", "day", ["2026-10-24", "2026-10-25"]),
        ("UTC", "week", ["2026-W43", "2026-W44"]),
        ("America/New_York", "week", ["2026-W43"]),
        ("UTC", "month", ["2026-10"]),
    ],
)
def test_days_are_the_zones_own(tmp_path: Path, zone: str, by: str, keys: list[str]) -> None:
    moments = {
        "UTC": ["2026-10-25T00:00:00", "2026-10-25T23:59:59", "2026-10-26T00:00:00"],
        "Europe/Warsaw": ["2026-10-24T21:59:59", "2026-10-24T22:00:00", "2026-10-25T22:59:59", "2026-10-25T23:00:00"],
        "Asia/Kathmandu": ["2026-10-24T18:15:00", "2026-10-25T18:14:59", "2026-10-25T18:15:00"],
        "America/New_York": ["2026-10-25T03:59:59", "2026-10-25T04:00:00"],
    }[zone]
    found = asked(tmp_path / "ledger.db", [ledgers.record(at(moment), cost=1) for moment in moments], (by,), zone)
    assert [group.key[0] for group in found.groups] == keys
    assert sum(group.requests for group in found.groups) == len(moments)


def test_a_user_of_two_quarter_hours_is_one_user_of_the_day(tmp_path: Path) -> None:
    rows = [ledgers.record(at(f"2026-11-20T{hour:02d}:00:00"), user=user) for hour in range(3) for user in ("a", "b")]
    (day,) = asked(tmp_path / "ledger.db", rows, ("day",)).groups
    assert (day.requests, day.users) == (6, 2)


def test_of_two_dimensions_the_second_is_ordered_within_the_first(tmp_path: Path) -> None:
    rows = [
        ledgers.record(1, project_id=project, model=model, cost=cost)
        for project, model, cost in [("a", "m1", 5), ("a", "m2", 6), ("b", "m1", 8), ("b", "m2", 1), ("c", "m1", 1)]
    ]
    found = asked(tmp_path / "ledger.db", rows, ("project", "model"))
    assert [group.key for group in found.groups] == [("a", "m2"), ("a", "m1"), ("b", "m1"), ("b", "m2"), ("c", "m1")]


def test_time_as_the_second_dimension(tmp_path: Path) -> None:
    found = asked(tmp_path / "ledger.db", ROWS, ("project", "day"))
    assert [group.key for group in found.groups][:3] == [
        (None, "2026-11-21"),
        ("web", "2026-11-20"),
        ("web", "2026-11-21"),
    ]


@pytest.mark.parametrize(
    ("by", "top", "keys"),
    [
        (("project",), 1, [("(other)",), ("c",), (None,)]),
        (("project",), 9, [("c",), ("b",), ("a",), (None,)]),
        (("project", "user"), 1, [("(other)", "(other)"), ("c", "x"), (None, None)]),
        (("day", "project"), 1, [("1970-01-01", "(other)"), ("1970-01-01", "c"), ("1970-01-01", None)]),
    ],
)
def test_the_dearest_and_all_others_as_one(tmp_path: Path, by: tuple[str, ...], top: int, keys: list[object]) -> None:
    rows = [
        ledgers.record(1, project_id=project, user=user, cost=cost)
        for project, user, cost in [("a", "x", 5), ("b", "x", 6), ("b", "y", 1), ("c", "x", 8), (None, None, 2)]
    ]
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", rows))) as ledger:
        found = costs(ledger, Filters(), by, ZoneInfo("UTC"), top)
    assert [group.key for group in found.groups] == keys
    assert sum(group.cost or 0 for group in found.groups) == found.total.cost == 22
    if top == 1:
        (other,) = (group for group in found.groups if group.other)
        assert (other.requests, other.cost, other.users) == (3, 12, 2)


@pytest.mark.parametrize("by", [(), ("project", "project"), ("project", "model", "user"), ("cost",)])
def test_what_cannot_be_grouped_by_is_refused(tmp_path: Path, by: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"group by one dimension|no dimension"):
        asked(tmp_path / "ledger.db", [], by)


_ROW = st.builds(
    ledgers.record,
    st.integers(min_value=1_760_000_000_000_000, max_value=1_800_000_000_000_000),
    project_id=st.sampled_from([None, "a", "b", "c"]),
    user=st.sampled_from([None, "x", "y"]),
    cost=st.none() | st.integers(min_value=0, max_value=10**15),
    input_tokens=st.none() | st.integers(min_value=0, max_value=10**9),
    status=st.sampled_from(["ok", "http_error", "in_flight", "client_aborted"]),
)


@thorough(25, 500)
@given(
    rows=st.lists(_ROW, max_size=20),
    by=st.lists(st.sampled_from([*TIMES, *DIMENSIONS]), min_size=1, max_size=2, unique=True),
    zone=st.sampled_from(["UTC", "Europe/Warsaw", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]),
)
def test_groups_always_add_up_to_the_total(tmp_path: Path, rows: list[Record], by: list[str], zone: str) -> None:
    file = tmp_path / "ledger.db"
    for old in tmp_path.iterdir():
        old.unlink()
    found = asked(file, rows, tuple(by), zone)
    for name in ("requests", "unpriced", "unpriced_ok", "errors", "running"):
        assert sum(getattr(group, name) for group in found.groups) == getattr(found.total, name)
    for name in ("cost", "input_tokens"):
        known = [value for group in found.groups if (value := getattr(group, name)) is not None]
        assert (sum(known) if known else None) == getattr(found.total, name)
    assert found.total.requests == len(rows)
    assert len({group.key for group in found.groups}) == len(found.groups)


@thorough(25, 500)
@given(
    rows=st.lists(_ROW, max_size=30),
    by=st.sampled_from(
        [("day", "project"), ("user", "month"), ("project", "week"), ("project", "user"), ("day", "week")]
    ),
    top=st.integers(1, 2),
    include=st.sampled_from([{}, {"project": ("a", None)}, {"user": ("x", "y")}]),
    exclude=st.sampled_from([{}, {"project": ("b",)}]),
)
def test_what_the_others_come_to_is_what_is_left_of_all(
    tmp_path: Path, rows: list[Record], by: tuple[str, str], top: int, include: dict[str, tuple[str | None, ...]],
    exclude: dict[str, tuple[str | None, ...]],
) -> None:  # fmt: skip
    file = tmp_path / "ledger.db"
    for old in tmp_path.iterdir():
        old.unlink()
    filters = Filters(include=include, exclude=exclude)
    with closing(sqlite3.connect(ledgers.made(file, rows))) as ledger:
        every, found = (costs(ledger, filters, by, ZoneInfo("UTC"), limit) for limit in (None, top))
        assert not ledger.in_transaction
    assert found.total == every.total
    told = {group.key: group for group in found.groups if not group.other}
    assert told == {group.key: group for group in every.groups if group.key in told}
    times = [place for place, dimension in enumerate(by) if dimension in TIMES]
    left: dict[object, list[Group]] = {}
    for group in every.groups:
        if group.key not in told:
            left.setdefault(tuple(group.key[place] for place in times), []).append(group)
    others = {tuple(group.key[place] for place in times): group for group in found.groups if group.other}
    assert {at: (one.requests, one.cost or 0) for at, one in others.items()} == {
        at: (sum(one.requests for one in some), sum(one.cost or 0 for one in some)) for at, some in left.items()
    }
    assert [group.key for group in found.groups] == [group.key for group in found.groups if group.requests]
    named = {tuple(value for place, value in enumerate(key) if place not in times) for key in told}
    assert len({*named}.difference({(None,) * (2 - len(times))})) <= top


def test_what_is_left_out_is_not_among_the_others(tmp_path: Path) -> None:
    rows = [ledgers.record(1, project_id=project, cost=cost) for project, cost in [("a", 5), ("b", 6), ("c", 8)]]
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", rows))) as ledger:
        found = costs(ledger, Filters(exclude={"project": ("c",)}), ("day", "project"), ZoneInfo("UTC"), 1)
    assert [(group.key[1], group.cost) for group in found.groups] == [("b", 6), ("(other)", 5)]
    assert found.total.cost == 11
