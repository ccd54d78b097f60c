"""Sessions, the last active first: what they come to, and that pages meet."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger.filters import Filters
from franking.ledger.record import Record
from franking.ledger.sessions import Active, Page, Session, sessions
from support import ledgers

QUARTER = 900_000_000
BEGIN = 1_790_000_000_000_000 // QUARTER * QUARTER


def _made() -> list[Record]:
    chance = random.Random(4)
    rows = []
    for number in range(500):
        status: Any = "in_flight" if number % 50 == 0 else "ok"
        rows.append(
            ledgers.record(
                BEGIN
                + chance.choice((0, 1, 2, 50, 97, 400)) * QUARTER
                + chance.choice((0, 5, chance.randrange(QUARTER))),
                session_id=chance.choice([None, *(f"ses_{name}" for name in range(40))]),
                status=status,
                project_id=chance.choice(("web", "api", None)),
                model=chance.choice(("m1", "m2")),
                client="kilo",
                user=chance.choice(("ann", None)),
                cost=chance.choice((None, 3)),
                input_tokens=chance.choice((None, 2)),
                branch=chance.choice(("main", "topic")),
                pid=chance.randrange(3),
            )
        )
    return rows


ROWS = _made()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    file: Path = ledgers.made(tmp_path_factory.mktemp("sessions") / "ledger.db", ROWS)
    with closing(sqlite3.connect(file)) as connection:
        yield connection


def _known(values: Iterator[int | None]) -> int | None:
    told = [value for value in values if value is not None]
    return sum(told) if told else None


def _expected(filters: Filters) -> list[Session]:
    """The same by plain Python."""
    columns = {"project": "project_id", "session": "session_id", "model": "model", "branch": "branch", "user": "user"}
    of: dict[str, list[Record]] = {}
    for row in ROWS:
        meant = (
            (filters.since is None or row.started_at >= filters.since)
            and (filters.until is None or row.started_at < filters.until)
            and all(getattr(row, columns[name]) in values for name, values in filters.include.items())
            and not any(getattr(row, columns[name]) in values for name, values in filters.exclude.items())
        )
        if meant and row.session_id is not None:
            of.setdefault(row.session_id, []).append(row)
    found = [
        Session(
            name, len(rows), _known(row.cost for row in rows), sum(row.cost is None for row in rows),
            _known(row.input_tokens for row in rows), _known(row.output_tokens for row in rows),
            min(row.started_at for row in rows), max(row.started_at for row in rows),
            *(
                tuple(sorted({value for row in rows if (value := getattr(row, column)) is not None}))
                for column in ("project_id", "client", "model", "user")
            ),
        )
        for name, rows in of.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.last, one.session))


@pytest.mark.parametrize("look", [1, 1_000_000])
@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(since=BEGIN + QUARTER + 3, until=BEGIN + 97 * QUARTER + 7),
        Filters(include={"project": ("web",)}),
        Filters(include={"project": (None,)}, exclude={"user": ("ann",)}),
        Filters(include={"session": ("ses_3", "ses_4", None)}),
        Filters(include={"branch": ("topic",), "model": ("m1",)}),
        Filters(include={"project": ("nobody's",)}),
        Filters(until=BEGIN),
    ],
)
def test_pages_meet_and_hold_every_session_once(
    ledger: sqlite3.Connection, filters: Filters, limit: int, look: int
) -> None:
    found: list[Session] = []
    before: Active | None = None
    while True:
        page = sessions(ledger, filters, limit, before, look)
        found += page.sessions
        assert len(page.sessions) <= limit
        if page.older is None:
            break
        assert page.older != before
        before = page.older
    assert found == _expected(filters)


def test_an_empty_ledger_has_none(tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db"))) as ledger:
        assert sessions(ledger, Filters()) == Page((), None)
