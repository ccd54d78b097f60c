"""Whatever is done to a ledger, and in whatever order, its roll-ups are its requests and the totals that were kept."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from franking.ledger import pruning, rollups
from franking.ledger.connection import transaction
from franking.ledger.filters import Filters
from franking.ledger.moving import Move, move
from franking.ledger.queries import costs
from franking.ledger.record import Record
from franking.ledger.sides import Sides
from franking.ledger.store import Store
from franking.ledger.totals import Totals
from support import ledgers
from support.examples import thorough

DAY = pruning.DAY
FIRST = 20_500
"""A day since 1970."""

_tokens = st.sampled_from([None, 0, 7])
_rows = st.builds(
    ledgers.record,
    st.integers(FIRST * 96, (FIRST + 4) * 96).map(lambda quarter: quarter * 900_000_000 + 5),
    project_id=st.sampled_from([None, "a", "b"]),
    user=st.sampled_from([None, "x"]),
    branch=st.sampled_from([None, "main", "dev"]),
    repository=st.sampled_from([None, "r"]),
    session_id=st.sampled_from([None, "s", "t"]),
    cost=st.sampled_from([None, 0, 3, 10**15]),
    input_tokens=_tokens,
    reasoning_tokens=_tokens,
    status=st.sampled_from(["ok", "http_error", "in_flight"]),
)
_day = st.integers(FIRST, FIRST + 5).map(lambda day: day * DAY)
_steps = st.lists(
    st.tuples(st.sampled_from(["write", "add"]), st.lists(_rows, min_size=1, max_size=6))
    | st.tuples(st.just("settle"), st.lists(_rows, min_size=1, max_size=4))
    | st.tuples(st.sampled_from(["prune", "prune and keep"]), _day)
    | st.tuples(st.sampled_from(["reprice", "backfill", "undo"]), st.sampled_from([None, 0, 5]))
    | st.tuples(st.sampled_from(["repair", "tidy"]), st.none()),
    min_size=1,
    max_size=8,
)
_COLUMNS = {"project": "project_id", "session": "session_id"}
_SHOWN = ("requests", "cost", "unpriced", "unpriced_ok", "errors", "running", "input_tokens", "output_tokens",
          "reasoning_tokens")  # fmt: skip


class Life:
    """A ledger, and what must be told of it: its requests, and those of which the totals were kept."""

    def __init__(self, file: Path) -> None:
        self.file = ledgers.made(file)
        self.rows: dict[str, Record] = {}
        self.kept: list[Record] = []
        self.moved: list[tuple[int, int, str | None]] = []

    def do(self, step: str, given: Any) -> None:
        with closing(sqlite3.connect(self.file, isolation_level=None)) as ledger:
            getattr(self, step.replace(" ", "_"))(ledger, given)

    def write(self, _: sqlite3.Connection, rows: list[Record]) -> None:
        with closing(Store(self.file)) as store:
            store.open()
            for record in self.rows.values():
                if record.status == "in_flight":  # an earlier run left it open
                    self.rows[record.id] = msgspec.structs.replace(record, status="interrupted")
            store.write(rows)
        self.rows |= {row.id: row for row in rows}

    def add(self, _: sqlite3.Connection, rows: list[Record]) -> None:
        ledgers.add(self.file, *rows)
        self.rows |= {row.id: row for row in rows}

    def settle(self, ledger: sqlite3.Connection, rows: list[Record]) -> None:
        new = [msgspec.structs.replace(row, id=old, status="ok") for old, row in zip([*self.rows], rows, strict=False)]
        self.add(ledger, new)

    def prune(self, ledger: sqlite3.Connection, before: int, *, keep: bool = False) -> list[Record]:
        while pruning.step(ledger, before, keep_totals=keep, rows=2):
            pass
        gone = [row for row in self.rows.values() if row.started_at < before and row.status != "in_flight"]
        self.moved = []
        for row in gone:
            del self.rows[row.id]
        return gone

    def prune_and_keep(self, ledger: sqlite3.Connection, before: int) -> None:
        self.kept += [msgspec.structs.replace(row, session_id=None) for row in self.prune(ledger, before, keep=True)]

    def reprice(self, ledger: sqlite3.Connection, cost: int | None) -> None:
        ids = [*self.rows][:3]
        with transaction(ledger), Totals(ledger).by_ids(ids):
            ledger.executemany("UPDATE entries SET cost = ? WHERE id = ?", [(cost, id_) for id_ in ids])
        self.rows |= {id_: msgspec.structs.replace(self.rows[id_], cost=cost) for id_ in ids}

    def backfill(self, ledger: sqlite3.Connection, _: object) -> None:
        rows = ledger.execute("SELECT rowid, scope, caller, id FROM entries LIMIT 4").fetchall()
        with transaction(ledger):
            for entry, scope, caller, id_ in rows:
                self.moved.append((entry, scope, self.rows[id_].branch))
                self._move(ledger, entry, scope, caller, {"project_id": "filled"}, "filled")

    def undo(self, ledger: sqlite3.Connection, _: object) -> None:
        with transaction(ledger):
            while self.moved:
                entry, before, branch = self.moved.pop()
                scope, caller = ledger.execute("SELECT scope, caller FROM entries WHERE rowid = ?", (entry,)).fetchone()
                (project,) = ledger.execute("SELECT project_id FROM scopes WHERE id = ?", (before,)).fetchone()
                self._move(ledger, entry, scope, caller, {"project_id": project}, branch)

    def _move(
        self, ledger: sqlite3.Connection, entry: int, scope: int, caller: int, of: dict[str, Any], branch: str | None
    ) -> None:
        """As backfill does: the side rows that are to be are looked for, for the earlier ones may be gone."""
        sides = Sides()
        to = sides.changed(ledger, "scopes", scope, of), sides.changed(ledger, "callers", caller, {"branch": branch})
        assert move(ledger, [Move(entry, scope, caller, *to)], Totals(ledger)) == {entry}
        (id_,) = ledger.execute("SELECT id FROM entries WHERE rowid = ?", (entry,)).fetchone()
        self.rows[id_] = msgspec.structs.replace(self.rows[id_], **of, branch=branch)

    def repair(self, ledger: sqlite3.Connection, _: object) -> None:
        with transaction(ledger):
            rollups.rebuild(ledger)

    def tidy(self, ledger: sqlite3.Connection, _: object) -> None:
        pruning.tidy(ledger)

    def proven(self) -> None:
        """The roll-ups as such, and what is told by them; the other filter brings in the one by callers."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as ledger:
            assert rollups.differences(ledger) == 0
            for dimension in ("project", "user", "branch", "repository", "session"):
                expected = self.expected(_COLUMNS.get(dimension, dimension))
                for filters in (Filters(), Filters(exclude={"session": ("none",)})):
                    groups = costs(ledger, filters, (dimension,), UTC).groups
                    told = {group.key[0]: tuple(getattr(group, name) for name in _SHOWN) for group in groups}
                    assert told == expected, (dimension, filters)

    def expected(self, column: str) -> dict[Any, tuple[Any, ...]]:
        groups: dict[Any, list[Record]] = {}
        for row in [*self.rows.values(), *self.kept]:
            groups.setdefault(getattr(row, column), []).append(row)
        return {key: (*figures(rows),) for key, rows in groups.items()}


def figures(rows: list[Record]) -> Iterable[int | None]:
    """As _SHOWN, from requests one by one."""
    yield len(rows)
    yield known(row.cost for row in rows)
    yield sum(row.cost is None for row in rows)
    yield sum(row.cost is None and row.status == "ok" for row in rows)
    yield sum(row.status in ("http_error", "interrupted") for row in rows)
    yield sum(row.status == "in_flight" for row in rows)
    for name in _SHOWN[6:]:
        yield known(getattr(row, name) for row in rows)


def known(values: Iterable[int | None]) -> int | None:
    told = [value for value in values if value is not None]
    return sum(told) if told else None


@thorough(35, 1_500)
@given(st.lists(_rows, min_size=4, max_size=20), _steps)
def test_roll_ups_are_the_requests_and_the_totals_that_were_kept(
    tmp_path: Path, rows: list[Record], steps: list[tuple[str, Any]]
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    life = Life(tmp_path / "ledger.db")
    life.do("write", rows)
    for step in steps:
        life.do(*step)
        life.proven()
    life.do("repair", None)
    life.proven()
