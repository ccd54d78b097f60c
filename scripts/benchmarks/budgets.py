"""How long the check of hard budgets takes on the event loop: a request asked about, settled, and a snapshot taken."""

import time
from typing import Any

from franking.budgets import state
from franking.budgets.estimates import Assumed, Estimator
from franking.budgets.guard import Guard
from franking.budgets.guard_values import Settled, Snapshot, Terms
from franking.budgets.values import Budget, Spending
from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record
from franking.metering.pricing import Pricer
from franking.projects.names import Names
from franking.projects.values import Project
from franking.proxy.counted import Counted

__all__ = ["budgets"]

BUDGETS = 1000
REQUESTS = 20_000
UNDER_WAY = 200
DOLLAR = 10**9


def budgets(seconds: float) -> dict[str, Any]:
    """Microseconds a request with 1,000 hard budgets; the check alone, and with its settling."""
    at = time.time_ns() // 1000
    found = [*map(_budget, range(BUDGETS))]
    names = Names([Project(f"project-{number}") for number in range(BUDGETS)])
    terms = Terms(found, names)
    states = tuple(state.state(budget, (), Spending(), at) for budget in found)
    guard = Guard()
    models = {f"project-{number}": ("openai/gpt-4o", "openai/gpt-4o-mini") for number in range(BUDGETS)}
    snapshot = Snapshot(terms, states, models=models)
    guard.take(snapshot)
    sink = Counted(_Nowhere(), guard, Estimator(Pricer(), Assumed(3 * DOLLAR, 15 * DOLLAR, 4096)))
    rows = [_row(number, at) for number in range(REQUESTS)]
    for row in rows[:BUDGETS]:
        sink.check(row, None, 8000)  # what is looked up once
    guard.take(None)
    guard.take(snapshot)
    checks, whole = [], []
    for number, row in enumerate(rows):
        begun = time.perf_counter_ns()
        refused = sink.check(row, None, 2000 + number % 500 * 100)
        checks.append(time.perf_counter_ns() - begun)
        assert refused is None
        if number >= UNDER_WAY:
            ended = rows[number - UNDER_WAY]
            begun = time.perf_counter_ns()
            sink.put(ended)
            whole.append(checks[-1] + time.perf_counter_ns() - begun)
        if number % 1000 == 0:
            guard.take(Snapshot(terms, states, settled=_settled(guard, rows), models=models))
    begun = time.perf_counter_ns()
    guard.take(snapshot)
    taken = (time.perf_counter_ns() - begun) / 1e6
    off = Counted(_Nowhere(), Guard(), Estimator(Pricer(), Assumed(0, 0, 0)))
    begun = time.perf_counter_ns()
    for row in rows:
        off.put(row)
    report = {
        "budgets": BUDGETS,
        "check_us": _spread(checks),
        "check_and_settle_us": _spread(whole),
        "snapshot_ms": round(taken, 2),
        "without_hard_budgets_us": round((time.perf_counter_ns() - begun) / REQUESTS / 1000, 3),
    }
    print(report)
    return report


def _settled(guard: Guard, rows: list[Record]) -> dict[str, Any]:
    """What the ledger would say of what has ended: everything."""
    costs = {row.id: row.cost for row in rows}
    return {id_: Settled(costs[id_], True) for id_ in guard.outstanding().ended}


class _Nowhere:
    def put(self, record: Record) -> None:
        """Nothing."""


def _budget(number: int) -> Budget:
    kinds = ({"project": (f"project-{number}",)}, {"feature": ("cli",), "user": (f"user-{number}",)}, {})
    include = kinds[2] if number == 0 else kinds[number % 2]
    return Budget(f"budget-{number}", 10**6 * DOLLAR, "month", "Europe/Berlin", include, hard=True, number=number + 1)


def _row(number: int, at: int) -> Record:
    return Record(
        id=uuid7(), started_at=at, gateway="openrouter", host="openrouter.ai", method="POST", path="/x",
        wire_format="openai-chat", project_id=f"project-{number % BUDGETS}", feature="cli",
        user=f"user-{number % BUDGETS}", status="ok", model="openai/gpt-4o", cost=1_000_000,
    )  # fmt: skip


def _spread(taken: list[int]) -> dict[str, float]:
    ordered = sorted(taken)
    return {name: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] / 1000, 2)
            for name, part in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))}  # fmt: skip
