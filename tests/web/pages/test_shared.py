"""What a link shows of a project: its own requests, its own budgets, and since when there are any."""

from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets import changes as budget_changes
from franking.budgets.values import Budget
from franking.ledger import reader
from franking.ledger.connection import patient
from franking.projects import links, merging
from franking.projects.link_tokens import Key
from franking.projects.link_values import Terms
from franking.web.pages._shared import Shared, shared
from support.dashboard import DAY, NOW
from support.ledgers import made, record

CENT = 10_000_000
KEY = Key(b"k" * 32)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """docs, of which docs-old is part, with fourteen models, since 100 days; api since 900."""
    rows = [
        record(
            NOW - DAY, project_id="docs", user="ada", client="kilo", model=f"m/{number:02}", cost=(20 - number) * CENT
        )
        for number in range(14)
    ]
    rows.append(record(NOW - 100 * DAY, project_id="docs-old", user="grace", model="m/00", cost=CENT))
    rows.append(record(NOW - 900 * DAY, project_id="api", user="ada", cost=8 * CENT))
    file = made(tmp_path / "shared.db", rows)
    with closing(patient(file)) as opened:
        merging.merge(opened, "docs-old", "docs", NOW)
        for name, include in (
            ("own", {"project": ("docs",)}), ("earlier", {"project": ("docs-old",)}), ("all", {}),
            ("both", {"project": ("docs", "api")}), ("user", {"project": ("docs",), "user": ("ada",)}),
        ):  # fmt: skip
            budget_changes.create(opened, Budget(name, CENT, include=include), NOW)
    return file


def of(ledger: Path, *words: tuple[str, str], with_users: bool = False, period: str = "month") -> Shared:
    with closing(patient(ledger)) as opened:
        listed = links.make(opened, KEY, "docs", Terms("https://x", period=period, with_users=with_users), NOW)
    assert listed.project is not None
    with reader.opened(ledger) as opened:
        return shared(opened, listed.link, listed.project, words, NOW)


def test_its_own_requests_and_those_of_its_parts(ledger: Path) -> None:
    assert (of(ledger).total.requests, of(ledger, period="all").total.requests) == (14, 15)
    assert of(ledger).ends_at == NOW + 30 * DAY


def test_its_own_budgets_alone(ledger: Path) -> None:
    assert sorted(state.budget.name for state in of(ledger).budgets) == ["earlier", "own"]


def test_what_it_is_made_of(ledger: Path) -> None:
    tables = {table.caption: table for table in of(ledger).tables}
    assert list(tables) == ["By model", "By tool", "By feature"]
    assert [column.key for column in tables["By tool"].columns] == ["client", "cost", "share", "requests"]
    models = [row.cells[:2] for row in tables["By model"].rows]
    assert models[0] == ("m/00", 20 * CENT)
    assert (len(models), ("(other)", 15 * CENT) in models) == (13, True)
    assert [table.caption for table in of(ledger, with_users=True).tables][-1] == "By user"


@pytest.mark.parametrize(
    ("asked", "with_users", "by"),
    [("client", False, "client"), ("user", False, "model"), ("user", True, "user"), ("project", True, "model")],
)
def test_what_the_bars_are_made_of(ledger: Path, asked: str, with_users: bool, by: str) -> None:
    assert of(ledger, ("by", asked), with_users=with_users).by == by


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ([("period", "all")], 100),
        ([("since", "1970")], 100),
        ([("until", "2026-11")], 100),
        ([("since", "2026-11-01")], 21),
        ([("period", "week")], 6),
    ],
)
def test_it_begins_with_the_projects_own_first_day(ledger: Path, words: list[tuple[str, str]], days: int) -> None:
    found = of(ledger, *words)
    since = found.asked.period.since
    assert since is not None
    assert (NOW - since) // DAY == days
    assert len(found.stack.chart.buckets) <= 23


def test_of_a_time_without_requests(ledger: Path) -> None:
    assert of(ledger, ("until", "2020")).total.requests == 0


def test_what_cannot_be_asked_is_said(ledger: Path) -> None:
    found = of(ledger, ("since", "soon"), ("by", "client"), period="year")
    assert "'soon' is no time" in found.wrong
    assert (found.asked.period_name, found.asked.query) == ("year", (("period", "year"),))


def test_nothing_else_is_looked_at(ledger: Path) -> None:
    found = of(ledger, ("project", "api"), ("not-user", "ada"), ("mine", "1"), ("csv", "cost"), ("period", "week"))
    assert found.asked.query == (("period", "week"),)
    assert found.total.requests == 14
