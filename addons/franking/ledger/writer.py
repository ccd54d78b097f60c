"""The ledger's one writer: takes rows from the event loop, keeps them in the journal, commits them in a thread.

``put`` never waits and never raises. A row that has ended starts a commit at once; what gathers while one runs goes
into the next. A row in flight may wait a moment (``hold``), for many requests end sooner, and then one row is written
where there would be two. Whatever keeps the ledger from taking rows (a lock, a full disk, a deleted file), they wait
in the journal, are tried again after a growing pause, and come in once. When the journal is full a number of them are
kept in memory alone; beyond that a row is lost, counted and logged.

A thread of its own instead of aiosqlite's: one hop a batch, where that takes one a statement.
"""

import asyncio
import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from franking.ledger.backlog import Backlog
from franking.ledger.faults import say
from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.schema import LedgerError
from franking.ledger.store import Store

__all__ = ["Writer"]

_LOG = logging.getLogger(__name__)

_BATCH_ROWS = 512
_WAIT_FOR_OWNER = 2.0


class Writer:
    """Belongs to the event loop that starts it; ``await start()`` before anything else.

    ledger, journal: the two files. journal_size: bytes. hold: seconds that a row in flight may wait.
    pauses: seconds before each further try after a fault; the last one repeats.

    Attributes: committed: rows since the start. last_error: why the ledger takes no rows; None while it does.
    """

    def __init__(
        self,
        ledger: Path,
        journal: Path,
        *,
        journal_size: int = 16 << 20,
        hold: float = 0.1,
        pauses: Sequence[float] = (0.1, 0.2, 0.5, 1, 2, 5),
    ) -> None:
        self.ledger = ledger
        self.committed = 0
        self.last_error: str | None = None
        self._open_journal = partial(Journal, journal, size=journal_size)
        self._hold = hold
        self._pauses = pauses
        self._failures = 0
        self._opened = False
        self._busy = False
        self._draining = False
        self._timer: asyncio.TimerHandle | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._jobs: SimpleQueue[list[Record] | None] = SimpleQueue()

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
        self._store = Store(self.ledger, inherited)
        self._thread = threading.Thread(target=self._work, name="franking-ledger", daemon=True)
        self._thread.start()
        self._settled: asyncio.Future[None] = self._loop.create_future()
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
        for timer in (self._timer, self._pause):
            if timer is not None:
                timer.cancel()
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._backlog.close()

    def _kick(self) -> None:
        """Start a commit, if there is something to commit, none runs and no pause is kept."""
        if self._busy or self._pause is not None:
            return
        now = self._loop.time()
        rows = self._backlog.batch(_BATCH_ROWS, now if self._draining else now - self._hold)
        if rows or not self._opened:
            self._busy = True
            self._jobs.put([row.record for row in rows])
        elif self._timer is None and (since := self._backlog.oldest_in_flight) is not None:
            self._timer = self._loop.call_at(since + self._hold, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._kick()

    def _resume(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
            self._kick()

    def _work(self) -> None:
        """The thread: one batch after the other, until None. Whatever happens it goes on."""
        while (records := self._jobs.get()) is not None:
            fault: Exception | None = None
            detached = False
            try:
                self._store.write(records)
                # Asked before the loop hears of the batch: from then on it may renew the journal.
                detached = self._backlog.detached
            except Exception as caught:
                fault = caught
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._after, len(records), fault, detached)
            with suppress(Exception):  # what ails the ledger, the next batch tells
                self._store.tidy()
        self._store.close()

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
