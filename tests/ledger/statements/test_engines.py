"""One set of questions for every engine: on PostgreSQL they find what they find in the ledger, over the same rows."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Select, create_engine, select

from franking.ledger.filters import Filters
from franking.ledger.pieces import Piece
from franking.ledger.schema_2 import SUMS
from franking.ledger.statements.every import every, text
from franking.ledger.statements.tables import METADATA
from support import ledgers
from support.examples import LONG
from support.postgres import postgres

DAYS = [int(datetime(2026, 3, day, tzinfo=UTC).timestamp()) for day in range(20, 31)]


OFTEN = ("time project", "model project", "project feature", "project branch", "time branch")


def rows() -> Iterator[Any]:
    """Requests around a change of the clock, with everything known and unknown."""
    chance = random.Random(11)
    for number in range(200):
        known = {
            name: chance.choice(values)
            for name, values in {
                "project_id": (None, "web", "it's", "Ärger"), "feature": (None, "cli", "autocomplete"),
                "model": (None, "m1", "m2"), "requested_model": ("m1", "auto"), "user": (None, "a@x", "b@x"),
                "client": (None, "kilo"), "organization_id": (None, "o"), "branch": (None, "main", "dev"),
                "session_id": (None, "s1", "s2"), "repository": (None, "r"), "cost": (None, 0, 10**15, 77),
                "input_tokens": (None, 0, 9), "output_tokens": (None, 4), "reasoning_tokens": (None, 1),
                "status": ("ok", "ok", "http_error", "client_aborted", "in_flight"), "pid": (None, 7),
                "rejected_feature": (None, "Chat"), "project_source": (None, "git-remote", "client-header"),
            }.items()
        }  # fmt: skip
        moment = chance.choice(DAYS) * 1_000_000 + chance.randrange(96) * 900_000_000 + chance.randrange(2)
        yield ledgers.record(moment, id=f"{number:08x}-aaaa", provenance="{}", **known)


def put_totals(ledger: sqlite3.Connection) -> None:
    """Imported totals of some days, of which some figures are not known."""
    for number, day in enumerate(DAYS):
        scope = ledger.execute("INSERT INTO scopes (project_id, model) VALUES ('web', 'm1') RETURNING id").fetchone()[0]
        sums = [{"requests": 5, "cost": 70, "priced": number % 2, "ok": 4}.get(name, 0) for name in SUMS]
        values = [b"%d" % number, day // 900 + 48, scope, day * 1_000_000, (day + 86_400) * 1_000_000, "day", *sums]
        ledger.execute(f"INSERT INTO imported_totals VALUES ({', '.join('?' * len(values))})", values)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Connection]]:
    """Connections to a ledger, and to a PostgreSQL that has the same rows."""
    file: Path = ledgers.made(tmp_path_factory.mktemp("engines") / "ledger.db", rows())
    with closing(sqlite3.connect(file)) as opened, opened:
        put_totals(opened)
    with create_engine(f"sqlite:///{file}").connect() as ledger, postgres() as engine, engine.connect() as central:
        METADATA.create_all(central)
        for table in METADATA.tables.values():
            listed = [dict(row) for row in ledger.execute(select(table)).mappings()]
            assert listed, table.name
            central.execute(table.insert(), listed)
        yield ledger, central


def found(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows in an order of their own. PostgreSQL's sums of integers are Decimals."""
    values = statement.params(
        limit=1000, ids=["00000001-aaaa", "00000002-aaaa"], begins="000000", past="0000001", callers=[1, 2, 3],
        sessions=["s1", "s2"],
        first=DAYS[1] * 1_000_000, end=DAYS[9] * 1_000_000, day=DAYS[1] // 86_400, past_day=DAYS[9] // 86_400,
        bucket=DAYS[1] // 900, last=DAYS[9] // 900,
    )  # fmt: skip
    whole = [
        tuple(int(value) if isinstance(value, Decimal) else value for value in row)
        for row in connection.execute(values)
    ]
    return sorted(whole, key=repr)


BUCKETS = {"quarters": 900, "eighths": 10_800, "days": 86_400, "spans": 64 * 86_400, "moments": 1}
PIECES = [
    Piece(number, 1, day // length, day // length + 1) for length in BUCKETS.values() for number, day in enumerate(DAYS)
] + [Piece(0, 1, DAYS[0] * 1_000_000, DAYS[-1] * 1_000_000)]
"""Some of each roll-up, and a stretch of moments: a bucket's number in one is none that another has."""

FILTERS = [
    Filters(),
    Filters(DAYS[2] * 1_000_000, DAYS[8] * 1_000_000),
    Filters(include={"project": ("it's", "web", None), "user": ("a@x",)}),
    Filters(exclude={"project": ("web", None), "feature": ("cli",)}),
    Filters(include={"model": ("m1",)}, exclude={"client": (None,)}),
    Filters(include={"organization": ()}),
    Filters(include={"branch": ("main",)}, exclude={"session": ("s1", None)}),
]


@pytest.mark.parametrize("place", range(len(FILTERS)))
def test_every_question_has_the_same_answer(both: tuple[Connection, Connection], place: int) -> None:
    """In a short run each question with one of the filters, and of two dimensions only those that are asked often."""
    ledger, central = both
    answers = 0
    for number, (name, build) in enumerate(every(FILTERS[place], PIECES)):
        if LONG or (number % len(FILTERS) == place and (name.count(" ") < 4 or name.endswith(OFTEN))):
            statement = build()
            here = found(ledger, statement)
            assert found(central, statement) == here, name
            answers += len(here) > 1
    assert answers > 5 or FILTERS[place].include.get("organization") == ()


def test_clickhouse_has_a_text_for_each() -> None:
    dialect = pytest.importorskip("clickhouse_connect.cc_sqlalchemy.dialect").ClickHouseDialect()
    for name, build in every(Filters(0, 1, {"project": ("a", None)}, {"model": (None,)}), PIECES):
        assert text(build(), dialect).startswith(("SELECT", "WITH")), name
