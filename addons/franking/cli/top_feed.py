"""Where ``frank top`` gets its snapshots: the ledger, read-only, on one thread of its own. Never waits for the writer.

A ledger that is not there yet, is replaced or cannot be read is no end: the snapshot says so, and the next one looks
again.
"""

import sqlite3
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import replace

from franking import periods
from franking.cli.errors import sentence
from franking.cli.top_figures import Snapshot
from franking.ledger import listings, reader
from franking.ledger.filters import Filters
from franking.ledger.listings import Follower, Row
from franking.projects import questions

__all__ = ["Feed"]

_KEPT = 5000
"""Requests that ended lately, at the most; rates beyond 1,000 a minute are told too low."""

_BEGUN = 500
"""How many of these are read to begin with."""

_RUNNING = 500


class Feed:
    """Call every method on the same thread."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._ledger: sqlite3.Connection | None = None
        self._follower = Follower(0)
        self._ended: deque[Row] = deque(maxlen=_KEPT)
        self._last: Snapshot | None = None
        self._asked: tuple[object, ...] = ()

    def read(self, dimension: str) -> Snapshot:
        """The ledger now. Costs next to nothing while nothing is written. Never raises."""
        at = time.time_ns() // 1000
        try:
            return self._read(dimension, at)
        except reader.LedgerMissingError:
            self.close()
            return Snapshot(at)
        except Exception as fault:
            self.close()
            return Snapshot(at, fault=sentence(fault))

    def close(self) -> None:
        """Let go of the ledger."""
        self._open.close()
        self._open, self._ledger, self._last = ExitStack(), None, None

    def _read(self, dimension: str, at: int) -> Snapshot:
        if self._ledger is None:
            self._ledger = self._open.enter_context(reader.opened())
            self._follower = Follower(at)
            self._ended = deque(maxlen=_KEPT)
        ledger = self._ledger
        since = periods.moment("today", at)[0]
        asked = (dimension, since, ledger.execute("PRAGMA data_version").fetchone()[0])
        if self._last is None or asked != self._asked:
            ledger.execute("BEGIN")  # one moment for all
            try:
                self._ended.extend(
                    listings.newest(ledger, Filters(), _BEGUN) if self._last is None and not self._ended else ()
                )
                self._ended.extend(self._follower.ended(ledger, Filters()))
                names = questions.names(ledger)
                self._last = Snapshot(
                    at,
                    questions.costs(ledger, Filters(since=since), (dimension,), names=names),
                    tuple(reversed(self._ended)),
                    _running(ledger),
                    project=lambda row: names.of(row["project_id"], row["repository"]),
                )
            finally:
                ledger.execute("COMMIT")
            self._asked = asked
        return replace(self._last, at=at)


def _running(ledger: sqlite3.Connection) -> list[Row]:
    """In flight, those that began first in front."""
    cursor = ledger.execute(
        "SELECT * FROM requests WHERE status = 'in_flight' ORDER BY started_at LIMIT ?", (_RUNNING,)
    )
    names = [described[0] for described in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
