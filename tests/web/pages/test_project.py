"""A project's page: its own requests by its name of now, its month, its budgets, what its cost is made of."""

from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from franking.budgets import changes as budget_changes
from franking.budgets.values import Budget
from franking.ledger import reader
from franking.ledger.connection import patient
from franking.projects import changes, merging
from franking.projects.values import Project
from franking.web.asked import WrongError
from franking.web.pages import project as module
from franking.web.pages.project import Shown, project
from support.dashboard import DAY, HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """docs, of which docs-old is part, with a budget; api; the month began 21.5 days ago, it is half past noon UTC."""
    rows = [
        record(NOW - 1_000_000, project_id="docs", user="ada", branch="main", model="a/one", cost=6 * CENT),
        record(NOW - DAY, project_id="docs-old", user="grace", branch="fix", model="b/two", cost=2 * CENT),
        record(NOW - 25 * DAY, project_id="docs", user="ada", model="a/one", cost=CENT),
        record(NOW - DAY, project_id="api", user="ada", cost=8 * CENT),
    ]
    file = made(tmp_path / "project.db", rows)
    with closing(patient(file)) as opened:
        changes.create(opened, Project("docs", display_name="The docs", metadata={"billable": True}), NOW)
        merging.merge(opened, "docs-old", "docs", NOW)
        for name, amount, include in (
            ("soft", 100 * CENT, {"project": ("docs-old",)}), ("tight", 5 * CENT, {"project": ("docs",)}),
            ("other", CENT, {"project": ("api",)}), ("all", CENT, {}),
        ):  # fmt: skip
            budget_changes.create(opened, Budget(name, amount, include=include), NOW)
    return file


def of(ledger: Path, name: str = "docs", words: str = "period=month", **asked: Any) -> Shown:
    with reader.opened(ledger) as opened:
        found = project(opened, question(f"/projects/{name}?{words}", **asked), name)
    assert found is not None
    return found


def test_what_it_spends(ledger: Path) -> None:
    found = of(ledger)
    assert (found.project.title, found.total.requests, found.total.cost) == ("The docs", 3, 9 * CENT)
    assert (found.everything.cost, found.total.users, found.parts) == (17 * CENT, 2, ["docs-old"])
    assert found.month.spent == 8 * CENT
    assert found.month.projection is not None
    assert found.month.projection.amount == round(8 * CENT * 30 / 21.5)  # days that have passed
    assert found.month.projection.sure == "high"


def test_an_earlier_name_leads_to_it(ledger: Path) -> None:
    found = of(ledger, "docs-old")
    assert (found.project.name, found.asked_as, found.total.requests) == ("docs", "docs-old", 3)


def test_its_own_budgets_those_that_need_a_look_first(ledger: Path) -> None:
    assert [(state.budget.name, state.status) for state in of(ledger).budgets] == [("tight", "over"), ("soft", "ok")]


def test_what_it_is_made_of(ledger: Path) -> None:
    found = of(ledger)
    tables = {table.caption: [row.cells[:2] for row in table.rows] for table in found.tables}
    assert list(tables) == ["By model", "By user", "By tool", "By feature", "By branch"]
    assert tables["By model"] == [("a/one", 7 * CENT), ("b/two", 2 * CENT)]
    assert tables["By user"] == [("ada", 7 * CENT), ("grace", 2 * CENT)]
    assert tables["By branch"] == [("main", 6 * CENT), ("fix", 2 * CENT), (None, CENT)]
    assert [series.name for series in of(ledger, words="period=month&by=user").stack.chart.series] == ["ada", "grace"]
    with pytest.raises(WrongError, match="by: 'branch'"):
        of(ledger, words="by=branch")


def test_branches_of_many_requests_come_by_themselves(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW", 3)
    assert (of(ledger).later, len(of(ledger).tables)) == (True, 4)
    assert (of(ledger, words="branches=1").later, len(of(ledger, words="branches=1").tables)) == (False, 5)
    with client(ledger) as visitor:
        text = visitor.get("/projects/docs?since=2026-10-01").text
        assert 'hx-get="/projects/docs?since=2026-10-01&amp;branches=1"' in text
        assert 'id="branches"' in visitor.get("/projects/docs?since=2026-10-01&branches=1").text


def test_recent_requests(ledger: Path) -> None:
    found = of(ledger, words="period=week")
    assert [row.cells[0] for row in found.requests.rows] == [NOW - 1_000_000, NOW - DAY]
    assert found.all_requests == "/requests?period=week&project=docs&project=docs-old"


def test_the_page_its_csv_and_what_there_is_not(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert visitor.get("/projects/nothing").status_code == 404
        assert "tight" in visitor.get("/projects/docs").text
        lines = visitor.get("/projects/docs?since=2026-11-20&until=2026-11-22&csv=each-user").text.splitlines()
        assert lines == ["user,cost,share,requests", "ada,0.060000000,0.7500,1", "grace,0.020000000,0.2500,1"]
        assert "No requests in this time" in visitor.get("/projects/docs?since=2020&until=2021").text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    row = record(NOW, project_id=name, model=name, client=name, user=name, branch=name, feature=name, cost=CENT)
    with client(made(tmp_path / "hostile.db", [row])) as visitor:
        told = visitor.get(f"/projects/{quote(name, safe='')}?since=2026-11-01")
        assert told.status_code == 200
    for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
        assert bad not in told.text
