"""Alerts for people and for programs: a line for each, with what became of it on every channel."""

import json
import sqlite3
from collections.abc import Sequence

from rich.text import Text

from franking.budgets import alert_store
from franking.budgets.alert_store import Sent
from franking.budgets.alerts import ALWAYS
from franking.cli import tables
from franking.cli.tables import Column
from franking.words import clean, dollars, iso, local, money

__all__ = ["Bell", "as_json", "show", "together"]


def together(found: Sequence[Sent]) -> list[list[Sent]]:
    """The same alert on its channels, together; the newest last."""
    groups: dict[str, list[Sent]] = {}
    for sent in found:
        groups.setdefault(sent.alert.key, []).append(sent)
    return list(groups.values())


def as_json(shown: Sequence[Sequence[Sent]]) -> str:
    """As JSON."""
    return json.dumps({"alerts": [_facts(each) for each in shown]}, indent=2)


def show(shown: Sequence[Sequence[Sent]]) -> None:
    """A table."""
    out = tables.console()
    if not shown:
        out.print("no budget has reached a threshold")
        return
    firsts = [each[0].alert for each in shown]
    columns = [
        Column("Reached", [local(alert.reached_at, form="%Y-%m-%d %H:%M") for alert in firsts], keep=9),
        Column("Budget", [alert.name for alert in firsts], least=12),
        Column("At", [f"{alert.threshold} %" for alert in firsts], "right"),
        Column("Spent", [money(alert.spent) for alert in firsts], "right", keep=8),
        Column("Of", [money(alert.amount) for alert in firsts], "right", keep=7),
        Column("Told", [_told(each) for each in shown], least=12),
    ]
    out.print(tables.render(columns, out.width))


class Bell:
    """What ``frank tail`` says of alerts that are reached after a moment, on stderr: its JSON lines stay rows."""

    def __init__(self, since: int) -> None:
        self._since = since
        self._told: set[str] = set()

    def ring(self, ledger: sqlite3.Connection) -> None:
        """Say those that were not said."""
        for sent in alert_store.listed(ledger, since=self._since, channel="terminal"):
            alert = sent.alert
            if alert.key not in self._told:
                self._told.add(alert.key)
                spent = f"{money(alert.spent)} of {money(alert.amount)} spent"
                said = f"! budget {clean(alert.name)} has reached {alert.threshold} %: {spent}"
                tables.console(stderr=True).print(Text(said, style="bold red"), soft_wrap=True)


def _told(each: Sequence[Sent]) -> str:
    return ", ".join(_standing(sent) for sent in each if sent.channel not in ALWAYS) or "-"


def _standing(sent: Sent) -> str:
    if sent.delivered_at is not None:
        return sent.channel
    if sent.fault is None:
        return f"{sent.channel} (waits)"
    tries = "1 try" if sent.attempts == 1 else f"{sent.attempts} tries"
    return f"{sent.channel} (not taken, {tries}: {sent.fault})"


def _facts(each: Sequence[Sent]) -> dict[str, object]:
    alert = each[0].alert
    return {
        "id": alert.key,
        "budget": alert.name,
        "threshold": alert.threshold,
        "reached_at": iso(alert.reached_at),
        "period_start": iso(alert.period_start),
        "spent": dollars(alert.spent),
        "amount": dollars(alert.amount),
        "channels": [
            {
                "channel": sent.channel,
                "attempts": sent.attempts,
                "tried_at": iso(sent.tried_at),
                "delivered_at": iso(sent.delivered_at),
                "fault": sent.fault,
            }
            for sent in each
        ],
    }
