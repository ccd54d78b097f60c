"""The writer's thread: gives the store one batch after the other. Whatever happens, it goes on."""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.store import Store

__all__ = ["Worker"]

Told = Callable[[int, Exception | None, Journal | None], object]


class Worker:
    """journal: asked in the thread after each batch for another journal to go on with, None where there need be none.
    tell: called in the thread then: the batch's rows, its fault if it is not committed, the other journal.
    """

    def __init__(self, store: Store, journal: Callable[[], Journal | None], tell: Told) -> None:
        self._store = store
        self._journal = journal
        self._tell = tell
        self._jobs: SimpleQueue[list[Record] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="franking-ledger", daemon=True)
        self._thread.start()

    def give(self, records: list[Record]) -> None:
        """Commit them, as soon as what was given before is done."""
        self._jobs.put(records)

    def stop(self) -> None:
        """Wait until everything given is done, and close the store."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (records := self._next()) is not None:
            fault: Exception | None = None
            journal: Journal | None = None
            try:
                self._store.write(records)
            except Exception as caught:
                fault = caught
            with suppress(Exception):  # asked before the loop hears of the batch: from then on it may change journals
                journal = self._journal()
            with suppress(RuntimeError):  # the loop is closed
                self._tell(len(records), fault, journal)
            with suppress(Exception):  # what ails the ledger, the next batch tells
                self._store.tidy()
        self._store.close()

    def _next(self) -> list[Record] | None:
        """The next batch; while there is none, the store has time for itself."""
        while True:
            try:
                return self._jobs.get(timeout=self._store.pause)
            except Empty:
                with suppress(Exception):
                    self._store.idle()
