"""Pages of single requests: what they hold, that they meet without a gap, and how far a look goes."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from franking.ledger.browsing import Page, Place, browse
from franking.ledger.record import Record
from franking.ledger.wanted import Wanted
from support import ledgers

QUARTER = 900_000_000
BEGIN = 1_790_000_000_000_000 // QUARTER * QUARTER
ENDS = ("ok", "ok", "ok", "ok", "http_error", "client_aborted", "stream_error")


def _made() -> list[Record]:
    """Some days with crowded and lonely quarter-hours, several requests at one moment, some still running."""
    chance = random.Random(3)
    rows = []
    for number in range(600):
        at = (
            BEGIN
            + chance.choice((0, 1, 2, 3, 90, 96, 97, 300)) * QUARTER
            + chance.choice((0, 7, chance.randrange(QUARTER)))
        )
        status: Any = "in_flight" if number % 40 == 0 else chance.choice(ENDS)
        rows.append(
            ledgers.record(
                at,
                status=status,
                http_status={"ok": 200, "http_error": chance.choice((429, 500))}.get(status),
                project_id=chance.choice(("web", "api", None, "100%_!")),
                model=chance.choice(("m1", "m2")),
                user=chance.choice(("ann", "Bob", None)),
                session_id=f"ses_{number % 50}" if number % 3 else None,
                branch=chance.choice(("main", "topic")),
                host=chance.choice(("a.example", "b.example")),
                pid=chance.choice((1, 2, None)),
                message_id=f"gen-{number}",
                cost_source=chance.choice((None, "gateway")),
                cost=chance.choice((None, 0, 10, 5_000_000_000)),
                error_message="Rate LIMIT hit" if number % 9 == 0 else None,
            )
        )
    return rows


ROWS = _made()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    file: Path = ledgers.made(tmp_path_factory.mktemp("browsing") / "ledger.db", ROWS)
    with closing(sqlite3.connect(file)) as connection:
        yield connection


def _values(row: Record, name: str) -> Any:
    known = {"project": "project_id", "session": "session_id", "model": "model"}
    return getattr(row, known.get(name, name))


def _meant(row: Record, wanted: Wanted) -> bool:
    """What Wanted says, in plain Python."""
    searched = (
        row.id,
        row.message_id,
        row.error_message,
        row.project_id,
        row.user,
        row.model,
        row.session_id,
        row.host,
    )
    return (
        (wanted.since is None or row.started_at >= wanted.since)
        and (wanted.until is None or row.started_at < wanted.until)
        and all(_values(row, name) in values for name, values in wanted.include.items())
        and not any(_values(row, name) in values for name, values in wanted.exclude.items())
        and (wanted.cost_from is None or (row.cost is not None and row.cost >= wanted.cost_from))
        and (wanted.cost_to is None or (row.cost is not None and row.cost <= wanted.cost_to))
        and (wanted.id_begins is None or row.id.startswith(wanted.id_begins.lower()))
        and (wanted.message_id is None or row.message_id == wanted.message_id)
        and (wanted.text is None or any(wanted.text.lower() in (value or "").lower() for value in searched))
    )


WANTED = [
    Wanted(),
    Wanted(since=BEGIN + QUARTER + 5, until=BEGIN + 97 * QUARTER + 8),
    Wanted(until=BEGIN),
    Wanted(include={"project": ("web",)}),
    Wanted(include={"project": ("web", None)}, exclude={"user": ("ann",)}),
    Wanted(exclude={"project": (None,), "status": ("ok", "in_flight")}),
    Wanted(include={"project": ("nobody's",)}),
    Wanted(include={"status": ("in_flight",)}),
    Wanted(include={"status": ("in_flight", "ok")}),
    Wanted(include={"status": ("http_error", "stream_error")}),
    Wanted(include={"status": ("client_aborted",)}),
    Wanted(include={"http_status": (429,)}),
    Wanted(include={"http_status": (200, None)}),
    Wanted(include={"cost_source": (None,)}),
    Wanted(include={"pid": (2,), "host": ("a.example",)}),
    Wanted(include={"pid": (None,)}),
    Wanted(include={"session": ("ses_7", "ses_8")}),
    Wanted(include={"session": ("no",)}),
    Wanted(include={"session": (None,), "model": ("m2",)}),
    Wanted(include={"branch": ("topic",)}, since=BEGIN + 2 * QUARTER),
    Wanted(cost_from=10),
    Wanted(cost_from=5_000_000_000, include={"model": ("m1",)}),
    Wanted(cost_to=0),
    Wanted(message_id="gen-77"),
    Wanted(text="rate limit"),
    Wanted(text="100%_!"),
    Wanted(text="%"),
    Wanted(text="bob", include={"project": ("api",)}),
    Wanted(id_begins=ROWS[100].id[:8].upper()),
    Wanted(id_begins=ROWS[100].id),
]


def _pages(ledger: sqlite3.Connection, wanted: Wanted, limit: int, look: int) -> Iterator[Page]:
    page = browse(ledger, wanted, limit, look=look)
    while True:
        yield page
        if page.older is None:
            return
        page = browse(ledger, wanted, limit, before=page.older, look=look)


def _expected(wanted: Wanted) -> list[str]:
    return [
        row.id for row in sorted(ROWS, key=lambda row: (row.started_at, row.id), reverse=True) if _meant(row, wanted)
    ]


@pytest.mark.parametrize("look", [1, 90, 100_000])
@pytest.mark.parametrize("wanted", WANTED)
def test_pages_meet_and_hold_exactly_what_is_wanted(ledger: sqlite3.Connection, wanted: Wanted, look: int) -> None:
    pages = list(_pages(ledger, wanted, 17, look))
    assert [row["id"] for page in pages for row in page.rows] == _expected(wanted)
    assert all(len(page.rows) == 17 or not page.complete for page in pages[:-1])
    assert pages[-1].complete


@pytest.mark.parametrize("look", [1, 100_000])
@pytest.mark.parametrize("wanted", WANTED)
def test_the_way_back_to_the_newest_holds_the_same(ledger: sqlite3.Connection, wanted: Wanted, look: int) -> None:
    expected = _expected(wanted)
    place: Place | None = Place(BEGIN - 1, "")
    found: list[str] = []
    while True:
        page = browse(ledger, wanted, 17, after=place, look=look)
        found = [row["id"] for row in page.rows] + found
        if page.newer == place or (page.complete and len(page.rows) < 17):
            break
        place = page.newer
    assert found == expected


def test_what_arrives_moves_no_page_and_is_found_after_the_first(tmp_path: Path) -> None:
    rows = [ledgers.record(BEGIN + number, project_id="web") for number in range(10)]
    file = ledgers.made(tmp_path / "ledger.db", rows)
    with closing(sqlite3.connect(file)) as ledger:
        wanted = Wanted(include={"project": ("web",)})
        first = browse(ledger, wanted, 4)
        assert browse(ledger, wanted, after=first.newer).rows == ()
        news = ledgers.record(BEGIN + 100, project_id="web", status="in_flight")
        ledgers.add(file, news, ledgers.record(BEGIN + 101, project_id="api"))
        assert [row["id"] for row in browse(ledger, wanted, after=first.newer).rows] == [news.id]
        second = browse(ledger, wanted, 4, before=first.older)
        assert [row["id"] for row in second.rows] == [row.id for row in rows[5:1:-1]]
        ledgers.add(file, msgspec.structs.replace(news, status="ok", ended_at=BEGIN + 200))
        ended = browse(ledger, wanted, after=first.newer)
        assert [row["status"] for row in ended.rows] == ["ok"]
        nothing = browse(ledger, wanted, after=ended.newer)
        assert nothing.older is not None
        assert browse(ledger, wanted, 1, before=nothing.older).rows[0]["id"] == news.id


def test_a_look_that_ends_early_says_how_far_it_went(ledger: sqlite3.Connection) -> None:
    page = browse(ledger, Wanted(text="not there at all"), look=1)
    assert not page.complete
    assert page.rows == ()
    assert page.looked_at is not None
    assert page.older == Place(page.looked_at, "")
    assert browse(ledger, Wanted(text="not there at all")) == Page((), None, None)


def test_an_empty_ledger_and_both_places_at_once(tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db"))) as ledger:
        assert browse(ledger, Wanted()) == Page((), None, None)
        assert browse(ledger, Wanted(text="x")) == Page((), None, None)
        with pytest.raises(ValueError, match="not both"):
            browse(ledger, Wanted(), before=Place(1, ""), after=Place(1, ""))
