"""What the guard is told of a real ledger, and what sidecars tell each other there."""

from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets import changes
from franking.budgets.guard import Guard
from franking.budgets.guard_values import Outstanding, Settled
from franking.budgets.ledger_side import EXPIRES, LedgerSide
from franking.budgets.matching import Request
from franking.budgets.values import Budget
from franking.ledger.connection import patient
from franking.ledger.schema import LedgerError
from franking.projects import changes as of_projects
from franking.projects.values import Member, Project
from support import ledgers

NOW = 1_795_000_000_000_000
NOTHING = Outstanding((), {})
ROW = ledgers.record(NOW - 1000, project_id="api", model="m", cost=30)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = ledgers.made(tmp_path / "ledger.db", [ROW])
    with closing(patient(made)) as ledger:
        changes.create(ledger, Budget("soft", 10), NOW)
        changes.create(ledger, Budget("tight", 100, include={"project": ("api",)}, hard=True), NOW)
    return made


def test_only_hard_budgets_and_what_is_spent_of_them(file: Path) -> None:
    side = LedgerSide(file, "a")
    snapshot = side.read(NOW, lambda: NOTHING)
    assert [(state.budget.name, state.spent, state.amount) for state in snapshot.states] == [("tight", 30, 100)]
    assert snapshot.models == {"api": ("m",)}
    side.close()


def test_it_is_read_again_when_something_was_committed_or_a_moment_passed(file: Path) -> None:
    side = LedgerSide(file, "a")
    assert side.changed(NOW)
    first = side.read(NOW, lambda: NOTHING)
    assert not side.changed(NOW)
    side.tell({2: 5}, NOW)
    assert not side.changed(NOW)  # its own word is no news to it
    with closing(patient(file)) as ledger:
        changes.raise_(ledger, "tight", 50, NOW + 10, NOW + 20)
    assert side.changed(NOW)
    assert side.read(NOW, lambda: NOTHING).terms is first.terms
    assert not side.changed(NOW + 9)
    assert side.changed(NOW + 10)
    assert side.read(NOW + 10, lambda: NOTHING).states[0].amount == 150
    assert side.changed(NOW + 20)
    with closing(patient(file)) as ledger:
        changes.pause(ledger, NOW, NOW + 7)
    assert side.read(NOW, lambda: NOTHING).paused_until == NOW + 7
    side.close()


def test_what_ended_is_found_by_its_row(file: Path) -> None:
    side = LedgerSide(file, "a")
    open_row = ledgers.record(NOW, status="in_flight")
    ledgers.add(file, open_row)
    asked = Outstanding((ROW.id, open_row.id, "nowhere"), {})
    assert side.read(NOW, lambda: asked).settled == {ROW.id: Settled(30, True)}
    side.close()


def test_what_ends_while_it_is_read_is_counted_once(file: Path) -> None:
    guard, side = Guard(), LedgerSide(file, "a")
    guard.take(side.read(NOW, lambda: NOTHING))
    late = ledgers.record(NOW, project_id="api", cost=40)

    def outstanding() -> Outstanding:
        told = guard.outstanding()
        # After the ledger's snapshot stands: the row ends, and is committed.
        guard.settle(late.id, NOW, Request(project="api"), Settled(40, True))
        ledgers.add(file, late)
        return told

    for _ in range(3):
        guard.take(side.read(NOW, outstanding if late.id not in guard.outstanding().ended else guard.outstanding))
        refused = guard.check("probe", NOW, Request(project="api"), 1000)
        assert refused is not None
        assert refused.spent == 70
    side.close()


def test_two_sidecars_know_of_each_other_s_requests_under_way(file: Path) -> None:
    one, two = LedgerSide(file, "one"), LedgerSide(file, "two")
    one.tell({2: 60}, NOW)
    assert two.read(NOW, lambda: NOTHING).elsewhere == {2: 60}
    assert one.read(NOW, lambda: NOTHING).elsewhere == {}
    one.tell({2: 10}, NOW)
    assert two.read(NOW, lambda: NOTHING).elsewhere == {2: 10}
    assert two.read(NOW + EXPIRES, lambda: NOTHING).elsewhere == {}  # one that died holds nothing for long
    one.tell({2: 10}, NOW + EXPIRES // 2)
    assert two.read(NOW + EXPIRES, lambda: NOTHING).elsewhere == {2: 10}
    one.close()
    assert two.read(NOW, lambda: NOTHING).elsewhere == {}
    two.close()


def test_a_clock_that_is_set_back(file: Path) -> None:
    """What is in force is read again; what is held goes on being told, and what one that died then held is void."""
    hour = 3_600_000_000
    one, two, gone = LedgerSide(file, "one"), LedgerSide(file, "two"), LedgerSide(file, "gone")
    two.read(NOW, lambda: NOTHING)
    assert not two.changed(NOW + 1)
    assert two.changed(NOW - hour)
    one.tell({2: 60}, NOW)
    gone.tell({2: 1000}, NOW)
    one.tell({2: 60}, NOW - hour)
    assert two.read(NOW - hour, lambda: NOTHING).elsewhere == {2: 60}
    for side in (one, two, gone):
        side.close()


def test_projects_are_named_as_now(file: Path) -> None:
    side = LedgerSide(file, "a")
    first = side.read(NOW, lambda: NOTHING).terms
    with closing(patient(file)) as ledger:
        of_projects.create(ledger, Project("acme", members=(Member("api", None),)), NOW)
    snapshot = side.read(NOW, lambda: NOTHING)
    assert snapshot.terms is not first
    assert snapshot.terms.names.of("api") == "acme"
    assert snapshot.states[0].budget.include == {"project": ("acme",)}
    side.close()


def test_a_ledger_that_was_replaced_is_followed(file: Path, tmp_path: Path) -> None:
    side = LedgerSide(file, "a")
    side.read(NOW, lambda: NOTHING)
    ledgers.made(tmp_path / "other.db").replace(file)
    assert side.changed(NOW)
    assert side.read(NOW, lambda: NOTHING).states == ()
    side.close()


def test_one_that_is_missing_or_newer_cannot_be_read(file: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LedgerSide(tmp_path / "none.db", "a").changed(NOW)
    with closing(patient(file)) as ledger:
        ledger.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError):
        LedgerSide(file, "a").changed(NOW)
