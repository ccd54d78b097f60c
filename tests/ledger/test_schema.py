import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger.schema import APPLICATION_ID, BUCKET_MICROSECONDS, COLUMNS, MIGRATIONS
from support.ledgers import made, record

CONTRACT = """
id started_at first_token_at ended_at status http_status gateway host method path wire_format streamed
requested_model model inference_provider input_tokens output_tokens cache_read_tokens cache_write_tokens
reasoning_tokens cost cost_source reported_cost estimated_cost is_byok upstream_cost project_id project_source feature
feature_source rejected_feature organization_id user session_id task_id client client_version editor_name machine_id
repository branch worktree pid command message_id finish_reason error_type error_message request_bytes response_bytes
prompt_preview provenance
"""


@pytest.fixture
def empty() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for migration in MIGRATIONS:
            for statement in migration:
                connection.execute(statement)
        yield connection


def test_the_tables_columns_are_the_contracts_in_its_order(empty: sqlite3.Connection) -> None:
    columns = [row[1] for row in empty.execute("PRAGMA table_info(requests)")]
    assert " ".join(columns) == " ".join([*CONTRACT.split(), "bucket"])
    assert " ".join(COLUMNS) == " ".join(CONTRACT.split())


def test_it_is_marked_as_a_ledger(empty: sqlite3.Connection) -> None:
    assert empty.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID


@pytest.mark.parametrize("column", ["started_at", "cost"])
def test_a_number_is_a_number(empty: sqlite3.Connection, column: str) -> None:
    values = {"id": "a", "started_at": 1, "status": "ok", "scope": 1, "caller": 1, "kind": 1} | {column: "text"}
    with pytest.raises(sqlite3.IntegrityError):
        empty.execute(
            f"INSERT INTO entries ({', '.join(values)}) VALUES (?, ?, ?{', ?' * (len(values) - 3)})",
            [*values.values()],
        )


@pytest.mark.parametrize(("started_at", "bucket"), [(0, 0), (BUCKET_MICROSECONDS - 1, 0), (BUCKET_MICROSECONDS, 1)])
def test_a_bucket_is_a_quarter_of_an_hour(tmp_path: Path, started_at: int, bucket: int) -> None:
    with closing(sqlite3.connect(made(tmp_path / "ledger.db", [record(started_at)]))) as connection:
        assert connection.execute("SELECT bucket FROM requests").fetchall() == [(bucket,)]


@pytest.mark.parametrize(
    ("values", "column", "seen"),
    [
        ({"cost": 1_499}, "cost", 1),
        ({"cost": 1_500}, "cost", 2),
        ({"cost": -1_500}, "cost", -2),
        ({"cost": 0}, "cost", 0),
        ({}, "cost", None),
        ({"user": "a@example.com"}, "kilo_user_id", "a@example.com"),
        ({"cache_read_tokens": 7}, "cache_hit_tokens", 7),
        ({"gateway": "openrouter"}, "provider", "openrouter"),
        ({}, "created_at", "2023-11-14T22:13:20.000123Z"),
        ({"status": "ok"}, "has_error", 0),
        ({"status": "http_error"}, "has_error", 1),
        ({"status": "in_flight"}, "has_error", None),
        ({"status": "client_aborted"}, "has_error", 0),
        ({"status": "client_aborted"}, "cancelled", 1),
        ({"status": "ok"}, "cancelled", 0),
        ({"status": "in_flight"}, "cancelled", None),
        ({"first_token_at": 1_700_000_000_250_123}, "latency", 250.0),
        ({"first_token_at": 1_700_000_000_250_123}, "generation_time", 750.0),
        ({}, "latency", None),
    ],
)
def test_the_gateways_view(tmp_path: Path, values: dict[str, Any], column: str, seen: object) -> None:
    file = made(tmp_path / "ledger.db", [record(1_700_000_000_000_123, **values)])
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute(f"SELECT {column} FROM microdollar_usage").fetchall() == [(seen,)]


def test_the_gateways_view_has_its_columns_in_order(empty: sqlite3.Connection) -> None:
    columns = [row[0] for row in empty.execute("SELECT * FROM microdollar_usage").description]
    assert " ".join(columns) == (
        "id kilo_user_id cost input_tokens output_tokens cache_write_tokens cache_hit_tokens created_at provider "
        "model requested_model has_error organization_id inference_provider project_id message_id finish_reason "
        "latency generation_time is_byok streamed cancelled editor_name machine_id feature"
    )


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("started_at >= 5", "entries_started_at"),
        ("project_id = 'a' AND started_at >= 5", "entries_started_at"),
        ("session_id = 's'", "entries_caller"),
        ("status = 'in_flight'", "entries_in_flight"),
        ("id >= 'a' AND id < 'b'", "sqlite_autoindex_entries"),
    ],
)
def test_questions_have_their_index(empty: sqlite3.Connection, where: str, index: str) -> None:
    plan = empty.execute(f"EXPLAIN QUERY PLAN SELECT * FROM requests WHERE {where}").fetchall()
    assert index in " ".join(step[3] for step in plan)
