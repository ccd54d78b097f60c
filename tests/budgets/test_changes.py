"""Budgets made, changed, raised, paused: what is stored reads back, what stands against it changes nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from franking.budgets import changes, store
from franking.budgets.values import Budget, BudgetError, Raise
from franking.ledger.connection import patient
from support import ledgers

BUDGET = Budget(
    "acme", 50 * 10**9, "quarter", "Europe/Berlin", {"project": ("acme", None), "feature": ("cli",)}, (50, 80), True,
    1_000, 2_000, 5_000,
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(patient(ledgers.made(tmp_path / "ledger.db"))) as opened:
        yield opened


def test_what_is_made_reads_back(ledger: sqlite3.Connection) -> None:
    made = changes.create(ledger, BUDGET, 7)
    assert made == replace(BUDGET, number=made.number, created_at=7, changed_at=7)
    assert store.budgets(ledger) == [made]
    assert store.budget(ledger, "acme") == made
    assert store.budget(ledger, "other") is None


def test_what_is_changed_keeps_its_number(ledger: sqlite3.Connection) -> None:
    made = changes.create(ledger, BUDGET, 7)
    edited = changes.edit(ledger, "acme", 8, name="beta", amount=1, include={}, ends=None, hard=False)
    assert edited == replace(made, name="beta", amount=1, include={}, ends=None, hard=False, changed_at=8)
    assert store.budgets(ledger) == [edited]


def test_a_deleted_budget_takes_its_raises_and_alerts_along(ledger: sqlite3.Connection) -> None:
    made = changes.create(ledger, BUDGET, 7)
    changes.raise_(ledger, "acme", 5, 10, 20)
    ledger.execute(
        "INSERT INTO alerts_sent (budget, period_start, threshold, channel, reached_at, spent, amount)"
        " VALUES (?, 0, 80, 'desktop', 1, 1, 1)",
        (made.number,),
    )
    changes.delete(ledger, "acme")
    for table in ("budgets", "budget_raises", "alerts_sent"):
        assert ledger.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)
    assert changes.create(ledger, BUDGET, 8).number != made.number


def test_raises_are_listed_until_they_end(ledger: sqlite3.Connection) -> None:
    made = changes.create(ledger, BUDGET, 7)
    changes.raise_(ledger, "acme", 5, 10, 30, "release")
    changes.raise_(ledger, "acme", 6, 10, 20)
    assert made.number is not None
    release, short = Raise(made.number, 5, 10, 30, "release"), Raise(made.number, 6, 10, 20)
    assert store.raises(ledger, 0) == [short, release]
    assert store.raises(ledger, 20) == [release]
    assert store.raises(ledger, 30) == []


def test_a_pause_ends_by_itself_or_before(ledger: sqlite3.Connection) -> None:
    changes.pause(ledger, 10, 20)
    assert [store.paused_until(ledger, at) for at in (9, 10, 19, 20)] == [None, 20, 20, None]
    changes.pause(ledger, 12, 15)
    assert [store.paused_until(ledger, at) for at in (11, 14, 15)] == [12, 15, None]
    assert changes.resume(ledger, 13)
    assert store.paused_until(ledger, 13) is None
    assert not changes.resume(ledger, 14)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda ledger: changes.create(ledger, BUDGET, 9), "a budget 'acme' already"),
        (lambda ledger: changes.create(ledger, replace(BUDGET, name="x", amount=0), 9), "more than 0"),
        (lambda ledger: changes.edit(ledger, "nix", 9, amount=1), "no budget 'nix'"),
        (lambda ledger: changes.edit(ledger, "acme", 9, amount=0), "more than 0"),
        (lambda ledger: changes.edit(ledger, "other", 9, name="acme"), "a budget 'acme' already"),
        (lambda ledger: changes.delete(ledger, "nix"), "no budget 'nix'"),
        (lambda ledger: changes.raise_(ledger, "nix", 5, 10, 20), "no budget 'nix'"),
        (lambda ledger: changes.raise_(ledger, "acme", 0, 10, 20), "more than 0"),
        (lambda ledger: changes.raise_(ledger, "acme", 5, 10, 10), "end after it begins"),
        (lambda ledger: changes.pause(ledger, 10, 10), "end after it begins"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    ledger: sqlite3.Connection, change: Callable[[sqlite3.Connection], object], says: str
) -> None:
    changes.create(ledger, BUDGET, 7)
    changes.create(ledger, replace(BUDGET, name="other"), 7)
    before = store.budgets(ledger), store.raises(ledger, 0)
    with pytest.raises(BudgetError, match=says):
        change(ledger)
    assert not ledger.in_transaction
    assert (store.budgets(ledger), store.raises(ledger, 0)) == before
