"""The deliverer: notes which thresholds were reached, and delivers alerts until they are taken.

Runs in a process of its own, so that no dead channel can delay a request. Several may run on one ledger: an alert is
claimed by a transaction before it is tried.
"""

import contextlib
import logging
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from franking.budgets import alert_store, alerts, questions, store
from franking.budgets.alert_store import Sent
from franking.budgets.beside import Beside
from franking.budgets.channels import Message, deliver
from franking.budgets.values import Budget
from franking.ledger.schema import LedgerError
from franking.settings_budgets import Alert as Channel

__all__ = ["Deliverer", "message"]

log = logging.getLogger(__name__)

_TRIES_AT_ONCE = 4


def message(alert: alerts.Alert, budget: Budget, *, test: bool = False) -> Message:
    """What is said on a channel."""
    title, text = alerts.words(alert, budget, test=test)
    return Message(alert.key, title, text, alerts.payload(alert, budget, test=test))


class Deliverer:
    """channels: as configured. roots: further certificates that webhooks' receivers may have."""

    def __init__(self, file: Path, channels: Sequence[Channel], roots: Path | None = None) -> None:
        self._file = file
        self._channels = {channel.name: channel for channel in channels}
        self._roots = roots
        self._beside = Beside(file, busy_seconds=5)
        self._version: tuple[int, int] | None = None
        self._fault = ""

    def look(self, at: int) -> None:
        """Note and deliver what there is at this moment. Blocks for as long as receivers take; never raises."""
        try:
            if not self._file.exists():
                return
            self._note(at)
            self._deliver(at)
            self._fault = ""
        except (sqlite3.Error, OSError, LedgerError) as fault:
            self._version = None
            if str(fault) != self._fault:
                log.error("alerts wait: %s", fault)
            self._fault = str(fault)

    def close(self) -> None:
        """Let go of the ledger."""
        self._beside.close()

    def _note(self, at: int) -> None:
        version = self._beside.version()
        if version == self._version:
            return
        ledger = self._beside.opened()
        ledger.execute("BEGIN")
        try:
            reached = alerts.reached(questions.states(ledger, at), at) if store.budgets(ledger) else []
        finally:
            if ledger.in_transaction:
                ledger.execute("COMMIT")
        alert_store.note(ledger, reached, tuple(self._channels))
        self._version = version

    def _deliver(self, at: int) -> None:
        ledger = self._beside.opened()
        claimed = alert_store.claim(ledger, tuple(self._channels), at)
        if not claimed:
            return
        budgets = {budget.number: budget for budget in store.budgets(ledger)}
        with ThreadPoolExecutor(_TRIES_AT_ONCE) as tries:
            told = list(tries.map(lambda sent: self._try(sent, budgets), claimed))
        for sent, fault in zip(claimed, told, strict=True):
            alert_store.settle(ledger, sent, time.time_ns() // 1000, fault)
            if fault:
                log.warning("the channel %s did not take an alert: %s; it is tried again", sent.channel, fault)

    def _try(self, sent: Sent, budgets: dict[int | None, Budget]) -> str | None:
        budget = budgets.get(sent.alert.budget)
        if budget is None:
            return "its budget was deleted"
        with contextlib.suppress(KeyError):
            return deliver(self._channels[sent.channel], message(sent.alert, budget), self._roots)
        return "it is no longer configured"
