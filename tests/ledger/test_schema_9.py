"""A ledger of version 8 comes with all that it has, and its roll-ups tell repositories and branches apart."""

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import by_roll_ups, by_rows, pruning, rollups, schema_2, schema_9_filled, session_numbers
from franking.ledger.by_rows import Found
from franking.ledger.connection import transaction
from franking.ledger.filters import Filters
from franking.ledger.groups import together
from franking.ledger.migrations import migrate
from franking.ledger.queries import costs
from franking.ledger.rows import write
from franking.ledger.schema_9_filled import SUMS, TOKENS
from franking.ledger.schema_10 import LENGTHS, TRIGGERS
from franking.ledger.sides import Sides
from support.ledgers import record

DAY = pruning.DAY
HOUR = DAY // 24
PLACES = ((None, None), ("r", None), (None, "main"), ("r", "main"), ("r", "dev"))


def rows() -> Iterator[Any]:
    """Busy days with several places in an eighth and a scope, and quiet ones with one; some at none."""
    chance = random.Random(9)
    for number in range(400):
        day = number // 20
        repository, branch = chance.choice(PLACES) if day % 2 else PLACES[day // 2 % len(PLACES)]
        yield record(
            day * DAY + chance.randrange(9) * HOUR // 3, repository=repository, branch=branch,
            project_id=f"p{number % 2}", session_id=f"s{number // 7}", cost=chance.choice((None, 0, 10**12 + number)),
            input_tokens=chance.choice((None, 0, 7)), reasoning_tokens=None if day < 3 else number,
            status=chance.choice(("ok", "ok", "http_error", "in_flight")),
        )  # fmt: skip


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of version 8, with imported totals at the time of requests and at another."""
    file = tmp_path / "ledger.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        migrate(ledger, file, to=8)
        with transaction(ledger), monkeypatch.context() as version:
            version.setattr(session_numbers, "note", lambda *_: None)
            write(ledger, [*rows()], Sides())
        for number, day in enumerate((5, 6, 90)):
            told = {"requests": 4, "cost": 9, "priced": number, "input_tokens": 5, "input_tokens_known": 4}
            places = [b"k%d" % number, day * 96 + 1, 1, day * DAY, (day + 1) * DAY, "day"]
            values = [*places, *(told.get(name, 0) for name in schema_2.SUMS)]
            ledger.execute(f"INSERT INTO imported_totals VALUES ({', '.join('?' * len(values))})", values)
    return file


def opened(file: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(file, isolation_level=None))


def by_scope(ledger: sqlite3.Connection, beyond: str = "") -> dict[str, list[Any]]:
    """What each roll-up comes to, without places; tokens NULL where none is known."""
    known = [f"CASE WHEN SUM({name}_known) > 0 THEN SUM({name}) END" for name in TOKENS]
    sums = ", ".join([*(f"SUM({name})" for name in SUMS if name not in TOKENS), *known])
    return {
        table: ledger.execute(
            f"SELECT bucket, scope{beyond if table == 'eighths' else ''}, {sums} FROM {table}"
            f" GROUP BY bucket, scope{beyond if table == 'eighths' else ''} ORDER BY 1, 2, 3"
        ).fetchall()
        for table in (*schema_2.ROLL_UPS, "eighths")
    }


@pytest.mark.parametrize("pruned", [None, True, False])
def test_every_roll_up_comes_to_what_it_came_to(before: Path, pruned: bool | None) -> None:
    with opened(before) as ledger:
        if pruned is not None:
            # Some rows of those days are still there: the last step was not taken.
            assert pruning.step(ledger, 8 * DAY, keep_totals=pruned, rows=70) == 70
        was = by_scope(ledger, ", caller")
        migrate(ledger, before)
        assert by_scope(ledger, ", caller") == was
        assert rollups.differences(ledger) == 0
        for table in LENGTHS:
            wrong = " OR ".join(f"({name} IS NULL) <> ({name}_known = 0)" for name in TOKENS)
            assert ledger.execute(f"SELECT COUNT(*) FROM {table} WHERE {wrong}").fetchone() == (0,)
        rollups.rebuild(ledger)
        assert by_scope(ledger, ", caller") == was
        left = {name for (name,) in ledger.execute("SELECT name FROM sqlite_schema WHERE type <> 'index'")}
        assert not {name for name in left if name.endswith("_8") or name == "sole"}
        while pruning.step(ledger, 200 * DAY, keep_totals=False):
            pass
        assert rollups.differences(ledger) == 0


def folded(found: Iterable[Found]) -> dict[Any, list[int | None]]:
    """A group may be found in several parts."""
    sums: dict[Any, Any] = {}
    for key, held in found:
        sums[key] = together(sums.get(key, ((None,) * (len(held) - 1) + ((),))), held)
    return {key: [*held[:-1]] for key, held in sums.items()}


@pytest.mark.parametrize(
    "by", [("branch",), ("repository",), ("project", "branch"), ("day", "branch"), ("branch", "repository")]
)
def test_branches_and_repositories_are_those_of_the_requests(before: Path, by: tuple[str, ...]) -> None:
    with opened(before) as ledger:
        ledger.execute("DELETE FROM imported_totals")
        ledger.execute("DELETE FROM entries WHERE status = 'in_flight'")
        migrate(ledger, before)
        expected = folded(by_rows.found(ledger, Filters(), by, UTC))
        assert folded(by_roll_ups.found(ledger, Filters(), by, UTC)) == expected
        assert len(expected) > 1


def test_totals_that_stayed_are_of_no_known_branch(before: Path) -> None:
    with opened(before) as ledger:
        ledger.execute("DELETE FROM entries WHERE status = 'in_flight'")
        whole = ledger.execute("SELECT SUM(requests), SUM(cost), SUM(input_tokens) FROM spans").fetchone()
        while pruning.step(ledger, 8 * DAY, keep_totals=True):
            pass
        left = dict(ledger.execute(
            "SELECT branch, COUNT(*) FROM requests WHERE branch IS NOT NULL GROUP BY 1"
        ).fetchall())  # fmt: skip
        migrate(ledger, before)
        told = costs(ledger, Filters(), ("branch",))
        assert (told.total.requests, told.total.cost, told.total.input_tokens) == whole
        assert {group.key[0]: group.requests for group in told.groups if group.key[0]} == left


def test_an_absurd_number_does_not_keep_a_ledger_at_its_version(before: Path) -> None:
    with opened(before) as ledger:
        ledger.execute("UPDATE entries SET cost = 9223372036854775807, started_at = 5")
        migrate(ledger, before)
        assert ledger.execute("SELECT SUM(requests) FROM quarters WHERE bucket = 0").fetchone()[0] > 200


def test_the_writer_knows_the_triggers_of_this_version(before: Path) -> None:
    with opened(before) as ledger:
        migrate(ledger, before)
        found = ledger.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entries'")
        assert {said for (said,) in found} == {*TRIGGERS}


def test_a_place_is_there_once(before: Path) -> None:
    with opened(before) as ledger:
        migrate(ledger, before)
        found = ledger.execute("SELECT repository, branch FROM places ORDER BY id").fetchall()
        assert (found[0], sorted(found, key=repr)) == ((None, None), sorted(PLACES, key=repr))
        assert ledger.execute("SELECT id FROM places WHERE branch IS NULL AND repository IS NULL").fetchall() == [
            (schema_9_filled.NOWHERE,)
        ]
        for repository, branch in PLACES:
            with pytest.raises(sqlite3.IntegrityError):
                ledger.execute("INSERT INTO places (repository, branch) VALUES (?, ?)", (repository, branch))
