"""The list of sessions: what each came to, page by page."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from franking.ledger import reader
from franking.web.asked import WrongError, read
from franking.web.pages.sessions import Sessions, sessions
from support.dashboard import DAY, HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000
MINUTE = 60_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A session of two hours with three models and two projects; one of a single request; a request without any."""
    rows = [
        record(NOW - 120 * MINUTE, session_id="long", model="a/one", project_id="docs", user="ada", cost=CENT),
        record(NOW - 60 * MINUTE, session_id="long", model="b/two", project_id="api", user="ada", cost=CENT),
        record(NOW, session_id="long", model="c/three", project_id="docs", user="ada"),
        record(NOW - DAY, session_id="short", model="a/one", client="kilo", input_tokens=5, cost=7 * CENT),
        record(NOW - DAY, cost=100 * CENT),
    ]
    return made(tmp_path / "sessions.db", rows)


def of(ledger: Path, address: str = "/sessions?period=week") -> Sessions:
    with reader.opened(ledger) as opened:
        return sessions(opened, question(address))


def test_what_each_came_to(ledger: Path) -> None:
    found = of(ledger)
    assert [column.key for column in found.table.columns] == [
        "session", "last", "lasted", "cost", "requests", "projects", "models", "clients", "users", "input_tokens",
        "output_tokens",
    ]  # fmt: skip
    assert [row.cells for row in found.table.rows] == [
        ("long", NOW, 120 * MINUTE, 2 * CENT, 3, "api, docs", "a/one and 2 more", None, "ada", None, None),
        ("short", NOW - DAY, 0, 7 * CENT, 1, None, "a/one", "kilo", None, 5, None),
    ]
    assert found.table.rows[0].href == "/sessions/long?period=week"
    assert (found.ever, found.older, found.newest, found.complete) == (True, None, None, True)


def test_filters_and_sorting(ledger: Path) -> None:
    assert [row.cells[:4] for row in of(ledger, "/sessions?period=week&project=api").table.rows] == [
        ("long", NOW - 60 * MINUTE, 0, CENT)
    ]
    assert [row.cells[0] for row in of(ledger, "/sessions?period=week&sort.sessions=-cost").table.rows] == [
        "short", "long"
    ]  # fmt: skip


def test_pages_follow_each_other(tmp_path: Path) -> None:
    many = [record(NOW - place * MINUTE, session_id=f"s {place:03}", cost=CENT) for place in range(120)]
    file = made(tmp_path / "many.db", many)
    address, seen = "/sessions?period=week", list[str]()
    for _ in range(3):
        path, query = urlsplit(address)[2], tuple(parse_qsl(urlsplit(address)[3]))
        with reader.opened(file) as opened:
            found = sessions(opened, read(path, query, None, NOW))
        seen += [str(row.cells[0]) for row in found.table.rows]
        address = found.older or ""
    assert (seen, address) == ([f"s {place:03}" for place in range(120)], "")
    assert found.newest == "/sessions?period=week"


@pytest.mark.parametrize("word", ["x", "1795348800", "_x", "-1_x", "9" * 30 + "_x"])
def test_a_place_that_there_is_not(ledger: Path, word: str) -> None:
    with pytest.raises(WrongError, match="before"):
        of(ledger, f"/sessions?before={word}")


def test_the_page_and_its_csv(ledger: Path, tmp_path: Path) -> None:
    with client(ledger) as visitor:
        lines = visitor.get("/sessions?since=2026-11-01&csv=sessions").text.splitlines()
        assert lines[1].startswith("long,2026-11-22T12:00:00.000000Z,7200000000,0.020000000,3,")
        assert "frank run --session NAME -- COMMAND" in visitor.get("/sessions?since=2020&until=2021").text
    with client(made(tmp_path / "empty.db")) as visitor:
        assert "frank run -- COMMAND" in visitor.get("/sessions").text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    row = record(NOW, session_id=name, project_id=name, model=name, client=name, user=name, cost=CENT)
    with client(made(tmp_path / "hostile.db", [row])) as visitor:
        text = visitor.get("/sessions?since=2026-11-01").text
    for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
        assert bad not in text
