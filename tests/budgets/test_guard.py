"""The guard: nothing counted twice, nothing forgotten, and no budget exceeded by more than estimates were wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.budgets import state
from franking.budgets.guard import Guard
from franking.budgets.guard_values import Settled, Snapshot, Terms
from franking.budgets.matching import Request
from franking.budgets.values import Budget, Spending, State
from franking.projects.names import Names
from franking.projects.values import Member, Project

DAY = 86_400_000_000
AT = 20_000 * DAY + DAY // 2
ASKED = Request(project="acme")
TIGHT = Budget("tight", 100, period="day", hard=True, number=1, include={"project": ("acme",)})
WIDE = Budget("wide", 1000, period="month", hard=True, number=2)


class Ledger:
    """What the ledger would say: rows that were committed, by id."""

    def __init__(self, *budgets: Budget) -> None:
        self.terms = Terms(budgets, Names())
        self.rows: dict[str, tuple[int, Settled]] = {}
        self.paused_until: int | None = None
        self.elsewhere: dict[int, int] = {}

    def snapshot(self, guard: Guard, at: int = AT) -> Snapshot:
        asked = guard.outstanding().ended
        return Snapshot(
            self.terms,
            tuple(self._state(budget, at) for budget in self.terms.budgets),
            self.paused_until,
            {id_: self.rows[id_][1] for id_ in asked if id_ in self.rows},
            self.elsewhere,
        )

    def _state(self, budget: Budget, at: int) -> State:
        empty = state.state(budget, (), Spending(), at)
        inside = [
            row for begun, row in self.rows.values() if empty.window and empty.window.start <= begun < empty.window.end
        ]
        unknown = sum(row.ended_well and row.cost is None for row in inside)
        known = sum(row.cost or 0 for row in inside)
        return state.state(budget, (), Spending(known, len(inside), unknown), at)


def begun(*budgets: Budget, **said: Any) -> tuple[Guard, Ledger]:
    guard, ledger = Guard(), Ledger(*budgets)
    for name, value in said.items():
        setattr(ledger, name, value)
    guard.take(ledger.snapshot(guard))
    return guard, ledger


def room(guard: Guard, at: int = AT, asked: Request = ASKED) -> int:
    """What is left, by asking."""
    left = 0
    while guard.check("probe", at, asked, left + 1) is None:
        guard.forget("probe")
        left += 1
    guard.refused = 0
    return left


def test_it_is_off_until_a_budget_is_hard() -> None:
    guard, _ = begun()
    assert not guard.on
    guard, _ = begun(TIGHT)
    assert guard.on


def test_what_is_held_counts_until_it_settles_and_then_its_cost() -> None:
    guard, ledger = begun(TIGHT)
    assert guard.check("a", AT, ASKED, 60) is None
    refused = guard.check("b", AT, ASKED, 50)
    assert refused is not None
    assert (refused.spent, refused.reserved, refused.crowded, guard.refused) == (0, 60, True, 1)
    guard.settle("a", AT, ASKED, Settled(10, True))
    assert room(guard) == 90
    ledger.rows["a"] = AT, Settled(10, True)
    for _ in range(3):
        guard.take(ledger.snapshot(guard))
        assert room(guard) == 90
    assert guard.outstanding().ended == ()


def test_a_refusal_that_waiting_does_not_mend_comes_before_one_that_it_does() -> None:
    guard, _ = begun(TIGHT, replace(WIDE, amount=70))
    guard.settle("a", AT, ASKED, Settled(40, True))
    assert guard.check("b", AT, ASKED, 15) is None
    refused = guard.check("c", AT, ASKED, 35)
    assert refused is not None
    assert (refused.budget.name, refused.crowded) == ("wide", False)


def test_of_several_the_one_that_is_in_the_way_for_longest_is_named() -> None:
    guard, _ = begun(TIGHT, replace(WIDE, amount=10))
    refused = guard.check("a", AT, ASKED, 200)
    assert refused is not None
    assert refused.budget.name == "wide"


def test_only_budgets_that_cover_it_are_asked() -> None:
    guard, _ = begun(TIGHT)
    assert guard.check("a", AT, Request(project="other"), 10_000) is None
    assert guard.check("b", AT, Request(), 10_000) is None


@pytest.mark.parametrize(
    ("budget", "settled", "counts"),
    [
        (TIGHT, Settled(30, True), 30),
        (TIGHT, Settled(30, False), 30),
        (TIGHT, Settled(None, True), 0),
        (replace(TIGHT, unknown_cost=7), Settled(None, True), 7),
        (replace(TIGHT, unknown_cost=7), Settled(None, False), 0),
    ],
)
def test_what_a_settled_request_counts(budget: Budget, settled: Settled, counts: int) -> None:
    guard, ledger = begun(budget)
    guard.settle("a", AT, ASKED, settled)
    assert room(guard) == 100 - counts
    ledger.rows["a"] = AT, settled
    guard.take(ledger.snapshot(guard))
    assert room(guard) == 100 - counts


def test_a_row_told_twice_counts_as_it_was_told_last() -> None:
    guard, ledger = begun(TIGHT)
    guard.settle("a", AT, ASKED, Settled(20, True))
    ledger.rows["a"] = AT, Settled(20, True)
    guard.take(ledger.snapshot(guard))
    guard.settle("a", AT, ASKED, Settled(35, True))
    assert room(guard) == 65
    guard.take(ledger.snapshot(guard))
    assert room(guard) == 65
    ledger.rows["a"] = AT, Settled(35, True)
    guard.take(ledger.snapshot(guard))
    assert room(guard) == 65


def test_an_estimate_is_made_better() -> None:
    guard, _ = begun(TIGHT)
    guard.check("a", AT, ASKED, 90)
    guard.adjust("a", 20)
    assert room(guard) == 80
    guard.adjust("nobody", 50)
    assert room(guard) == 80


def test_a_pause_lets_everything_pass_and_counts_it() -> None:
    guard, ledger = begun(TIGHT, paused_until=AT + 10)
    assert guard.check("a", AT, ASKED, 500) is None
    assert guard.check("b", AT + 10, ASKED, 1) is not None
    ledger.paused_until = None
    guard.take(ledger.snapshot(guard))
    assert guard.check("b", AT, ASKED, 1) is not None


def test_a_new_period_begins_with_nothing_spent_before_the_ledger_says_so() -> None:
    guard, ledger = begun(TIGHT)
    guard.settle("a", AT, ASKED, Settled(100, True))
    assert guard.check("b", AT, ASKED, 1) is not None
    tomorrow = AT + DAY
    assert guard.check("b", tomorrow, ASKED, 60) is None
    assert room(guard, tomorrow) == 40
    ledger.rows["a"] = AT, Settled(100, True)
    guard.take(ledger.snapshot(guard, tomorrow))
    assert room(guard, tomorrow) == 40


def test_what_others_hold_is_not_free() -> None:
    guard, _ = begun(TIGHT, elsewhere={1: 70})
    assert room(guard) == 30


def test_a_budget_that_is_made_meanwhile_counts_what_is_held() -> None:
    guard, ledger = begun(WIDE)
    guard.check("a", AT, ASKED, 60)
    ledger.terms = Terms((TIGHT, WIDE), Names())
    guard.take(ledger.snapshot(guard))
    assert room(guard) == 40


def test_where_the_ledger_cannot_be_read_everything_passes() -> None:
    guard, ledger = begun(TIGHT)
    guard.take(None)
    assert not guard.on
    assert guard.check("a", AT, ASKED, 10_000) is None
    guard.take(ledger.snapshot(guard))
    assert guard.on


def test_one_that_is_not_in_force_refuses_nothing() -> None:
    guard, _ = begun(replace(TIGHT, starts=AT + 1), replace(TIGHT, number=3, ends=AT))
    assert guard.check("a", AT, ASKED, 10_000) is None


Step = Callable[[Guard, Ledger], None]

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "settle", "commit", "look", "adjust", "again"]),
        st.integers(0, 7),
        st.integers(0, 60),
    ),
    max_size=60,
)


@given(_STEPS)
def test_in_any_order_spent_and_remaining_are_the_budget(steps: list[tuple[str, int, int]]) -> None:
    guard, ledger = begun(TIGHT)
    under_way: dict[str, int] = {}
    ended: dict[str, Settled] = {}
    error = number = 0
    for what, which, amount in steps:
        if what == "ask":
            id_ = str(number := number + 1)
            free = 100 - sum(under_way.values()) - sum(one.cost or 0 for one in ended.values())
            refused = guard.check(id_, AT, ASKED, amount)
            assert (refused is None) == (free > 0 and amount <= free)
            if refused is None:
                under_way[id_] = amount
            else:
                assert refused.spent == sum(one.cost or 0 for one in ended.values())
                assert refused.reserved == sum(under_way.values())
        elif what == "settle" and under_way:
            id_ = sorted(under_way)[which % len(under_way)]
            error += max(0, amount - under_way.pop(id_))
            ended[id_] = Settled(amount, True)
            guard.settle(id_, AT, ASKED, ended[id_])
        elif what == "adjust" and under_way:
            id_ = sorted(under_way)[which % len(under_way)]
            if amount <= under_way[id_]:
                under_way[id_] = amount
                guard.adjust(id_, amount)
        elif what == "commit" and ended:
            id_ = sorted(ended)[which % len(ended)]
            ledger.rows[id_] = AT, ended[id_]
        elif what == "look":
            guard.take(ledger.snapshot(guard))
        elif what == "again" and ended and (waiting := sorted(set(guard.outstanding().ended))):
            id_ = waiting[which % len(waiting)]  # told a second time in the moments after its end
            error += max(0, amount - (ended[id_].cost or 0))
            ended[id_] = Settled(amount, True)
            guard.settle(id_, AT, ASKED, ended[id_])
    spent = sum(one.cost or 0 for one in ended.values())
    assert spent <= 100 + error
    assert sum(guard.outstanding().held.values()) <= sum(under_way.values()) + spent


def test_what_is_under_way_counts_to_its_project_by_that_ones_new_name() -> None:
    guard, ledger = begun(TIGHT)
    assert guard.check("one", AT, ASKED, 60) is None
    renamed = replace(TIGHT, include={"project": ("acme-eu",)})
    ledger.terms = Terms((renamed,), Names((Project("acme-eu", members=(Member("acme"),)),)))
    guard.take(ledger.snapshot(guard))
    assert room(guard, asked=Request(project="acme-eu")) == 40
