"""Scheduled reports as the ledger keeps them: due once a month for each channel, claimed by one sender at a time.

ledger: in autocommit mode for what writes. Raises sqlite3.Error.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from franking.ledger.connection import transaction

__all__ = ["Sent", "claim", "listed", "note", "settle", "waiting"]

_PAUSES = (300, 900, 3600)
"""Seconds before each further try; the last one repeats. Longer than any try takes, so that no two overlap."""

_COLUMNS = "report, month, channel, due_at, attempts, tried_at, delivered_at, fault"
_ONE = "report = ? AND month = ? AND channel = ?"


@dataclass(frozen=True, slots=True)
class Sent:
    """A report of a month and how it stands with one channel. due_at … delivered_at: microseconds UTC.

    fault: why the last try failed; it never quotes an URL.
    """

    report: str
    month: str
    channel: str
    due_at: int
    attempts: int = field(default=0, compare=False)
    tried_at: int | None = field(default=None, compare=False)
    delivered_at: int | None = field(default=None, compare=False)
    fault: str | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is told by."""
        return self.report, self.month, self.channel

    def due(self, at: int) -> bool:
        """Is it time to try?"""
        if self.delivered_at is not None or self.tried_at is None:
            return self.delivered_at is None
        return at >= self.tried_at + _PAUSES[min(self.attempts, len(_PAUSES)) - 1] * 1_000_000


def note(ledger: sqlite3.Connection, wanted: Iterable[Sent]) -> None:
    """Keep those that are not kept yet."""
    known = {one.key for one in listed(ledger)}
    new = [(*one.key, one.due_at) for one in wanted if one.key not in known]
    if new:
        said = "INSERT OR IGNORE INTO reports_sent (report, month, channel, due_at) VALUES (?, ?, ?, ?)"
        with transaction(ledger):
            ledger.executemany(said, new)


def waiting(ledger: sqlite3.Connection, at: int) -> list[Sent]:
    """What is to be tried now, the oldest first."""
    return [one for one in listed(ledger) if one.due(at)]


def claim(ledger: sqlite3.Connection, one: Sent, at: int) -> bool:
    """True: it is ours, and nobody else's before its next try is due. False: another was quicker."""
    with transaction(ledger):
        row = ledger.execute(f"SELECT {_COLUMNS} FROM reports_sent WHERE {_ONE}", one.key).fetchone()  # noqa: S608
        if row is None or not Sent(*row).due(at):
            return False
        said = f"UPDATE reports_sent SET attempts = attempts + 1, tried_at = ? WHERE {_ONE}"  # noqa: S608 - our own
        ledger.execute(said, (at, *one.key))
    return True


def settle(ledger: sqlite3.Connection, one: Sent, at: int, fault: str | None) -> None:
    """It was taken, or not."""
    said = f"UPDATE reports_sent SET delivered_at = ?, fault = ? WHERE {_ONE}"  # noqa: S608 - our own names
    ledger.execute(said, (None if fault else at, fault, *one.key))


def listed(ledger: sqlite3.Connection) -> list[Sent]:
    """All of them, the oldest first. A ledger from before there were any has none."""
    if ledger.execute("SELECT 1 FROM sqlite_schema WHERE name = 'reports_sent'").fetchone() is None:
        return []
    rows = ledger.execute(f"SELECT {_COLUMNS} FROM reports_sent ORDER BY month, due_at, report, channel")  # noqa: S608
    return [Sent(*row) for row in rows]
