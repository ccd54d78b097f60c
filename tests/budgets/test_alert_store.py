"""Alerts in the ledger: once a period on each channel, claimed by one, kept until taken."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from franking.budgets import alert_store, changes
from franking.budgets.alerts import Alert
from franking.budgets.values import Budget
from franking.ledger.connection import patient
from support import ledgers

MINUTE = 60_000_000
AT = 1_795_000_000_000_000
ALERT = Alert(1, "acme", 5, 80, AT, 8, 10)
OVER = replace(ALERT, threshold=100, spent=10)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(patient(ledgers.made(tmp_path / "ledger.db"))) as opened:
        changes.create(opened, Budget("acme", 10), AT)
        yield opened


def test_each_threshold_is_kept_once_a_period_on_each_channel(ledger: sqlite3.Connection) -> None:
    assert alert_store.note(ledger, [ALERT], ["hook"]) == 3
    assert alert_store.note(ledger, [replace(ALERT, reached_at=AT + 1)], ["hook"]) == 0
    assert alert_store.note(ledger, [ALERT], ["hook", "new"]) == 1
    assert alert_store.note(ledger, [OVER], []) == 2
    assert alert_store.note(ledger, [ALERT], []) == 0
    assert alert_store.note(ledger, [replace(ALERT, period_start=6)], []) == 2
    told = [(sent.alert.threshold, sent.channel) for sent in alert_store.listed(ledger) if sent.alert.period_start == 5]
    assert told == [(80, "dashboard"), (80, "hook"), (80, "new"), (80, "terminal"), (100, "dashboard"),
                    (100, "terminal")]  # fmt: skip


def test_a_lower_threshold_is_not_told_after_a_higher_one(ledger: sqlite3.Connection) -> None:
    alert_store.note(ledger, [OVER], [])
    assert alert_store.note(ledger, [ALERT], []) == 0


def test_one_gets_it_and_the_next_when_its_pause_is_over(ledger: sqlite3.Connection) -> None:
    alert_store.note(ledger, [ALERT], ["hook", "gone"])
    [first] = alert_store.claim(ledger, ["hook"], AT)
    assert (first.alert, first.channel) == (ALERT, "hook")
    assert alert_store.claim(ledger, ["hook"], AT + 1) == []
    alert_store.settle(ledger, first, AT + 1, "HTTP 500")
    [again] = alert_store.claim(ledger, ["hook"], AT + MINUTE)
    assert (again.attempts, again.fault) == (1, "HTTP 500")
    assert alert_store.claim(ledger, ["hook"], AT + 2 * MINUTE) == []
    alert_store.settle(ledger, again, AT + 2 * MINUTE, None)
    assert alert_store.claim(ledger, ["hook"], AT + 10**9 * MINUTE) == []
    [kept] = alert_store.listed(ledger, channel="hook")
    assert (kept.attempts, kept.delivered_at, kept.fault) == (2, AT + 2 * MINUTE, None)


def test_the_newest_are_listed_and_those_after_a_moment(ledger: sqlite3.Connection) -> None:
    alert_store.note(ledger, [ALERT], [])
    alert_store.note(ledger, [replace(OVER, reached_at=AT + 5)], [])
    assert [sent.alert for sent in alert_store.listed(ledger, newest=2)] == 2 * [replace(OVER, reached_at=AT + 5)]
    after = alert_store.listed(ledger, since=AT, channel="terminal")
    assert [sent.alert.threshold for sent in after] == [100]


def test_an_older_ledger_has_none(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        assert alert_store.listed(old) == []


def test_what_was_not_taken_and_what_was(ledger: sqlite3.Connection) -> None:
    alert_store.note(ledger, [ALERT, replace(OVER, reached_at=AT + 1)], ["good", "bad", "slow"])
    for sent in alert_store.claim(ledger, ["good", "bad"], AT + 2):
        alert_store.settle(ledger, sent, AT + 3, "HTTP 500" if sent.channel == "bad" else None)
    alert_store.claim(ledger, ["slow"], AT + 2)  # is being tried
    troubled = [(sent.channel, sent.alert.threshold, sent.fault) for sent in alert_store.troubled(ledger)]
    assert troubled == [("bad", 80, "HTTP 500"), ("bad", 100, "HTTP 500")]
    assert alert_store.taken(ledger) == {"dashboard": AT + 1, "good": AT + 3, "terminal": AT + 1}


def test_those_of_one_budget_and_of_late_periods(ledger: sqlite3.Connection) -> None:
    changes.create(ledger, Budget("beta", 10), AT)
    alert_store.note(ledger, [ALERT, replace(ALERT, period_start=9), replace(ALERT, budget=2, period_start=7)], [])
    assert {sent.alert.budget for sent in alert_store.listed(ledger, budget=2)} == {2}
    late = alert_store.told(ledger, 6, "dashboard")
    assert sorted((alert.name, alert.period_start) for alert in late) == [("acme", 9), ("beta", 7)]


def test_a_ledger_without_alerts_has_none(ledger: sqlite3.Connection) -> None:
    ledger.execute("DROP TABLE alerts_sent")
    assert not alert_store.listed(ledger)
    assert not alert_store.told(ledger, 0, "dashboard")
    assert not alert_store.troubled(ledger)
    assert not alert_store.taken(ledger)
