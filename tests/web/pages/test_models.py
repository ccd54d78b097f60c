"""The models' figures, what opens, their CSV."""

from pathlib import Path
from typing import Any

import pytest

from franking.ledger import reader
from franking.web.asked import WrongError
from franking.web.pages.models import Models, models
from support.dashboard import DAY, HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Two models on two days, of two users; one request names no model, one has no price."""
    rows = [
        record(NOW - 1_000_000, model="a/one", user="ada", cost=CENT, project_id="docs"),
        record(NOW - 2_000_000, model="a/one", user="grace", cost=2 * CENT),
        record(NOW - 3_000_000, model="b/two", user="ada", cost=5 * CENT),
        record(NOW - DAY, model="a/one", user="ada", cost=4 * CENT),
        record(NOW - DAY, user="ada"),
    ]
    return made(tmp_path / "models.db", rows)


def of(ledger: Path, address: str, **asked: Any) -> Models:
    with reader.opened(ledger) as opened:
        return models(opened, question(address, **asked))


def test_a_row_for_each_model_and_day(ledger: Path) -> None:
    found = of(ledger, "/models?period=week")
    assert (found.total.requests, found.total.cost, found.known, found.rows_by) == (5, 12 * CENT, 2, "day")
    assert [row.cells[:3] for row in found.rows.rows] == [
        ("2026-11-22", "a/one", 3 * CENT), ("2026-11-22", "b/two", 5 * CENT),
        ("2026-11-21", "a/one", 4 * CENT), ("2026-11-21", None, None),
    ]  # fmt: skip
    assert found.rows.total is not None
    assert found.rows.total[:3] == ("Total", "", 12 * CENT)
    assert [part.name for part in found.stack.chart.series] == ["a/one", "b/two"]


@pytest.mark.parametrize(
    ("address", "rows_by", "firsts"),
    [
        ("/models?period=week&rows=whole", "whole", ["a/one", "b/two", None]),
        ("/models?period=week&rows=week", "week", ["2026-W47"] * 3),
        ("/models?period=year&rows=day", "week", ["2026-W47"] * 3),  # thousands of rows are not offered
        ("/models?period=year&rows=month", "month", ["2026-11"] * 3),
    ],
)
def test_rows_by(ledger: Path, address: str, rows_by: str, firsts: list[str | None]) -> None:
    found = of(ledger, address)
    assert (found.rows_by, [row.cells[0] for row in found.rows.rows]) == (rows_by, firsts)


@pytest.mark.parametrize(
    ("rows_by", "place", "users"),
    [
        ("day", 0, {("grace", 2 * CENT), ("ada", CENT)}),
        ("week", 0, {("ada", 5 * CENT), ("grace", 2 * CENT)}),
        ("whole", 0, {("ada", 5 * CENT), ("grace", 2 * CENT)}),
        ("whole", 2, {("ada", None)}),
    ],
)
def test_every_row_opens_into_its_users(
    ledger: Path, rows_by: str, place: int, users: set[tuple[str, int | None]]
) -> None:
    address = f"/models?period=week&rows={rows_by}"
    row = of(ledger, address).rows.rows[place]
    opened = of(ledger, f"{address}&open.models={row.key}").rows.rows[place].inner
    assert opened is not None
    assert {inner.cells[:2] for inner in opened.rows} == users


def test_filters_and_words(ledger: Path) -> None:
    assert of(ledger, "/models?period=week&project=docs").total.cost == CENT
    assert of(ledger, "/models?since=2026-11-23").total.requests == 0
    with pytest.raises(WrongError, match="rows: 'hour'"):
        of(ledger, "/models?rows=hour")


def test_the_page_and_its_csv(ledger: Path, tmp_path: Path) -> None:
    with client(ledger) as visitor:
        assert "By model and week" in visitor.get("/models?since=2026-01-01&until=2026-11-22").text
        lines = visitor.get("/models?since=2026-11-22&until=2026-11-22&csv=models").text.splitlines()
        assert lines[0].startswith("day,model,cost,share,requests,average")
        assert lines[1].startswith("2026-11-22,b/two,0.050000000,0.6250,1,0.050000000")
    with client(made(tmp_path / "empty.db")) as visitor:
        assert "frank run -- COMMAND" in visitor.get("/models").text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    file = made(tmp_path / "hostile.db", [record(NOW - 1_000_000, model=name, user=name, cost=CENT)])
    key = of(file, "/models").rows.rows[0].key
    with client(file) as visitor:
        text = visitor.get("/models", params={"since": "2026-11-01", "open.models": key}).text
        for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
            assert bad not in text
