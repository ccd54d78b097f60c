"""What was spent of budgets: by the ledger's rows, in their windows, whatever the projects are called now."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.budgets import changes, matching, periods, questions, store
from franking.budgets.values import DIMENSIONS, PERIODS, Budget, Spending
from franking.ledger.connection import patient
from franking.ledger.record import Record
from franking.projects import changes as of_projects
from franking.projects import merging
from franking.projects import questions as about_projects
from franking.projects.values import Member, Project
from support import ledgers

HOUR = 3_600_000_000
NOW = int(datetime.fromisoformat("2026-11-22T12:00:00Z").timestamp()) * 1_000_000
ACME = "git@github.com:acme/api.git"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [
        ledgers.record(NOW - HOUR, project_id="api", cost=10, user="a"),
        ledgers.record(NOW - 2 * HOUR, project_id="web", cost=100, user="b"),
        ledgers.record(NOW - 3 * HOUR, project_id="web", cost=None, user="b"),
        ledgers.record(NOW - 4 * HOUR, project_id="web", status="http_error", http_status=429),
        ledgers.record(NOW - 30 * HOUR, project_id="web", cost=1_000, user="b"),
        ledgers.record(NOW - 24 * 30 * HOUR, project_id="web", cost=10_000, user="b"),
        ledgers.record(NOW - HOUR, project_id=None, cost=100_000),
    ]
    with closing(patient(ledgers.made(tmp_path / "ledger.db", rows))) as opened:
        yield opened


def spent(ledger: sqlite3.Connection, *budgets: Budget) -> list[Spending]:
    return questions.spending(ledger, budgets, NOW, about_projects.names(ledger))


@pytest.mark.parametrize(
    ("budget", "known", "requests", "unknown"),
    [
        (Budget("b", 1, "day"), 100_110, 5, 1),
        (Budget("b", 1, "week"), 101_110, 6, 1),
        (Budget("b", 1, "day", include={"project": ("web",)}), 100, 3, 1),
        (Budget("b", 1, "quarter", include={"project": ("web",)}), 11_100, 5, 1),
        (Budget("b", 1, "day", include={"project": (None,)}), 100_000, 1, 0),
        (Budget("b", 1, "day", include={"project": ("web", "api"), "user": ("a", "b")}), 110, 3, 1),
        (Budget("b", 1, "day", include={"project": ("web",), "user": ("b",), "client": (None,)}), 100, 2, 1),
        (Budget("b", 1, "day", starts=NOW - HOUR * 3 // 2), 100_010, 2, 0),
        (Budget("b", 1, "day", ends=NOW), 0, 0, 0),
    ],
)
def test_what_was_spent(ledger: sqlite3.Connection, budget: Budget, known: int, requests: int, unknown: int) -> None:
    assert spent(ledger, budget) == [Spending(known, requests, unknown)]
    assert spent(ledger, budget, budget, Budget("other", 1, "day")) == [
        *[Spending(known, requests, unknown)] * 2,
        Spending(100_110, 5, 1),
    ]


def test_a_budget_follows_its_project(ledger: sqlite3.Connection) -> None:
    changes.create(ledger, Budget("b", 1_000, "day", include={"project": ("api",)}), 1)
    of_projects.rename(ledger, "api", "acme", 2)
    merging.merge(ledger, "web", "acme", 3)
    [state] = questions.states(ledger, NOW)
    assert state.budget.include == {"project": ("acme",)}
    assert (state.spent, state.status) == (110, "ok")


def test_an_organizations_budget_is_for_its_projects(ledger: sqlite3.Connection) -> None:
    of_projects.edit(ledger, "web", 1, organization="Acme")
    assert spent(ledger, Budget("b", 1, "day", include={"organization": ("Acme",)})) == [Spending(100, 3, 1)]


def test_states_are_those_of_all_budgets_or_of_the_ones_asked_for(ledger: sqlite3.Connection) -> None:
    first = changes.create(ledger, Budget("a", 100, "day", include={"project": ("web",)}), 1)
    changes.create(ledger, Budget("b", 1_000_000, "day", unknown_cost=1_000_000), 1)
    assert first.number is not None
    changes.raise_(ledger, "a", 25, 0, NOW + 1)
    found = questions.states(ledger, NOW)
    assert [(state.budget.name, state.spent, state.amount, state.status) for state in found] == [
        ("a", 100, 125, "warning"),
        ("b", 1_100_110, 1_000_000, "over"),
    ]
    assert questions.states(ledger, NOW, only=[first]) == found[:1]


def test_a_ledger_from_before_there_were_budgets_has_none() -> None:
    file = Path(__file__).parents[1] / "ledger" / "fixtures" / "schema-2.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as ledger:
        assert questions.states(ledger, NOW) == []
        assert (store.raises(ledger, NOW), store.paused_until(ledger, NOW)) == ([], None)


_ROW = st.builds(
    ledgers.record,
    st.integers(min_value=NOW - 24 * 40 * HOUR, max_value=NOW + 24 * HOUR),
    project_id=st.sampled_from([None, "api", "web"]),
    repository=st.sampled_from([None, ACME]),
    organization_id=st.sampled_from([None, "o"]),
    feature=st.sampled_from([None, "cli"]),
    user=st.sampled_from([None, "a"]),
    model=st.sampled_from([None, "m"]),
    client=st.sampled_from([None, "c"]),
    session_id=st.sampled_from([None, "s"]),
    cost=st.none() | st.integers(min_value=0, max_value=10**12),
    status=st.sampled_from(["ok", "http_error", "client_aborted"]),
)
_VALUES = {
    "project": ["api", "web", "acme", None], "organization": ["o", "O", None], "feature": ["cli", None],
    "user": ["a", None], "model": ["m", None], "client": ["c", None], "session": ["s", None],
}  # fmt: skip
_SCOPE = st.fixed_dictionaries(
    {},
    optional={
        dimension: st.lists(st.sampled_from(_VALUES[dimension]), min_size=1, max_size=2, unique=True).map(tuple)
        for dimension in DIMENSIONS
    },
)
_BUDGET = st.builds(
    Budget, st.just("b"), st.just(1), st.sampled_from(PERIODS), st.sampled_from(["UTC", "Asia/Kathmandu"]), _SCOPE
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_ROW, max_size=15), budgets=st.lists(_BUDGET, min_size=1, max_size=4))
def test_what_the_ledger_says_is_what_the_check_in_memory_counts(
    tmp_path: Path, rows: list[Record], budgets: list[Budget]
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    with closing(patient(ledgers.made(tmp_path / "ledger.db", rows))) as ledger:
        of_projects.create(ledger, Project("acme", organization="O", members=(Member("api", ACME),)), 1)
        names = about_projects.names(ledger)
        found = questions.spending(ledger, [questions.named_now(names, each) for each in budgets], NOW, names)
    for budget, told in zip(budgets, found, strict=True):
        window = periods.current(budget, NOW)
        assert window is not None
        counted = [
            row
            for row in rows
            if window.start <= row.started_at < window.end
            and matching.covers(
                budget,
                matching.request(
                    names, row.project_id, row.repository, row.organization_id, feature=row.feature, user=row.user,
                    model=row.model, client=row.client, session=row.session_id,
                ),
            )
        ]  # fmt: skip
        unknown = sum(row.cost is None and row.status == "ok" for row in counted)
        assert told == Spending(sum(row.cost or 0 for row in counted), len(counted), unknown)
