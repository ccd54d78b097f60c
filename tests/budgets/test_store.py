"""Budgets of a stored ledger of their first schema, as this program reads them."""

import shutil
from contextlib import closing
from pathlib import Path

from franking.budgets import store
from franking.budgets.values import Budget, Raise
from franking.ledger.connection import connect

FIXTURE = Path(__file__).parents[1] / "ledger" / "fixtures" / "schema-5.db"


def test_budgets_are_read(tmp_path: Path) -> None:
    shutil.copy(FIXTURE, tmp_path / "ledger.db")
    with closing(connect(tmp_path / "ledger.db")) as ledger:
        assert store.budgets(ledger) == [
            Budget(
                "acme-api-month", 50_000_000_000, "month", "Europe/Berlin", {"project": ("acme-api",)}, hard=True,
                number=1, created_at=5, changed_at=5,
            )
        ]  # fmt: skip
        assert store.raises(ledger, 8) == [Raise(1, 10_000_000_000, 5, 9, "release")]
        assert (store.paused_until(ledger, 8), store.paused_until(ledger, 9)) == (9, None)
        assert ledger.execute("SELECT delivered_at FROM alerts_sent").fetchall() == [(7,)]
