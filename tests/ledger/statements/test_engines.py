"""One set of questions for every engine: on PostgreSQL they find what they find in the ledger, over the same rows."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Select, create_engine, select

from franking.ledger.filters import Filters
from franking.ledger.pieces import Piece
from franking.ledger.statements.every import every, text
from franking.ledger.statements.tables import METADATA
from support import ledgers
from support.postgres import postgres

DAYS = [int(datetime(2026, 3, day, tzinfo=UTC).timestamp()) for day in range(20, 31)]


def rows() -> Iterator[Any]:
    """Requests around a change of the clock, with everything known and unknown."""
    chance = random.Random(11)
    for number in range(400):
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


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Connection]]:
    """Connections to a ledger, and to a PostgreSQL that has the same rows."""
    file: Path = ledgers.made(tmp_path_factory.mktemp("engines") / "ledger.db", rows())
    with create_engine(f"sqlite:///{file}").connect() as ledger, postgres() as engine, engine.connect() as central:
        METADATA.create_all(central)
        for table in METADATA.tables.values():
            central.execute(table.insert(), [dict(row) for row in ledger.execute(select(table)).mappings()])
        yield ledger, central


def found(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows in an order of their own. PostgreSQL's sums of integers are Decimals."""
    values = statement.params(limit=1000, ids=["00000001-aaaa", "00000002-aaaa"], begins="000000", past="0000001")
    whole = [
        tuple(int(value) if isinstance(value, Decimal) else value for value in row)
        for row in connection.execute(values)
    ]
    return sorted(whole, key=repr)


BUCKETS = {"quarters": 900, "days": 86_400, "spans": 64 * 86_400}
PIECES = [
    Piece(number, 1, day // length, day // length + 1) for length in BUCKETS.values() for number, day in enumerate(DAYS)
]
"""Some of each roll-up: a bucket's number in one is none that another has."""


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(DAYS[2] * 1_000_000, DAYS[8] * 1_000_000),
        Filters(include={"project": ("it's", None), "user": ("a@x",)}),
        Filters(exclude={"project": ("web", None), "feature": ("cli",)}),
        Filters(include={"model": ("m1",)}, exclude={"client": (None,)}),
        Filters(include={"organization": ()}),
        Filters(include={"branch": ("main",)}, exclude={"session": ("s1", None)}),
    ],
)
def test_every_question_has_the_same_answer(both: tuple[Connection, Connection], filters: Filters) -> None:
    ledger, central = both
    whole = filters == Filters()
    answers = 0
    for name, build in every(filters, PIECES):
        if whole or name.count(" ") < 4:
            statement = build()
            here = found(ledger, statement)
            assert found(central, statement) == here, name
            answers += len(here) > 1
    assert answers > 20 or filters.include.get("organization") == ()


def test_clickhouse_has_a_text_for_each() -> None:
    dialect = pytest.importorskip("clickhouse_connect.cc_sqlalchemy.dialect").ClickHouseDialect()
    for name, build in every(Filters(0, 1, {"project": ("a", None)}, {"model": (None,)}), PIECES):
        assert text(build(), dialect).startswith(("SELECT", "WITH")), name
