"""Explore: figures by groups within groups, filters, saved views, and what cannot be asked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import reader
from franking.ledger.connection import connect
from franking.ledger.saved_views import View, views
from franking.projects import merging
from franking.web.asked import WrongError
from franking.web.pages import explore as module
from franking.web.pages._explored import METRICS
from franking.web.pages.explore import Explored, explore
from support.dashboard import HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000


def of(ledger: Path, address: str) -> Explored:
    with reader.opened(ledger) as opened:
        return explore(opened, question(address))


def kept(ledger: Path) -> list[View]:
    with reader.opened(ledger) as opened:
        return views(opened)


def test_cost_by_project_is_what_it_begins_with(ledger: Path) -> None:
    found = of(ledger, "/explore?period=all")
    assert (found.metric.key, found.by, found.then, found.top) == ("cost", "project", "", "10")
    assert [(row.cells[0], row.cells[1], row.look) for row in found.table.rows] == [
        (None, 20 * CENT, "none"), ("docs", 20 * CENT, "1"), ("example-repo", 20 * CENT, "2"),
        ("infra", 20 * CENT, "3"),
    ]  # fmt: skip
    assert found.table.total is not None
    assert found.table.total[:2] == ("Total", 80 * CENT)
    assert found.drawn is not None
    assert found.drawn.chart.total == 80 * CENT


def test_groups_within_groups_and_the_top_of_them(ledger: Path) -> None:
    found = of(ledger, "/explore?period=week&metric=requests&by=user&then=project&top=5")
    assert [column.key for column in found.table.columns][:4] == ["user", "project", "requests", "share"]
    counts = [row.cells[2] for row in found.table.rows]
    assert sum(count for count in counts if isinstance(count, int)) == found.total.requests == 42


@pytest.mark.parametrize("metric", list(METRICS))
@pytest.mark.parametrize(
    "words",
    ["by=model", "by=day", "by=week&then=project", "by=branch&then=session", "by=month", "by=session&then=model"],
)
def test_every_figure_by_every_kind_of_group(ledger: Path, metric: str, words: str) -> None:
    found = of(ledger, f"/explore?period=all&metric={metric}&{words}")
    assert found.drawn is not None
    assert bool(found.drawn.chart.total) == bool(found.metric.of(found.total))
    assert found.table.total is not None
    assert found.metric.of(found.total) == found.table.total[1 + bool(found.then)]
    if found.metric.adds:
        assert found.drawn.chart.total == (found.metric.of(found.total) or 0)


def test_sessions_beyond_the_drawn_ones_are_one_series_without_being_told_apart(tmp_path: Path) -> None:
    named = [*(f"s{number}" for number in range(9)), "(other)", None]
    day = 86_400_000_000
    rows = [
        record(NOW - 3 * day + n * day + place, session_id=session, cost=(place + 1) * CENT, project_id="p")
        for place, session in enumerate(named)
        for n in range(2)
    ]
    found = of(made(tmp_path / "ledger.db", rows), "/explore?period=week&by=session&project=p")
    assert found.drawn is not None
    series = {(each.look, each.name): sum(each.amounts) // CENT for each in found.drawn.chart.series}
    own = {(str(10 - place), f"s{place}"): 2 * place + 2 for place in range(3, 9)}
    assert series == {("1", "(other)"): 20, **own, ("none", "(no session)"): 22, ("other", "(other)"): 2 + 4 + 6}
    assert found.drawn.chart.total == found.total.cost == 2 * sum(range(1, 12)) * CENT
    assert [row.look for row in found.table.rows].count("none") == 1


def test_averages_are_never_added_up(ledger: Path) -> None:
    found = of(ledger, "/explore?period=week&metric=average&by=project")
    assert found.drawn is not None
    assert found.drawn.together
    assert [column.heading or column.key for column in found.drawn.table.columns] == ["time", "All"]
    assert found.drawn.table.total is None
    assert {row.cells[1] for row in found.drawn.table.rows} == {CENT}


def test_a_time_can_be_narrowed_to(ledger: Path) -> None:
    def narrowed(words: str) -> str:
        return of(ledger, f"/explore?period=all&{words}").table.rows[0].href or ""

    assert narrowed("by=day") == "/explore?by=day&since=2026-11-22&until=2026-11-22"
    assert narrowed("by=week") == "/explore?by=week&since=2026-11-16&until=2026-11-22"
    assert narrowed("by=month") == "/explore?by=month&since=2026-11&until=2026-11"
    assert narrowed("by=project") == "/explore?period=all&by=project&project="


def test_filters_on_every_dimension(ledger: Path) -> None:
    for field in ("project", "feature", "model", "user", "organization", "client", "gateway", "branch", "session"):
        inside = of(ledger, f"/explore?period=all&{field}=docs").total.requests
        outside = of(ledger, f"/explore?period=all&not-{field}=docs").total.requests
        assert inside + outside == 120


def test_the_requests_behind_it(ledger: Path) -> None:
    found = of(ledger, "/explore?period=week&metric=users&by=model&then=user&top=5&project=docs&sort.explored=user")
    assert found.requests == "/requests?period=week&project=docs"


def test_merged_projects_count_as_one(ledger: Path) -> None:
    with closing(connect(ledger)) as opened:
        merging.merge(opened, "infra", "docs", NOW)
    found = of(ledger, "/explore?period=all")
    assert {row.cells[0]: row.cells[1] for row in found.table.rows} == {
        "docs": 40 * CENT, "example-repo": 20 * CENT, None: 20 * CENT,
    }  # fmt: skip
    found = of(ledger, "/explore?period=all&not-project=docs&by=model")
    assert found.total.cost == 40 * CENT
    assert found.requests == "/requests?period=all&not-project=docs&not-project=infra"


@pytest.mark.parametrize("words", ["metric=joy", "by=weather", "then=weather", "then=day", "top=7"])
def test_what_cannot_be_asked(ledger: Path, words: str) -> None:
    with pytest.raises(WrongError):
        of(ledger, f"/explore?{words}")


def test_what_takes_too_long_is_broken_off(ledger: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    many = made(tmp_path / "many.db", [record(NOW - place, branch=f"b{place}", cost=1) for place in range(4000)])
    monkeypatch.setattr(module, "SECONDS", -1.0)
    found = of(many, "/explore?period=all&by=branch")
    assert (found.slow, found.ever, found.drawn) == (True, True, None)
    with client(many) as visitor:
        assert "takes too long over so much time" in visitor.get("/explore?period=all&by=branch").text


def test_csv_is_what_is_shown(ledger: Path) -> None:
    with client(ledger) as visitor:
        lines = visitor.get("/explore?period=all&by=model&then=project&csv=explored").text.splitlines()
        assert lines[0].startswith("model,project,cost,share,requests,average,input_tokens")
        assert len(lines) == 5
        assert lines[1].startswith("openai/gpt-5,,0.200000000,0.2500,60,")
        assert visitor.get("/explore?period=all&csv=explore").text.startswith(
            "time,docs,example-repo,infra,(unattributed),total"
        )


def test_a_view_is_saved_opened_renamed_and_deleted(ledger: Path) -> None:
    with client(ledger) as visitor:
        here = "/explore?period=week&by=model&not-project="
        told = visitor.post(here, data={"do": "save", "name": "Models, attributed"})
        assert (told.status_code, told.headers["location"]) == (303, here)
        (view,) = kept(ledger)
        assert (view.name, view.query) == ("Models, attributed", "period=week&by=model&not-project=")
        page = visitor.get(here).text
        assert "?period=week&amp;by=model&amp;not-project=" in page
        assert "Save this view" not in page
        assert "Save this view" in visitor.get("/explore").text
        visitor.post("/explore", data={"do": "rename", "number": str(view.number), "name": "Models"})
        assert [view.name for view in kept(ledger)] == ["Models"]
        visitor.post("/explore", data={"do": "delete", "number": str(view.number)})
        assert kept(ledger) == []


def test_what_was_typed_stays_where_it_is_wrong(ledger: Path) -> None:
    with client(ledger) as visitor:
        visitor.post("/explore", data={"do": "save", "name": "Mine"})
        visitor.post("/explore?by=user", data={"do": "save", "name": "Yours"})
        told = visitor.post("/explore?by=model", data={"do": "save", "name": "mine"})
        assert told.status_code == 422
        assert "There is a view named &#39;mine&#39; already." in told.text
        assert 'value="mine"' in told.text
        assert "data-live" not in told.text
        number = next(view.number for view in kept(ledger) if view.name == "Yours")
        told = visitor.post("/explore?by=model", data={"do": "rename", "number": str(number), "name": "MINE"})
        assert told.status_code == 422
        assert 'value="MINE"' in told.text
        told = visitor.post("/explore", data={"do": "delete", "number": "99"})
        assert "There is no such view any more" in told.text
        assert [view.name for view in kept(ledger)] == ["Mine", "Yours"]


def test_a_ledger_that_somebody_holds(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("franking.web.forms._PATIENCE", 0.1)
    with closing(sqlite3.connect(ledger, isolation_level=None)) as other, client(ledger) as visitor:
        other.execute("BEGIN IMMEDIATE")
        told = visitor.post("/explore", data={"do": "save", "name": "Mine"})
        assert told.status_code == 422
        assert "Nothing was saved." in told.text
        assert 'value="Mine"' in told.text


def test_only_our_own_forms(ledger: Path, tmp_path: Path) -> None:
    with client(ledger) as visitor:
        assert visitor.post("/explore", data={"do": "drop"}).status_code == 400
        assert visitor.post("/explore", data={"do": "delete", "number": "1; --"}).status_code == 400
        other = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert visitor.post("/explore", data={"do": "save", "name": "x"}, headers=other).status_code == 403
        assert kept(ledger) == []
    with client(tmp_path / "missing.db") as visitor:
        told = visitor.post("/explore", data={"do": "save", "name": "x"})
        assert "frank run -- COMMAND" in told.text
        assert not (tmp_path / "missing.db").exists()


def test_nothing(tmp_path: Path, ledger: Path) -> None:
    with client(made(tmp_path / "empty.db")) as visitor:
        assert "frank run -- COMMAND" in visitor.get("/explore").text
    with client(ledger) as visitor:
        assert "No requests match" in visitor.get("/explore?project=nobody").text
        assert "type a value" in visitor.get("/explore?add=project&how=is").text.lower()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    ledger = made(tmp_path / "hostile.db", [record(NOW, project_id=name, model=name, cost=CENT)])
    with client(ledger) as visitor:
        visitor.post("/explore", data={"do": "save", "name": name})
        text = visitor.get("/explore", params={"period": "all", "then": "model", "project": name}).text
        for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
            assert bad not in text
