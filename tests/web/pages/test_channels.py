"""Alerts and their channels as tables: who took one, who did not and why, and when it is tried again."""

from pathlib import Path

from franking.budgets.values import Budget
from franking.ledger import reader
from franking.web.pages._channels import channels, sent
from franking.web.pages.budget import budget
from support.alerts import budgets, noted
from support.dashboard import NOW, question, seed
from support.ledgers import made

CENT = 10_000_000
MINUTE = 60_000_000


def told(tmp_path: Path) -> Path:
    ledger = budgets(made(tmp_path / "ledger.db", seed()), NOW, Budget("all", 100 * CENT), Budget("fine", 999 * CENT))
    noted(ledger, NOW, ("waits", "gone"), taken=None, broken="HTTP 500")
    return ledger


def test_one_row_for_each_channel(tmp_path: Path) -> None:
    with reader.opened(told(tmp_path)) as opened:
        table = budget(opened, question(), Budget("all", 100 * CENT, number=1), ("waits", "taken", "broken")).alerts
        none = budget(opened, question(), Budget("fine", 999 * CENT, number=2)).alerts
    first = (NOW, "80%", 80 * CENT, 100 * CENT)
    assert {row.cells for row in table.rows} == {
        (*first, "broken", None, 1, "HTTP 500", NOW + MINUTE),
        (*first, "gone", None, 0, "it is no longer configured", None),
        (*first, "taken", NOW, 1, None, None),
        (*first, "waits", None, 0, "not tried yet", None),
    }
    assert none.rows == ()


def test_where_no_channel_is_configured_the_dashboard_stands_alone(tmp_path: Path) -> None:
    ledger = budgets(made(tmp_path / "ledger.db", seed()), NOW, Budget("all", 100 * CENT))
    [row] = sent(noted(ledger, NOW), ()).rows
    assert row.cells == (NOW, "80%", 80 * CENT, 100 * CENT, None, NOW, None, None, None)


def test_the_channels(tmp_path: Path) -> None:
    ledger = told(tmp_path)
    found = [one for one in noted(ledger, NOW) if one.fault is not None]
    table = channels(("broken", "taken", "new"), found, {"taken": NOW})
    assert [row.cells for row in table.rows] == [
        ("broken", None, 1, "HTTP 500", NOW + MINUTE), ("taken", NOW, 0, None, None), ("new", None, 0, None, None)
    ]  # fmt: skip
