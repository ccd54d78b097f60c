"""The largest sessions told apart and all others together come to what all of them told apart come to."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import reader
from franking.ledger.connection import connect
from franking.ledger.queries import OTHER, Group
from franking.projects import merging, questions
from franking.web.pages._explore_sessions import largest
from franking.web.pages._explored import METRICS, Line, Metric, lines
from franking.web.pages.explore import explore
from support.dashboard import NOW, question
from support.ledgers import made, record

DAY = 86_400_000_000
TOP = 4


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    chance = random.Random(7)
    rows = [
        record(
            NOW - chance.randrange(20 * DAY),
            session_id=chance.choice([None, *(f"s{number}" for number in range(30))]),
            project_id=chance.choice([None, "a", "b"]),
            user=chance.choice([None, "x", "y"]),
            cost=chance.choice([None, chance.randrange(10**9)]),
            status=chance.choice(["ok"] * 8 + ["http_error", "in_flight"]),
            **{f"{kind}_tokens": chance.choice([None, 1 + chance.randrange(10**4)]) for kind in ("input", "reasoning")},
        )
        for _ in range(500)
    ]
    with reader.opened(made(tmp_path_factory.mktemp("sessions") / "ledger.db", rows)) as opened:
        yield opened


def told(line: Line) -> tuple[object, ...]:
    """All but the users of several groups, which nobody knows."""
    group = line.group
    figures = [getattr(group, name) for name in Group._fields if name not in ("key", "users")]
    return (group.key, line.mixed, *figures, None if line.mixed else group.users)


# Users of groups within groups are not added up: the page takes the most that one of them has.
@pytest.mark.parametrize(
    ("metric", "by"),
    [
        *(pytest.param(metric, ("session",), id=metric.key) for metric in METRICS.values()),
        *(
            pytest.param(metric, ("session", "project"), id=f"{metric.key} within")
            for metric in METRICS.values()
            if metric.key != "users"
        ),
    ],
)
def test_it_is_what_all_told_apart_come_to(ledger: sqlite3.Connection, metric: Metric, by: tuple[str, ...]) -> None:
    asked, names = question("/explore?period=month"), questions.names(ledger)
    found = largest(ledger, asked, by, metric, TOP, names)
    whole = questions.costs(ledger, asked.filters, by, asked.zone, names=names)
    assert found is not None
    assert found.total == whole.total
    assert [told(line) for line in lines(found, metric, TOP)] == [told(line) for line in lines(whole, metric, TOP)]


def test_within_projects_the_largest_of_all_are_told_and_the_others_of_each(ledger: sqlite3.Connection) -> None:
    found = explore(ledger, question("/explore?period=month&by=project&then=session&top=5"))
    whole = questions.costs(ledger, question("/?period=month").filters, ("session",))
    dearest = [group.key[0] for group in whole.groups if group.key[0] is not None][:5]
    cells = [row.cells[:3] for row in found.table.rows]
    for project in (None, "a", "b"):
        within = [session for of, session, _ in cells if of == project]
        assert within[-1] is OTHER, "the others come last"
        assert {*within} <= {None, OTHER, *dearest}
    assert {session for _, session, _ in cells} == {None, OTHER, *dearest}
    assert sum(cost for _, _, cost in cells if isinstance(cost, int)) == found.total.cost == whole.total.cost
    other = next(row for row in found.table.rows if row.cells[:2] == ("a", OTHER))
    users = [column.key for column in found.table.columns].index("users")
    assert other.cells[users] is None, "each counts once, and nobody knows how often that is"
    assert other.href is not None
    assert "project=a" in other.href, "it leads to its project"


def test_they_are_of_the_projects_that_are_shown(tmp_path: Path) -> None:
    rows = [record(NOW - DAY, project_id=f"p{n}", session_id=f"s{n} {m}", cost=100 + n) for n in range(7) for m in "ab"]
    rows += [record(NOW - DAY, project_id="p0", session_id="s6 a", cost=1), record(NOW - DAY, cost=9_000)]
    rows += [record(NOW - DAY, project_id="small", session_id="large", cost=200)]
    with reader.opened(made(tmp_path / "ledger.db", rows)) as opened:
        found = explore(opened, question("/explore?period=month&by=project&then=session&top=5"))
    told = {row.cells[:2]: row.cells[2] for row in found.table.rows}
    assert told[OTHER, OTHER] == 2 * 100 + 2 * 101 + 200
    assert told[OTHER, "s6 a"] == 1
    assert told[None, None] == 9_000
    assert {project for project, _ in told} == {None, OTHER, "p2", "p3", "p4", "p5", "p6"}
    assert len({session for _, session in told} - {None, OTHER}) == 5


def test_they_are_of_the_projects_with_the_most_users(tmp_path: Path) -> None:
    rows = [record(NOW - DAY, project_id="alone", user="x", session_id=f"s{number}", pid=number) for number in range(9)]
    rows += [record(NOW - DAY, project_id="shared", user=user, session_id="together") for user in ("x", "y", "z")]
    names = ("project", "session")
    with reader.opened(made(tmp_path / "ledger.db", rows)) as opened:
        asked = question("/explore?period=month")
        found = largest(opened, asked, names, METRICS["users"], 1, questions.names(opened))
    assert found is not None
    told = {group.key: group.users for group in found.groups}
    assert told.pop(("shared", "together")) == 3
    assert [*told] == [("alone", OTHER)]


def test_where_no_other_is_priced_the_others_cost_nothing_known(tmp_path: Path) -> None:
    rows = [record(NOW - DAY, session_id=f"s{n}", cost=n if n < 5 else None) for n in range(9)]
    with reader.opened(made(tmp_path / "ledger.db", rows)) as opened:
        found = explore(opened, question("/explore?period=month&by=session&top=5"))
    assert [row.cells[:2] for row in found.table.rows][-1] == (OTHER, None)


def test_of_projects_that_share_an_id(tmp_path: Path) -> None:
    repositories = [f"https://example.com/team{n}/api.git" for n in range(2)]
    rows = [
        record(NOW - DAY, project_id="api", session_id=f"s{n}", repository=repositories[n % 2], cost=n + 1)
        for n in range(18)
    ]
    file = made(tmp_path / "ledger.db", rows)
    with closing(connect(file)) as opened:
        one, _ = merging.split(opened, "api", NOW, repositories)
        for words, cost in ((f"project={one}", sum(range(1, 18, 2))), (f"not-project={one}", sum(range(2, 19, 2)))):
            found = explore(opened, question(f"/explore?period=month&by=session&top=5&{words}"))
            assert found.total.cost == cost
            assert sum(row.cells[1] for row in found.table.rows if isinstance(row.cells[1], int)) == cost
            assert [row.cells[0] for row in found.table.rows][-1] is OTHER
