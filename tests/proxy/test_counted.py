"""Rows and the guard: each is counted on its way to the ledger, and a fault of the check stops nothing."""

import time
from typing import Any

import pytest

from franking.budgets import state
from franking.budgets.estimates import Assumed, Estimator
from franking.budgets.guard import Guard
from franking.budgets.guard_values import Snapshot, Terms
from franking.budgets.values import Budget, Spending
from franking.ledger.record import Record
from franking.metering.pricing import Pricer
from franking.projects.names import Names
from franking.proxy.counted import Counted
from support import ledgers
from support.sinks import Sink

NOW = time.time_ns() // 1000
BUDGET = Budget("tight", 10**9, hard=True, number=1, include={"project": ("acme",)})
DOLLAR = 10**9


def begun() -> tuple[Guard, Sink, Counted]:
    guard, sink = Guard(), Sink()
    guard.take(Snapshot(Terms((BUDGET,), Names()), (state.state(BUDGET, (), Spending(), NOW),)))
    return guard, sink, Counted(sink, guard, Estimator(Pricer(), Assumed(3 * DOLLAR, 15 * DOLLAR, 4096)))


def row(**said: Any) -> Record:
    return ledgers.record(NOW, **({"project_id": "acme", "id": "one"} | said))


def held(guard: Guard) -> int:
    return guard.outstanding().held.get(1, 0)


def test_a_request_holds_its_estimate_and_then_its_cost() -> None:
    guard, sink, counted = begun()
    asked = row(status="in_flight")
    assert counted.check(asked, "nobody/knows", 4096) is None
    estimate = 1024 * 3000 + 4096 * 15_000
    assert held(guard) == estimate
    counted.put(asked)
    assert held(guard) == estimate
    counted.adjust(asked, "nobody/knows", 4096, 1)
    assert held(guard) == 1024 * 3000 + 15_000
    counted.put(row(cost=7))
    assert held(guard) == 7
    counted.put(row(cost=9))
    assert held(guard) == 9
    assert len(sink.rows) == 3


def test_what_was_not_asked_about_holds_an_estimate_too() -> None:
    guard, _, counted = begun()
    counted.put(row(status="in_flight"))
    assert held(guard) > 0
    counted.put(row(status="client_aborted"))
    assert held(guard) == 0


def test_one_that_was_held_back_for_its_body_is_counted_once() -> None:
    """Its row is in flight, and holds an estimate, before it is decided: that is not in its own way."""
    guard, _, counted = begun()
    asked = row(status="in_flight")
    counted.put(asked)
    assert counted.check(asked, "nobody/knows", 0, 40_000) is None  # 60 of 100 cents
    assert held(guard) == 40_000 * 15_000
    assert counted.check(asked, "nobody/knows", 0, 80_000) is not None
    assert held(guard) == 0


def test_a_refused_one_holds_nothing() -> None:
    guard, sink, counted = begun()
    assert counted.check(row(), None, 10**9) is not None
    counted.put(row(status="blocked"))
    assert (held(guard), guard.refused, len(sink.rows)) == (0, 1, 1)


def test_a_fault_of_ours_loses_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    guard, sink, counted = begun()

    def broken(*words: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(guard, "settle", broken)
    counted.put(row(cost=7))
    assert len(sink.rows) == 1
