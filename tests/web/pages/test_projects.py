"""The projects' figures: by their names of now, with what has none, with what is defined and not used."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import reader
from franking.ledger.connection import patient
from franking.projects import changes, merging
from franking.projects.values import Project
from franking.web.pages.projects import Projects, projects
from support.dashboard import DAY, HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three projects on two days; docs-old is part of docs, which has a title; one is defined and has no request."""
    rows = [
        record(NOW - 1_000_000, project_id="docs", client="kilo", model="a/one", cost=6 * CENT),
        record(NOW - DAY, project_id="docs-old", client="codex", model="a/one", cost=2 * CENT),
        record(NOW - DAY, project_id="api", client="kilo", model="b/two", cost=CENT),
        record(NOW - 2_000_000, client="kilo", model="b/two", cost=CENT),
        record(NOW - 3_000_000, project_id="api", client="kilo", model="b/two"),
    ]
    file = made(tmp_path / "projects.db", rows)
    with closing(patient(file)) as opened:
        changes.create(opened, Project("docs", display_name="The docs"), NOW)
        changes.create(opened, Project("new"), NOW)
        changes.create(opened, Project("gone"), NOW)
        changes.archive(opened, "gone", NOW)
        merging.merge(opened, "docs-old", "docs", NOW)
    return file


def of(ledger: Path, address: str = "/projects?since=2026-11-20&until=2026-11-22", **asked: Any) -> Projects:
    with reader.opened(ledger) as opened:
        return projects(opened, question(address, **asked))


def test_projects_by_their_names_of_now(ledger: Path) -> None:
    found = of(ledger)
    assert [column.key for column in found.table.columns] == [
        "project", "cost", "share", "requests", "tools", "models", "trend", "average"
    ]  # fmt: skip
    rows = [row.cells for row in found.table.rows]
    assert rows[0] == (
        "The docs (docs)", 8 * CENT, 8 * CENT, 2, "kilo 75%, codex 25%", "a/one 100%", (0, 2 * CENT, 6 * CENT), 4 * CENT
    )  # fmt: skip
    assert [row[:2] for row in rows[1:]] == [("api", CENT), (None, CENT), ("new", None)]
    assert (rows[1][3], rows[1][7]) == (2, CENT)  # on average of those that are priced
    assert found.table.total is not None
    assert found.table.total[6] == (0, 3 * CENT, 7 * CENT)
    assert (found.known, found.unattributed.requests, found.total.requests) == (3, 1, 5)


def test_where_rows_lead(ledger: Path) -> None:
    words = "since=2026-11-20&until=2026-11-22"
    leads = {row.cells[0]: row.href for row in of(ledger).table.rows}
    assert leads["The docs (docs)"] == f"/projects/docs?{words}"
    assert leads[None] == f"/requests?{words}&project="


def test_filters_leave_out_what_has_no_request(ledger: Path) -> None:
    found = of(ledger, "/projects?period=week&client=codex")
    assert [row.cells[:2] for row in found.table.rows] == [("The docs (docs)", 2 * CENT)]
    assert not of(ledger, "/projects?period=week&client=nobody").table.rows


def test_ids_that_mean_several_repositories_are_named(tmp_path: Path) -> None:
    rows = [
        record(NOW - 1, project_id="api", repository=f"git@github.com:{owner}/api.git", cost=CENT)
        for owner in ("acme", "other")
    ]
    file = made(tmp_path / "several.db", rows)
    assert list(of(file).ambiguous) == ["api"]
    with client(file) as visitor:
        assert "frank projects split" in visitor.get("/projects?since=2026-11-01").text


def test_the_page_and_its_csv(ledger: Path, tmp_path: Path) -> None:
    with client(ledger) as visitor:
        lines = visitor.get("/projects?since=2026-11-21&until=2026-11-22&csv=projects").text.splitlines()
    assert lines[0] == "project,cost,share,requests,tools,models,cost_by_day,average"
    expected = (
        'The docs (docs),0.080000000,0.8000,2,"kilo 75%, codex 25%",a/one 100%,0.020000000 0.060000000,0.040000000'
    )
    assert lines[1] == expected
    with client(made(tmp_path / "empty.db")) as visitor:
        assert "frank run -- COMMAND" in visitor.get("/projects").text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    row = record(NOW, project_id=name, model=name, client=name, cost=CENT)
    with client(made(tmp_path / "hostile.db", [row])) as visitor:
        text = visitor.get("/projects?since=2026-11-01").text
    for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
        assert bad not in text
