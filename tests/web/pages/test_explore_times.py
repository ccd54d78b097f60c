"""The largest in every time and all others of it together come to what all of them told apart come to."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.ledger import reader
from franking.ledger.queries import Group
from franking.projects import questions
from franking.web.pages._explore_times import in_each_time
from franking.web.pages._explored import METRICS, Line, Metric, lines
from franking.web.pages.explore import explore
from support.dashboard import NOW, question
from support.ledgers import made, record

DAY = 86_400_000_000
TOP = 5
ASKED = "/explore?period=month"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    chance = random.Random(11)
    rows = [
        record(
            NOW - chance.randrange(25 * DAY),
            project_id=chance.choice([None, *(f"p{number}" for number in range(12))]),
            branch=chance.choice([None, *(f"b{number}" for number in range(11))]),
            feature=chance.choice([None, "cli", "vscode"]),
            user=chance.choice([None, "x", "y"]),
            cost=chance.choice([None, chance.randrange(10**9)]),
            status=chance.choice(["ok"] * 8 + ["http_error", "in_flight"]),
            **{f"{kind}_tokens": chance.choice([None, 1 + chance.randrange(10**4)]) for kind in ("input", "reasoning")},
        )
        for _ in range(700)
    ]
    with reader.opened(made(tmp_path_factory.mktemp("times") / "ledger.db", rows)) as opened:
        yield opened


def told(line: Line) -> tuple[object, ...]:
    """All but the users of several groups, which nobody knows."""
    return (line.group._replace(users=0), line.mixed, None if line.mixed else line.group.users)


# Users of several times are not added up: all told apart are ranked by the most that they have in one.
@pytest.mark.parametrize(
    "metric", [metric for metric in METRICS.values() if metric.key != "users"], ids=lambda metric: metric.key
)
@pytest.mark.parametrize("by", [("day", "project"), ("week", "branch"), ("month", "project")])
@pytest.mark.parametrize("filters", ["", "&not-project=p3&not-branch=b1", "&user=x&user="])
def test_it_is_what_all_told_apart_come_to(
    ledger: sqlite3.Connection, metric: Metric, by: tuple[str, ...], filters: str
) -> None:
    asked, names = question(ASKED + filters), questions.names(ledger)
    found = in_each_time(ledger, asked, by, metric, TOP, names)
    whole = questions.costs(ledger, asked.filters, by, asked.zone, names=names)
    assert found is not None
    assert len(found.groups) < len(whole.groups)
    assert found.total == whole.total
    assert [told(line) for line in lines(found, metric, TOP)] == [told(line) for line in lines(whole, metric, TOP)]


@pytest.mark.parametrize(
    ("by", "metric", "filters"),
    [
        (("day", "feature"), "cost", ""),
        (("day", "project"), "cost", "".join(f"&project=p{number}" for number in range(12))),
        (("project", "day"), "cost", ""),
        (("day",), "cost", ""),
    ],
)
def test_where_all_have_to_be_asked_for(
    ledger: sqlite3.Connection, by: tuple[str, ...], metric: str, filters: str
) -> None:
    names = questions.names(ledger)
    assert in_each_time(ledger, question(ASKED + filters), by, METRICS[metric], TOP, names) is None


def test_those_of_the_most_users_in_the_whole_period(tmp_path: Path) -> None:
    rows = [record(NOW - DAY, project_id=f"p{number}", user="x") for number in range(9) for _ in range(number)]
    rows += [record(NOW - day * DAY, project_id="shared", user=f"{day}") for day in (1, 2, 3)]
    with reader.opened(made(tmp_path / "ledger.db", rows)) as opened:
        names = questions.names(opened)
        found = in_each_time(opened, question(ASKED), ("month", "project"), METRICS["users"], 1, names)
    assert found is not None
    assert {group.key[1]: group.users for group in found.groups if not group.other} == {"shared": 3}


def test_a_page_of_it_reconciles(ledger: sqlite3.Connection) -> None:
    found = explore(ledger, question(f"{ASKED}&by=day&then=project&top=5&all.explored=1"))
    cells = [row.cells[:3] for row in found.table.rows]
    assert sum(cost for _, _, cost in cells if isinstance(cost, int)) == found.total.cost
    assert {row.cells[1] for row in found.table.rows if row.quiet} == {None, "(other)"}
    assert found.drawn is not None
    assert sum(series.sum for series in found.drawn.chart.series) == found.total.cost
    assert len(found.drawn.chart.series) == 5 + 2
    assert isinstance(found.total, Group)


def test_a_time_in_which_the_largest_are_all_has_no_others(tmp_path: Path) -> None:
    rows = [record(NOW - 2 * DAY, project_id=f"p{number:02}", cost=100 - number) for number in range(12)]
    file = made(tmp_path / "ledger.db", [*rows, record(NOW - 5 * DAY, project_id="p00", cost=7)])
    with reader.opened(file) as ledger:
        found = in_each_time(ledger, question(ASKED), ("day", "project"), METRICS["cost"], TOP, questions.names(ledger))
    assert found is not None
    assert sorted(group.requests for group in found.groups) == [1] * (TOP + 1) + [12 - TOP]
