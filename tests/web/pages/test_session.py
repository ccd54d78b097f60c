"""One session: of all time, with its requests, newest first."""

from pathlib import Path
from urllib.parse import quote

import pytest

from franking.ledger import reader
from franking.web.pages import session as module
from franking.web.pages.session import Shown, session
from support.dashboard import DAY, HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    rows = [
        record(NOW - 400 * DAY, session_id="one", model="a/one", project_id="docs", branch="main", cost=CENT),
        record(NOW - 1_000_000, session_id="one", model="b/two", project_id="api", user="ada", cost=2 * CENT),
        record(NOW, session_id="one", model="b/two", status="http_error", http_status=500),
        record(NOW, session_id="two", model="b/two", cost=CENT),
    ]
    return made(tmp_path / "session.db", rows)


def of(ledger: Path, name: str = "one", words: str = "period=week") -> Shown | None:
    with reader.opened(ledger) as opened:
        return session(opened, question(f"/sessions/{name}?{words}"), name)


def test_what_it_came_to(ledger: Path) -> None:
    found = of(ledger)
    assert found is not None
    assert (found.total.requests, found.total.cost, found.total.errors, found.total.unpriced) == (3, 3 * CENT, 1, 1)
    assert (found.it.first, found.it.last, found.it.users) == (NOW - 400 * DAY, NOW, ("ada",))
    assert list(found.projects) == [("api", "/projects/api?period=week"), ("docs", "/projects/docs?period=week")]
    assert found.branches == ["main"]
    assert [row.cells[:2] for row in found.models.rows] == [("b/two", 2 * CENT), ("a/one", CENT)]
    assert [row.cells[0] for row in found.requests.rows] == [NOW, NOW - 1_000_000, NOW - 400 * DAY]
    assert (found.older, found.newest) == (None, None)


def test_pages(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHOWN", 2)
    first = of(ledger)
    assert first is not None
    assert first.older is not None
    assert len(first.requests.rows) == 2
    second = of(ledger, words=first.older.partition("?")[2])
    assert second is not None
    assert [row.cells[0] for row in second.requests.rows] == [NOW - 400 * DAY]
    assert (second.older, second.newest) == (None, "/sessions/one?period=week")


def test_the_page_and_what_there_is_not(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert visitor.get("/sessions/three").status_code == 404
        assert visitor.get("/sessions/").status_code == 404
        assert "Requests, the newest first" in visitor.get("/sessions/one").text
        assert visitor.get("/sessions/one?csv=models").text.splitlines()[1].startswith("b/two,0.020000000,0.6667,2")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    row = record(NOW, session_id=name, project_id=name, model=name, client=name, user=name, branch=name, cost=CENT)
    with client(made(tmp_path / "hostile.db", [row])) as visitor:
        told = visitor.get(f"/sessions/{quote(name, safe='')}")
        assert told.status_code == 200
    for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
        assert bad not in told.text
