"""The ledger's one writer: takes rows from the event loop, keeps them in the journal, commits them in a thread.

``put`` never waits and never raises. Nobody waits for a commit either, for the journal makes a row durable before that;
so rows that have ended gather for a moment (``gather``): under load a hand-over to the thread, which the interpreter's
lock makes dear to the event loop, then carries many. A row in flight may wait longer (``hold``), for many requests end
sooner, and then one row is written where there would be two. Whatever keeps the ledger from taking rows (a lock, a full
disk, a deleted file), they wait in the journal, are tried again after a growing pause, and come in once. When the
journal is full a number of them are kept in memory alone; beyond that a row is lost, counted and logged.

A thread of its own instead of aiosqlite's: one hop a batch, where that takes one a statement.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from franking.ledger.backlog import Backlog
from franking.ledger.faults import say
from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.schema import LedgerError
from franking.ledger.store import Store
from franking.ledger.worker import Worker

__all__ = ["Writer"]

_LOG = logging.getLogger(__name__)

_BATCH_ROWS = 512
_WAIT_FOR_OWNER = 2.0


class Writer:
    """Belongs to the event loop that starts it; ``await start()`` before anything else.

    journal_size: bytes. gather, hold: seconds that a row may wait for its commit when it has ended, and in flight.
    pauses: seconds before each further try after a fault; the last one repeats.
    retention_days: rows that are older are dropped, a few after each batch; their totals stay. None keeps all.

    Attributes: committed: rows since the start. last_error: why the ledger takes no rows; None while it does.
    """

    def __init__(
        self,
        ledger: Path,
        journal: Path,
        *,
        journal_size: int = 16 << 20,
        gather: float = 0.02,
        hold: float = 0.1,
        pauses: Sequence[float] = (0.1, 0.2, 0.5, 1, 2, 5),
        retention_days: int | None = None,
    ) -> None:
        self.ledger = ledger
        self.committed = 0
        self.last_error: str | None = None
        self._open_journal = partial(Journal, journal, size=journal_size)
        self._gather = gather
        self._hold = hold
        self._pauses = pauses
        self._retention_days = retention_days
        self._failures = 0
        self._opened = False
        self._busy = self._draining = False
        self._began = -math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._pause: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """Rows that are not in the ledger yet, those that an earlier run left among them."""
        return len(self._backlog) + (0 if self._opened else self._inherited)

    @property
    def lost(self) -> int:
        """Rows that could not be kept at all."""
        return self._backlog.lost + self._store.refused

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

    async def start(self) -> None:
        """Open journal and ledger, and bring in what an earlier run left.

        Raises LedgerError for what a person must mend first: a newer ledger, a second sidecar, no room for the
        journal. With any other fault (a locked ledger, a full disk) it starts, and rows wait.
        """
        self._loop = asyncio.get_running_loop()
        try:
            journal = await asyncio.to_thread(self._open_journal, wait=_WAIT_FOR_OWNER)
        except OSError as fault:
            raise LedgerError(say(fault, self._open_journal.args[0])) from None
        self._backlog = Backlog(journal, self._open_journal)
        inherited = self._backlog.inherited()
        self._inherited = len(inherited)
        self._store = Store(self.ledger, inherited, retention_days=self._retention_days)
        self._settled: asyncio.Future[None] = self._loop.create_future()
        self._worker = Worker(
            self._store,
            lambda: self._backlog.detached,
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
        self._resume()
        await self.flush()
        await self._stop()

    async def _stop(self) -> None:
        self._stop_timer()
        if self._pause is not None:
            self._pause.cancel()
        await asyncio.to_thread(self._worker.stop)
        self._backlog.close()

    def _kick(self) -> None:
        """Start a commit, if there is something to commit, none runs and no pause is kept."""
        if self._busy or self._pause is not None:
            return
        now = self._loop.time()
        at_once = self._draining or not self._opened or self._backlog.ended >= _BATCH_ROWS
        # Rows in flight ripen one by one: they must not make a commit each.
        due = max(self._backlog.due(self._gather, self._hold), self._began + self._gather)
        if not at_once and due > now:
            if due < math.inf and (self._timer is None or due < self._timer.when()):
                self._stop_timer()
                self._timer = self._loop.call_at(due, self._tick)
            return
        rows = self._backlog.batch(_BATCH_ROWS, now if self._draining else now - self._hold)
        if rows or not self._opened:
            self._busy, self._began = True, now
            self._worker.give([row.record for row in rows])

    def _tick(self) -> None:
        self._timer = None
        self._kick()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _resume(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
            self._kick()

    def _after(self, rows: int, fault: Exception | None, detached: bool) -> None:
        """A batch came back from the thread."""
        self._busy = False
        settled, self._settled = self._settled, self._loop.create_future()
        if detached:
            self._backlog.renew_journal()
        if fault is None:
            self._backlog.settle()
            self.committed += rows
            self._recover()
            self._kick()
        else:
            self._backlog.give_back()
            self._fail(fault)
        if isinstance(fault, LedgerError) and not self._opened:
            settled.set_exception(fault)
        else:
            settled.set_result(None)

    def _recover(self) -> None:
        self._opened = True
        self._failures = 0
        if self.last_error is not None:
            _LOG.warning("%s: takes rows again", self.ledger)
            self.last_error = None

    def _fail(self, fault: Exception) -> None:
        before, self.last_error = self.last_error, say(fault, self.ledger)
        if self.last_error != before:
            _LOG.error("%s (%d rows wait in the journal)", self.last_error, self.waiting)
        pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
        self._failures += 1
        self._pause = self._loop.call_later(pause, self._resume)
