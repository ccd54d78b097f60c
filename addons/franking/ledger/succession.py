"""Which journal the writer goes on with, where there is none or the one at hand was deleted or replaced.

A journal that is found may hold rows of a process that is gone: they are in the ledger before it is written to.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from franking.ledger.faults import say
from franking.ledger.journal import Journal
from franking.ledger.no_journal import NoJournal
from franking.ledger.record import Record
from franking.ledger.rows import decode
from franking.ledger.schema import LedgerError
from franking.ledger.store import Store

__all__ = ["Succession", "inherited"]

_LOG = logging.getLogger(__name__)


class Succession:
    """open_journal: opens or makes the file's journal, waiting so many seconds for another owner. pause: seconds
    between two tries. The writer's loop and its thread use it in turn.

    Attributes: fault: why rows are kept in memory alone; None while there is a journal.
    """

    def __init__(self, file: Path, open_journal: Callable[[float], Journal], pause: float) -> None:
        self.fault: str | None = None
        self._file = file
        self._open = open_journal
        self._pause = pause
        self._next = 0.0

    def first(self, wait: float, *, at_any_rate: bool) -> Journal | NoJournal:
        """The journal to begin with. Raises LedgerError where it cannot be had, unless at_any_rate. Blocks."""
        try:
            return self._open(wait)
        except OSError as fault:
            if not at_any_rate:
                raise LedgerError(say(fault, self._file)) from None
            self._note(fault)
        except LedgerError as fault:
            if not at_any_rate:
                raise
            self._note(fault)
        return NoJournal(self._file)

    def next(self, detached: bool, store: Store) -> Journal | None:
        """A journal in place of one that is detached; None where none is needed, or none can be had now. Blocks."""
        if not detached:
            self.fault = None
            return None
        now = time.monotonic()
        if now < self._next:
            return None
        self._next = now + self._pause
        try:
            journal = self._open(0.0)
        except (LedgerError, OSError) as fault:
            self._note(fault)
            return None
        try:
            _take_over(journal, store)
        except (LedgerError, OSError, sqlite3.Error) as fault:
            journal.close()
            self._note(fault)
            return None
        _LOG.warning("%s: rows are kept there from now on", self._file)
        self.fault, self._next = None, 0.0
        return journal

    def _note(self, fault: Exception) -> None:
        said = f"rows wait in memory alone: {say(fault, self._file)}"
        if said != self.fault:
            _LOG.error("%s", said)
        self.fault = said


def inherited(journal: Journal | NoJournal) -> tuple[list[Record], int]:
    """What an earlier run left in the journal: the last word on each request; and how many rows cannot be read."""
    records: dict[str, Record] = {}
    unread = 0
    for sequence, payload in journal.pending():
        try:
            record = decode(payload)
        except msgspec.DecodeError:
            unread += 1
            _LOG.error("a row is lost: entry %d of %s cannot be read", sequence, journal.file)
            continue
        if record.status != "in_flight" or record.id not in records:
            records[record.id] = record
    return list(records.values()), unread


def _take_over(journal: Journal, store: Store) -> None:
    """Bring what the journal holds into the ledger, and release it there. Raises as Store.take_over."""
    if not (left := journal.pending()):
        return
    records, unread = inherited(journal)
    store.take_over(records)
    if unread:
        journal.note_lost(journal.lost + unread)
    journal.release(left[-1][0])
