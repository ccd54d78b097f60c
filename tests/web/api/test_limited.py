"""Budgets, as programs get them."""

from contextlib import closing
from pathlib import Path
from typing import Any

from franking.budgets import changes
from franking.budgets.values import Budget
from franking.ledger.connection import patient
from support.dashboard import HOSTILE
from support.ledgers import record

CENT = 10_000_000


def test_budgets_the_most_urgent_first(asking: Any, now: int, home: Path) -> None:
    ask = asking([record(now - place, project_id="docs", cost=CENT) for place in range(3)])
    assert ask("/budgets")["budgets"] == []
    with closing(patient(home / "ledger.db")) as ledger:
        changes.create(ledger, Budget("wide", 100 * CENT, unknown_cost=CENT), now)
        changes.create(ledger, Budget("docs", 2 * CENT, hard=True, include={"project": ("docs", None)}), now)
        changes.create(ledger, Budget(HOSTILE[0], CENT, ends=now - 1), now)
        changes.pause(ledger, now, now + 3_600_000_000)
    told = ask("/budgets")
    assert told["paused_until"] > told["at"]
    over, wide, ended = told["budgets"]
    assert (over["name"], over["for"], over["hard"]) == ("docs", {"project": ["docs", None]}, True)
    assert over["status"] == "over"
    assert (over["spent"], over["remaining"], over["share"]) == ("0.030000000", "-0.010000000", "1.5000")
    assert (wide["name"], wide["unknown_cost"], wide["requests"]) == ("wide", "0.010000000", 3)
    assert {*wide["projection"]} == {"amount", "sure", "exhausted_at"}
    assert (ended["name"], ended["status"], ended["since"]) == (HOSTILE[0], "inactive", None)
