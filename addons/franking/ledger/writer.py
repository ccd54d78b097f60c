"""The ledger's one writer: takes rows from the event loop, keeps them in the journal, commits them in a thread.

``put`` never waits and never raises. Nobody waits for a commit either, for the journal makes a row durable before that;
so rows that have ended gather for a moment (``gather``), and a hand-over to the thread carries many. A row in flight
may wait longer (``hold``): many requests end sooner, and are then written once and not twice. Whatever keeps the ledger
from taking rows (a lock, a full disk, a deleted file), they wait in the journal, are tried again after a growing pause,
and come in once. When the journal is full, or cannot be had, some are kept in memory alone; beyond that a row is lost,
counted and logged.
A thread of its own instead of aiosqlite's: one hop a batch, where that takes one a statement.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from pathlib import Path

from franking.ledger.alarm import Alarm
from franking.ledger.backlog import Backlog
from franking.ledger.faults import say
from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.schema import LedgerError
from franking.ledger.store import Store
from franking.ledger.succession import Succession
from franking.ledger.worker import Worker

__all__ = ["Writer"]

_LOG = logging.getLogger(__name__)

_BATCH_ROWS = 512
_WAIT_FOR_OWNER = 2.0


class Writer:
    """Belongs to the event loop that starts it; ``await start()`` before anything else.

    journal_size: bytes on disk from the start; journal_most: what it may grow to. gather, hold: seconds that a row may
    wait for its commit when it has ended, and in flight.
    pauses: seconds before each further try after a fault; the last one repeats.
    retention_days: rows that are older are dropped, a few after each batch; their totals stay. None keeps all.

    Attributes: committed: rows since the start.
    """

    def __init__(
        self,
        ledger: Path,
        journal: Path,
        *,
        journal_size: int = 16 << 20,
        journal_most: int = 96 << 20,
        gather: float = 0.02,
        hold: float = 0.5,
        pauses: Sequence[float] = (0.1, 0.2, 0.5, 1, 2, 5),
        retention_days: int | None = None,
    ) -> None:
        self.ledger = ledger
        self.committed = 0
        self._fault: str | None = None
        self._succession = Succession(
            journal, lambda wait: Journal(journal, size=journal_size, most=journal_most, wait=wait), pauses[-1]
        )
        self._gather = gather
        self._hold = hold
        self._pauses = pauses
        self._retention_days = retention_days
        self._failures = self._refused = 0
        self._opened = self._busy = self._draining = self._seeking = self._at_any_rate = False
        self._began = -math.inf
        self._timer, self._pause, self._rest = Alarm(self._kick), Alarm(self._kick), Alarm(self._seek)

    @property
    def last_error(self) -> str | None:
        """Why the ledger takes no rows, or why there is no journal; None while all is well."""
        return self._fault or self._succession.fault

    @property
    def waiting(self) -> int:
        """Rows that are not in the ledger yet, those that an earlier run left among them."""
        return len(self._backlog) + (0 if self._opened else self._inherited)

    @property
    def lost(self) -> int:
        """Rows that could not be kept at all, in the past 30 days; a restart does not forget them."""
        return self._backlog.lost

    @property
    def recovered(self) -> int:
        """Rows of an earlier run that came in from the journal."""
        return self._store.recovered or 0

    @property
    def interrupted(self) -> int:
        """Rows that an earlier run left open; they stand as ``interrupted``."""
        return self._store.interrupted or 0

    @property
    def aside(self) -> Path | None:
        """Where a corrupt ledger was moved to; None when none was."""
        return self._store.aside

    async def start(self, *, at_any_rate: bool = False) -> None:
        """Open journal and ledger, and bring in what an earlier run left.

        Raises LedgerError for what a person must mend first: a newer ledger, a second sidecar, no room for the
        journal. With any other fault (a locked ledger, a full disk) it starts, and rows wait; at_any_rate: with those,
        too, for where nobody is there to mend it and requests must go on.
        """
        self._loop, self._at_any_rate = asyncio.get_running_loop(), at_any_rate
        first = self._succession.first
        self._backlog = Backlog(await asyncio.to_thread(first, _WAIT_FOR_OWNER, at_any_rate=at_any_rate))
        inherited = self._backlog.inherited()
        self._inherited = len(inherited)
        self._store = Store(self.ledger, inherited, retention_days=self._retention_days)
        self._settled: asyncio.Future[None] = self._loop.create_future()
        self._worker = Worker(
            self._store,
            lambda: self._succession.next(self._backlog.detached, self._store),
            lambda *told: self._loop.call_soon_threadsafe(self._after, *told),
        )
        self._kick()
        try:
            await self._settled
        except LedgerError:
            await self._stop()
            raise

    def put(self, record: Record) -> asyncio.Future[None]:
        """Keep the record, durably, before this returns; the future is done when it is in the ledger, or lost.

        Wait for it shielded and with a bound: while the ledger takes no rows it stays open.
        """
        row = self._backlog.add(record, self._loop.time(), self._loop.create_future())
        self._kick()
        return row.done

    async def flush(self) -> None:
        """Commit everything that waits, rows in flight too; returns early when a commit fails."""
        self._draining = True
        self._kick()
        while self._busy:
            await asyncio.shield(self._settled)
        self._draining = False

    async def close(self) -> None:
        """Commit everything and let go of the files. What the ledger does not take stays in the journal."""
        self._pause.stop()
        await self.flush()
        await self._stop()

    async def _stop(self) -> None:
        for alarm in (self._timer, self._pause, self._rest):
            alarm.stop()
        await asyncio.to_thread(self._worker.stop)
        self._backlog.close()

    def _kick(self) -> None:
        """Start a commit, if there is something to commit, none runs and no pause is kept."""
        if self._busy or self._pause.due < math.inf:
            return
        now = self._loop.time()
        at_once = self._draining or self._seeking or not self._opened or self._backlog.ended >= _BATCH_ROWS
        # Rows in flight ripen one by one: they must not make a commit each.
        due = max(self._backlog.due(self._gather, self._hold), self._began + self._gather)
        if not at_once and due > now:
            if due < self._timer.due:
                self._timer.set(due)
            return
        rows = self._backlog.batch(_BATCH_ROWS, now if self._draining else now - self._hold)
        if rows or self._seeking or not self._opened:
            self._busy, self._seeking, self._began = True, False, now
            self._worker.give([row.record for row in rows])

    def _seek(self) -> None:
        """A batch, if need be an empty one, after which another journal is looked for."""
        self._seeking = True
        self._kick()

    def _after(self, rows: int, fault: Exception | None, journal: Journal | None) -> None:
        """A batch came back from the thread."""
        self._busy = False
        self._backlog.lose(self._store.refused - self._refused)
        self._refused = self._store.refused
        settled, self._settled = self._settled, self._loop.create_future()
        if fault is None:
            self._backlog.settle()
            self.committed += rows
            self._recover()
        else:
            self._backlog.give_back()
            self._fail(fault)
        if journal is not None:
            self._backlog.go_on_in(journal)
        if self._succession.fault and self._rest.due == math.inf:
            self._rest.set(self._loop.time() + self._pauses[-1])
        self._kick()
        if isinstance(fault, LedgerError) and not (self._opened or self._at_any_rate):
            settled.set_exception(fault)
        else:
            settled.set_result(None)

    def _recover(self) -> None:
        self._opened, self._failures = True, 0
        if self._fault is not None:
            _LOG.warning("%s: takes rows again", self.ledger)
            self._fault = None

    def _fail(self, fault: Exception) -> None:
        before, self._fault = self._fault, say(fault, self.ledger)
        if self._fault != before:
            _LOG.error("%s (%d rows wait)", self._fault, self.waiting)
        pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
        self._failures += 1
        self._pause.set(self._loop.time() + pause)
