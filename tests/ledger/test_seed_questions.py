"""The questions that the gateway's own usage table is asked, asked of ``microdollar_usage`` and of ``costs``."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from franking.ledger.filters import Filters
from franking.ledger.queries import costs
from support.ledgers import made, record


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [
        record(at(moment), project_id=project, feature=feature, user=user, cost=cost, input_tokens=tokens, model="m")
        for moment, project, feature, user, cost, tokens in [
            ("2026-11-02T09:00", "web", "cli", "ann", 2_000_000_000, 1000),
            ("2026-11-02T10:00", "web", "cli", "bob", 1_000_000_000, 3000),
            ("2026-11-03T09:00", "api", "vscode-extension", "ann", 500_000_000, 2000),
            ("2026-11-10T09:00", "web", "cli", "ann", 250_000_000, 500),
            ("2026-11-10T09:30", None, None, "bob", None, None),
            ("2026-09-01T09:00", "old", "cli", "eve", 9_000_000_000, 1),
        ]
    ]
    with closing(sqlite3.connect(made(tmp_path / "ledger.db", rows))) as connection:
        yield connection


def test_who_worked_on_what_when_and_how_much_did_it_cost(ledger: sqlite3.Connection) -> None:
    found = ledger.execute(
        "SELECT kilo_user_id, project_id, DATE(created_at) AS day, COUNT(*), SUM(cost) / 1000000.0 AS dollars"
        " FROM microdollar_usage WHERE created_at >= '2026-11-01' GROUP BY 1, 2, 3 ORDER BY 1, 3"
    ).fetchall()
    assert found == [
        ("ann", "web", "2026-11-02", 1, 2.0),
        ("ann", "api", "2026-11-03", 1, 0.5),
        ("ann", "web", "2026-11-10", 1, 0.25),
        ("bob", "web", "2026-11-02", 1, 1.0),
        ("bob", None, "2026-11-10", 1, None),
    ]


def test_weekly_active_users_of_each_feature(ledger: sqlite3.Connection) -> None:
    asked = (
        "SELECT strftime('%W', created_at) AS week, feature, COUNT(DISTINCT kilo_user_id) FROM microdollar_usage"
        " WHERE feature IS NOT NULL AND created_at >= '2026-11-01' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert ledger.execute(asked).fetchall() == [("44", "cli", 2), ("44", "vscode-extension", 1), ("45", "cli", 1)]
    since = Filters(at("2026-11-01T00:00"))
    groups = costs(ledger, since, ("week", "feature"), UTC).groups
    assert [(*group.key, group.users) for group in groups] == [
        ("2026-W45", "cli", 2),
        ("2026-W45", "vscode-extension", 1),
        ("2026-W46", "cli", 1),
        ("2026-W46", None, 1),
    ]


def test_tool_by_project(ledger: sqlite3.Connection) -> None:
    groups = costs(ledger, Filters(at("2026-11-01T00:00")), ("feature", "project"), UTC).groups
    assert [(*group.key, group.requests, group.cost) for group in groups] == [
        ("cli", "web", 3, 3_250_000_000),
        ("vscode-extension", "api", 1, 500_000_000),
        (None, None, 1, None),
    ]


def test_tokens_for_a_dollar(ledger: sqlite3.Connection) -> None:
    found = ledger.execute(
        "SELECT model, SUM(input_tokens) * 1000000.0 / SUM(cost) FROM microdollar_usage"
        " WHERE cost IS NOT NULL AND created_at >= '2026-11-01' GROUP BY 1"
    ).fetchall()
    assert found == [("m", pytest.approx(6500 / 3.75))]


def test_daily_cost_by_project_for_thirty_days(ledger: sqlite3.Connection) -> None:
    until = at("2026-11-22T00:00")
    month = Filters(until - 30 * 86_400_000_000, until)
    groups = costs(ledger, month, ("day", "project"), UTC).groups
    assert [(*group.key, group.cost) for group in groups] == [
        ("2026-11-02", "web", 3_000_000_000),
        ("2026-11-03", "api", 500_000_000),
        ("2026-11-10", "web", 250_000_000),
        ("2026-11-10", None, None),
    ]
    asked = (
        "SELECT DATE(created_at), project_id, SUM(cost) * 1000 FROM microdollar_usage"
        " WHERE created_at >= '2026-10-23' GROUP BY 1, 2 ORDER BY 1, 3 DESC"
    )
    assert ledger.execute(asked).fetchall() == [(*group.key, group.cost) for group in groups]


def test_what_nobody_is_known_for_is_a_bucket_of_its_own_and_sums_reconcile(ledger: sqlite3.Connection) -> None:
    (total,) = ledger.execute("SELECT SUM(cost) FROM requests").fetchone()
    found = costs(ledger, Filters(), ("project", "user"), UTC)
    assert sum(group.cost or 0 for group in found.groups) == found.total.cost == total
    assert [group.key for group in found.groups if group.key[0] is None] == [(None, "bob")]
    without = costs(ledger, Filters(exclude={"project": (None, "old")}), ("project",), UTC)
    assert {group.key for group in without.groups} == {("web",), ("api",)}
