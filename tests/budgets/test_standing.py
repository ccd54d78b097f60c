"""Which alerts stand: of the present period, the highest of each budget, and only while their amounts are these."""

from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets import changes
from franking.budgets.standing import Standing, mark, standing
from franking.budgets.values import Budget
from franking.ledger import reader
from franking.ledger.connection import patient
from support.alerts import budgets, noted
from support.dashboard import NOW, seed
from support.ledgers import made

CENT = 10_000_000
DAY = 86_400_000_000


def of(ledger: Path, at: int = NOW) -> tuple[Standing, ...]:
    with reader.opened(ledger) as opened:
        return standing(opened, at)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """In November everything cost 80 cents, and ``docs`` 20, 6 of them since Monday."""
    file = made(tmp_path / "ledger.db", seed())
    return budgets(
        file, NOW,
        Budget("near", 100 * CENT, thresholds=(50, 75)),
        Budget("over", 20 * CENT, include={"project": ("docs",)}),
        Budget("weekly", 7 * CENT, "week", include={"project": ("docs",)}),
        Budget("fine", 999 * CENT),
    )  # fmt: skip


def test_nothing_was_told(ledger: Path) -> None:
    assert of(ledger) == ()
    assert mark(()) == ""


def test_used_up_before_near(ledger: Path) -> None:
    noted(ledger, NOW)
    assert [(one.alert.name, one.alert.threshold, one.over) for one in of(ledger)] == [
        ("over", 100, True), ("weekly", 100, True), ("near", 75, False)
    ]  # fmt: skip


def test_a_period_that_is_over_has_none(ledger: Path) -> None:
    noted(ledger, NOW)
    assert [one.alert.name for one in of(ledger, NOW + DAY)] == ["over", "near"]
    assert of(ledger, NOW + 9 * DAY) == ()


def test_a_raise_takes_it_away_where_it_is_enough(ledger: Path) -> None:
    noted(ledger, NOW)
    before = mark(of(ledger))
    with closing(patient(ledger)) as opened:
        changes.raise_(opened, "near", 100 * CENT, NOW, NOW + DAY)
        changes.edit(opened, "over", NOW, amount=19 * CENT)
        changes.delete(opened, "weekly")
    assert [(one.alert.name, one.amount) for one in of(ledger)] == [("over", 19 * CENT)]
    assert mark(of(ledger)) != before
    assert [one.alert.name for one in of(ledger, NOW + 2 * DAY)] == ["over", "near"]


def test_a_higher_threshold_takes_the_lower_ones_place(tmp_path: Path) -> None:
    ledger = budgets(made(tmp_path / "ledger.db", seed(days=1)), NOW, Budget("all", 5 * CENT))
    noted(ledger, NOW)
    [low] = of(ledger)
    with closing(patient(ledger)) as opened:
        changes.edit(opened, "all", NOW, amount=4 * CENT)
    noted(ledger, NOW + 1)
    [high] = of(ledger)
    assert (low.alert.threshold, high.alert.threshold) == (80, 100)


def test_a_ledger_from_before_there_were_any(tmp_path: Path) -> None:
    file = made(tmp_path / "old.db")
    with closing(patient(file)) as opened:
        opened.execute("DROP TABLE alerts_sent")
    assert of(file) == ()
