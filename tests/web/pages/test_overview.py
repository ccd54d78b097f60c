"""The overview's figures, its CSV, and its words."""

from pathlib import Path
from typing import Any

import pytest

from franking.ledger import reader
from franking.web.asked import WrongError
from franking.web.pages.overview import BY, Overview, overview
from support.dashboard import HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000


def of(ledger: Path, address: str, **asked: Any) -> Overview:
    with reader.opened(ledger) as opened:
        return overview(opened, question(address, **asked))


def test_totals(ledger: Path) -> None:
    found = of(ledger, "/?period=week")
    assert (found.total.requests, found.total.cost, found.total.average) == (42, 28 * CENT, CENT)
    assert (found.total.users, found.total.unpriced_ok, found.total.errors) == (2, 7, 7)
    assert found.whose == "grace@example.com 50%, ada@example.com 50%"
    assert found.share is not None
    assert (found.share.attributed, found.share.requests) == (21, 42)
    assert (found.no_project.requests, found.no_project.cost) == (21, 7 * CENT)
    assert (found.no_feature.requests, found.no_feature.cost) == (21, 7 * CENT)


def test_what_has_no_project_or_feature_is_the_same_whatever_the_bars_are_made_of(ledger: Path) -> None:
    assert {
        (found.no_project.requests, found.no_project.cost, found.no_feature.requests, found.no_feature.cost)
        for found in (of(ledger, f"/?period=week&by={by}") for by in BY)
    } == {(21, 7 * CENT, 21, 7 * CENT)}


def test_days_open_into_users(ledger: Path) -> None:
    found = of(ledger, "/?period=week&open.days=2026-11-21")
    assert [row.cells[0] for row in found.days.rows] == [f"2026-11-{day}" for day in range(22, 15, -1)]
    opened = [row for row in found.days.rows if row.inner]
    assert [row.cells[0] for row in opened] == ["2026-11-21"]
    assert opened[0].inner is not None
    assert {row.cells[:2] for row in opened[0].inner.rows} == {
        ("ada@example.com", 2 * CENT), ("grace@example.com", 2 * CENT)
    }  # fmt: skip


def test_only_mine_and_filters(ledger: Path) -> None:
    assert of(ledger, "/?period=week&mine=1", me=("ada@example.com",)).total.users == 1
    found = of(ledger, "/?period=week&project=docs")
    assert (found.total.requests, found.no_project.requests) == (7, 0)
    found = of(ledger, "/?period=week&branch=main")
    assert found.share is not None
    assert found.share.requests == found.total.requests > 0
    assert of(ledger, "/?period=week&session=one").share is None


def test_a_dimension_that_there_is_not(ledger: Path) -> None:
    with pytest.raises(WrongError, match="by: 'secret'"):
        of(ledger, "/?by=secret")


def test_nothing_at_all_and_nothing_now(ledger: Path, tmp_path: Path) -> None:
    assert not of(made(tmp_path / "empty.db"), "/").ever
    later = of(ledger, "/?since=2026-11-23")
    assert (later.ever, later.total.requests) == (True, 0)


def test_the_page_and_its_csv(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert "Cost over time" in visitor.get("/?period=all").text
        told = visitor.get("/?since=2026-11-21&until=2026-11-22&csv=days")
        assert told.headers["content-type"] == "text/csv; charset=utf-8"
        assert told.headers["content-disposition"] == 'attachment; filename="franking-days.csv"'
        lines = told.text.splitlines()
        assert lines[0] == "day,cost,share,requests,average,input_tokens,output_tokens,users,unpriced,errors"
        assert lines[1].startswith("2026-11-22,0.040000000,0.5000,6,0.010000000,")
        parts = visitor.get("/?since=2026-11-21&until=2026-11-22&csv=cost-parts").text
        assert "docs,0.020000000,0.2500,2" in parts


def test_the_page_says_what_to_do_where_there_is_nothing(tmp_path: Path, ledger: Path) -> None:
    for file in (tmp_path / "missing.db", made(tmp_path / "empty.db")):
        with client(file) as visitor:
            told = visitor.get("/")
            assert (told.status_code, "frank run -- COMMAND" in told.text) == (200, True)
    with client(ledger) as visitor:
        assert "period=all" in visitor.get("/?since=2001-01-01&until=2001-01-02").text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    row = record(NOW, project_id=name, feature=name, model=name, user=name, client=name, cost=CENT)
    with client(made(tmp_path / "hostile.db", [row])) as visitor:
        for by in ("project", "feature", "model", "client"):
            text = visitor.get("/", params={"period": "all", "by": by, "open.days": "2026-11-22", "user": name}).text
            for bad in ("<script>document", "<img", "\u202e", "\x00"):
                assert bad not in text
            assert 'href="javascript' not in text
