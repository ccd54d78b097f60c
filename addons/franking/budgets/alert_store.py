"""Alerts as the ledger keeps them: noted once, claimed by one deliverer at a time, and taken or tried again.

ledger: in autocommit mode for what writes. Raises sqlite3.Error.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from franking.budgets import alerts
from franking.budgets.alerts import ALWAYS, Alert
from franking.ledger.connection import transaction

__all__ = ["Sent", "claim", "listed", "note", "settle", "taken", "told", "troubled"]

_COLUMNS = "s.budget, b.name, s.period_start, s.threshold, s.reached_at, s.spent, s.amount"
_KEPT = "s.channel, s.attempts, s.tried_at, s.delivered_at, s.fault"
_FROM = "FROM alerts_sent AS s JOIN budgets AS b ON b.number = s.budget"


@dataclass(frozen=True, slots=True)
class Sent:
    """An alert and how it stands with one channel. fault: why the last try failed; it never quotes an URL."""

    alert: Alert
    channel: str
    attempts: int
    tried_at: int | None
    delivered_at: int | None
    fault: str | None


def note(ledger: sqlite3.Connection, reached: Iterable[Alert], channels: Sequence[str]) -> int:
    """Keep what is not kept yet, for each channel; how many that were. A threshold below one already kept is not."""
    wanted = [(alert, channel) for alert in reached for channel in (*ALWAYS, *channels)]
    told = {
        (budget, start, channel): threshold
        for budget, start, channel, threshold in ledger.execute(
            "SELECT budget, period_start, channel, MAX(threshold) FROM alerts_sent"
            " GROUP BY budget, period_start, channel"
        )
    }
    new = [
        (
            alert.budget, alert.period_start, alert.threshold, channel, alert.reached_at, alert.spent, alert.amount,
            alert.reached_at if channel in ALWAYS else None,
        )
        for alert, channel in wanted
        if told.get((alert.budget, alert.period_start, channel), 0) < alert.threshold
    ]  # fmt: skip
    if not new:
        return 0
    with transaction(ledger):
        # Another deliverer may have been quicker.
        return ledger.executemany(
            "INSERT OR IGNORE INTO alerts_sent"
            " (budget, period_start, threshold, channel, reached_at, spent, amount, delivered_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            new,
        ).rowcount


def claim(ledger: sqlite3.Connection, channels: Sequence[str], at: int) -> list[Sent]:
    """What is due on these channels, now ours: nobody else gets it before its next try is due."""
    if not any(_due(one, at) for one in _waiting(ledger, channels)):
        return []
    with transaction(ledger):
        found = [one for one in _waiting(ledger, channels) if _due(one, at)]
        ledger.executemany(
            "UPDATE alerts_sent SET attempts = attempts + 1, tried_at = ?"
            " WHERE budget = ? AND period_start = ? AND threshold = ? AND channel = ?",
            [(at, *_key(one)) for one in found],
        )
    return found


def settle(ledger: sqlite3.Connection, sent: Sent, at: int, fault: str | None) -> None:
    """It was taken, or not."""
    ledger.execute(
        "UPDATE alerts_sent SET delivered_at = ?, fault = ?"
        " WHERE budget = ? AND period_start = ? AND threshold = ? AND channel = ?",
        (None if fault else at, fault, *_key(sent)),
    )


def listed(
    ledger: sqlite3.Connection,
    *,
    since: int = 0,
    channel: str | None = None,
    newest: int | None = None,
    budget: int | None = None,
) -> list[Sent]:
    """Those that were reached after that moment, the newest last; of one channel or all, of one budget or all."""
    if not _there(ledger):
        return []
    said = (
        f"SELECT {_COLUMNS}, {_KEPT} {_FROM} WHERE s.reached_at > ? AND s.channel = COALESCE(?, s.channel)"
        " AND s.budget = COALESCE(?, s.budget)"
        " ORDER BY s.reached_at DESC, b.name DESC, s.threshold DESC, s.channel DESC LIMIT ?"
    )
    rows = ledger.execute(said, (since, channel, budget, -1 if newest is None else newest)).fetchall()
    return [_sent(row) for row in reversed(rows)]


def told(ledger: sqlite3.Connection, begun: int, channel: str) -> list[Alert]:
    """Those on a channel of periods that began after that moment; quick, however many there were before."""
    if not _there(ledger):
        return []
    said = (
        f"SELECT {_COLUMNS} FROM budgets AS b CROSS JOIN alerts_sent AS s"  # noqa: S608 - our own names
        " WHERE s.budget = b.number AND s.period_start > ? AND s.channel = ?"
    )
    return [Alert(*row) for row in ledger.execute(said, (begun, channel))]


def troubled(ledger: sqlite3.Connection) -> list[Sent]:
    """What a channel has been offered and did not take, the longest waiting first."""
    if not _there(ledger):
        return []
    said = f"SELECT {_COLUMNS}, {_KEPT} {_FROM} WHERE s.delivered_at IS NULL AND s.fault IS NOT NULL"
    said += " ORDER BY s.reached_at, s.threshold"
    return [_sent(row) for row in ledger.execute(said)]


def taken(ledger: sqlite3.Connection) -> dict[str, int]:
    """Channel → when it took an alert last, of budgets that there are."""
    if not _there(ledger):
        return {}
    said = f"SELECT s.channel, MAX(s.delivered_at) {_FROM} WHERE s.delivered_at IS NOT NULL GROUP BY s.channel"
    return dict(ledger.execute(said).fetchall())


def _there(ledger: sqlite3.Connection) -> bool:
    """False for a ledger from before there were any alerts."""
    return ledger.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alerts_sent'").fetchone() is not None


def _waiting(ledger: sqlite3.Connection, channels: Sequence[str]) -> list[Sent]:
    said = f"SELECT {_COLUMNS}, {_KEPT} {_FROM} WHERE s.delivered_at IS NULL ORDER BY s.reached_at"
    return [sent for sent in map(_sent, ledger.execute(said)) if sent.channel in channels]


def _due(sent: Sent, at: int) -> bool:
    return alerts.due(sent.attempts, sent.tried_at, at)


def _key(sent: Sent) -> tuple[int, int, int, str]:
    return sent.alert.budget, sent.alert.period_start, sent.alert.threshold, sent.channel


def _sent(row: Sequence[Any]) -> Sent:
    return Sent(Alert(*row[:7]), *row[7:])
