"""``ledger.retention_days``: the running sidecar drops old rows, a few after a batch, and keeps their totals."""

import sqlite3
import time

from franking.ledger import pruning

__all__ = ["Retention"]

_ROWS = 100
"""Dropped at once; some milliseconds, in the writer's thread."""

_LOOK_EVERY = 60.0


class Retention:
    """days: how long rows are kept; None keeps all."""

    def __init__(self, days: int | None) -> None:
        self._days = days
        self._next = 0.0

    def after(self, ledger: sqlite3.Connection) -> None:
        """Drop some of what is too old; where nothing is, look again in a minute. Raises sqlite3.Error."""
        if self._days is None or time.monotonic() < self._next:
            return
        before = pruning.limit(time.time_ns() // 1000, self._days)
        if not pruning.step(ledger, before, keep_totals=True, rows=_ROWS):
            self._next = time.monotonic() + _LOOK_EVERY
