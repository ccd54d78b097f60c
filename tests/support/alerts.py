"""Budgets that have reached a threshold, in a ledger of a test: noted as the deliverer does it."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from franking.budgets import alert_store, alerts, changes, questions
from franking.budgets.alert_store import Sent
from franking.budgets.values import Budget
from franking.ledger.connection import patient

__all__ = ["budgets", "noted"]


def budgets(file: Path, at: int, *made: Budget) -> Path:
    """Make them; nothing is told of any yet."""
    with closing(patient(file)) as ledger:
        for budget in made:
            changes.create(ledger, budget, at)
    return file


def noted(file: Path, at: int, channels: Sequence[str] = (), **faults: str | None) -> list[Sent]:
    """Note what is reached at that moment. faults: of channels that are tried once, None where it was taken."""
    with closing(patient(file)) as ledger:
        alert_store.note(ledger, alerts.reached(questions.states(ledger, at), at), (*channels, *faults))
        for sent in alert_store.claim(ledger, tuple(faults), at):
            alert_store.settle(ledger, sent, at, faults[sent.channel])
        return alert_store.listed(ledger)
