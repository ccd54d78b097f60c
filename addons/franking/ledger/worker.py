"""The writer's thread: gives the store one batch after the other. Whatever happens, it goes on."""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

from franking.ledger.record import Record
from franking.ledger.store import Store

__all__ = ["Worker"]

Told = Callable[[int, Exception | None, bool], object]


class Worker:
    """tell: called in the thread after each batch: its rows, its fault if it is not committed, and whether the journal
    was found ``detached``.
    """

    def __init__(self, store: Store, detached: Callable[[], bool], tell: Told) -> None:
        self._store = store
        self._detached = detached
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
        while (records := self._jobs.get()) is not None:
            fault: Exception | None = None
            detached = False
            try:
                self._store.write(records)
                # Asked before the loop hears of the batch: from then on it may renew the journal.
                detached = self._detached()
            except Exception as caught:
                fault = caught
            with suppress(RuntimeError):  # the loop is closed
                self._tell(len(records), fault, detached)
            with suppress(Exception):  # what ails the ledger, the next batch tells
                self._store.tidy()
        self._store.close()
