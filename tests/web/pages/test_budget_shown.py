"""Bars of budgets, and those near their end."""

from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets import changes
from franking.budgets import state as standing
from franking.budgets.values import Budget, Spending
from franking.ledger import reader
from franking.ledger.connection import patient
from franking.web.pages.budget import budget
from franking.web.pages.budget_shown import near_end, shown
from support.dashboard import NOW, client, question
from support.ledgers import made

CENT = 10_000_000


@pytest.mark.parametrize(
    ("spent", "parts", "words"),
    [
        (0, (0, 1000, 0), "ok: $0.00 of $10.00 spent, 0%"),
        (5, (500, 1000, 697), "ok: $5.00 of $10.00 spent, 50%"),
        (8, (800, 1000, 1000), "warning: $8.00 of $10.00 spent, 80%"),
        (10, (1000, 1000, 1000), "over: $10.00 of $10.00 spent, 100%"),
        (40, (1000, 250, 1000), "over: $40.00 of $10.00 spent, 400%"),
    ],
)
def test_bars(spent: int, parts: tuple[int, int, int], words: str) -> None:
    found = shown(standing.state(Budget("b", 10 * 10**9), (), Spending(spent * 10**9, 1), NOW))
    assert (found.gauge.spent, found.gauge.limit, found.gauge.expected) == parts
    assert found.gauge.within <= found.gauge.limit
    assert found.words == words


def test_its_days_are_those_of_its_own_zone() -> None:
    found = shown(standing.state(Budget("b", 10**9, "week", "Pacific/Kiritimati"), (), Spending(), NOW))
    assert (found.since, found.until, found.used_up) == ("23 Nov", "29 Nov 2026", "")


def test_when_it_is_used_up() -> None:
    found = shown(standing.state(Budget("b", 10 * 10**9), (), Spending(9 * 10**9, 1), NOW))
    assert found.used_up == "24 Nov"


def test_a_floor_below_nothing_is_no_bar() -> None:
    """Corrections may bring a ledger's sum below 0."""
    found = shown(standing.state(Budget("b", 10 * 10**9), (), Spending(-5, 1), NOW))
    assert (found.gauge.spent, found.gauge.limit) == (0, 1000)


def test_near_their_end(ledger: Path) -> None:
    with closing(patient(ledger)) as opened:
        changes.create(opened, Budget("fine", 1000 * CENT), NOW)
        changes.create(opened, Budget("over", CENT), NOW)
        changes.create(opened, Budget("warned", 100 * CENT), NOW)
    with reader.opened(ledger) as opened:
        assert [each.state.budget.name for each in near_end(opened, NOW)] == ["over", "warned"]
    with client(ledger) as visitor:
        assert "Budgets near their end" in visitor.get("/?since=2026-11-01&until=2026-11-22").text


def test_no_band_without_budgets(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert "near their end" not in visitor.get("/?period=all").text


def test_one_budget_and_where_its_money_went(ledger: Path) -> None:
    held = Budget("docs", 100 * CENT, include={"project": ("docs",)}, number=1)
    with reader.opened(ledger) as opened:
        found = budget(opened, question("/budgets/1"), held)
    assert found.by == "model"
    assert found.stack is not None
    assert [(row.cells[0], row.cells[1]) for row in found.stack.parts.rows] == [("openai/gpt-5", 20 * CENT)]
    assert found.where == "/?since=2026-11-01&until=2026-11-30&project=docs"
    assert found.stack.parts.rows[0].href == f"{found.where}&model=openai%2Fgpt-5"


def test_one_that_is_not_in_force(tmp_path: Path) -> None:
    held = Budget("later", CENT, starts=NOW + 1, number=1)
    with reader.opened(made(tmp_path / "l.db")) as opened:
        found = budget(opened, question("/budgets/1"), held)
    assert (found.stack, found.it.state.status, found.starts) == (None, "inactive", "2026-11-22T12:00:00")
