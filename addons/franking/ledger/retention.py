"""``ledger.retention_days``: the running sidecar drops old rows, a few after a batch or while there is none, and keeps
their totals.
"""

import sqlite3
import time

from franking.ledger import pruning

__all__ = ["Retention"]

_ROWS = 100
"""Dropped at once; some milliseconds, in the writer's thread."""

_LOOK_EVERY = 60.0

_PAUSE = 0.1
"""Seconds between two steps while there are no batches."""


class Retention:
    """days: how long rows are kept; None keeps all."""

    def __init__(self, days: int | None) -> None:
        self._days = days
        self._next = 0.0

    @property
    def pause(self) -> float | None:
        """In how many seconds to look, if nothing else happens; None is never."""
        return None if self._days is None else max(_PAUSE, self._next - time.monotonic())

    def after(self, ledger: sqlite3.Connection) -> int:
        """Drop some of what is too old, and say how many. Where nothing is, or after a fault, look again in a minute.

        Raises sqlite3.Error.
        """
        if self._days is None or time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + _LOOK_EVERY
        before = pruning.limit(time.time_ns() // 1000, self._days)
        if gone := pruning.step(ledger, before, keep_totals=True, rows=_ROWS):
            self._next = 0.0
        return gone
