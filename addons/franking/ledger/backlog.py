"""The rows that are not in the ledger yet: each in memory, and in the journal for the case of a kill.

It does no I/O but the journal's, never waits, never raises. A row goes from waiting to taken (``batch``) and from there
out (``settle``) or back (``give_back``). The last word on a request counts: its end takes the place of its beginning
where that still waits.
"""

import asyncio
import logging
import math
from itertools import islice

from franking.ledger.journal import Journal, JournalFullError
from franking.ledger.no_journal import NoJournal
from franking.ledger.record import Record
from franking.ledger.rows import clean, encode
from franking.ledger.succession import inherited
from franking.ledger.waiting import Row

__all__ = ["Backlog"]

_LOG = logging.getLogger(__name__)

_MEMORY_ROWS = 2000
_MEMORY_BYTES = 16 << 20
"""What is kept in memory alone when the journal is full, by number and by size in the journal's form."""


class Backlog:
    """Attributes: lost: rows that could not be kept, those of earlier runs among them: the journal remembers them.

    Rows in memory alone are noted there as lost until they come in: a kill would take them.
    """

    def __init__(self, journal: Journal | NoJournal) -> None:
        self.lost = journal.lost
        self._journal = journal
        self._ended: dict[str, Row] = {}
        self._in_flight: dict[str, Row] = {}
        self._taken: list[Row] = []
        self._in_memory = self._bytes_in_memory = 0
        self._full = False
        self._closed = False

    def __len__(self) -> int:
        return len(self._ended) + len(self._in_flight) + len(self._taken)

    @property
    def detached(self) -> bool:
        """True without a journal, and once its file was deleted or replaced. May be asked from any thread."""
        return self._journal.detached

    @property
    def ended(self) -> int:
        """Rows that wait and have ended."""
        return len(self._ended)

    def due(self, gather: float, hold: float) -> float:
        """When the first row has waited long enough: ``gather`` if it has ended, else ``hold``; inf without."""
        ended = next((row.since + gather for row in self._ended.values()), math.inf)
        return min(ended, next((row.since + hold for row in self._in_flight.values()), math.inf))

    def inherited(self) -> list[Record]:
        """What an earlier run left in the journal: the last word on each request."""
        records, unread = inherited(self._journal)
        self.lose(unread)
        return records

    def add(self, record: Record, since: float, done: asyncio.Future[None]) -> Row:
        """Keep a record. Where it cannot be kept it is counted, and done at once."""
        if record.status == "in_flight" and (ended := self._ended.get(record.id)):
            return ended
        try:
            payload = encode(record)
        except (UnicodeError, OverflowError, TypeError, ValueError):
            try:
                record = clean(record)
                payload = encode(record)
            except (UnicodeError, OverflowError, TypeError, ValueError):
                return self._lose(Row(record, None, since, done), "it cannot be written down")
        row = Row(record, None, since, done)
        if self._closed:
            return self._lose(row, "the ledger is closed")
        if not self._keep(row, payload):
            return self._lose(row, f"the ledger takes no rows, nor does {self._journal.file}")
        if earlier := self._in_flight.pop(record.id, None) or self._ended.pop(record.id, None):
            self._drop(earlier)
            row.done = earlier.done
        # At the end also where the id was there before: the order is that of the journal.
        (self._in_flight if record.status == "in_flight" else self._ended)[record.id] = row
        return row

    def batch(self, limit: int, ripe: float) -> list[Row]:
        """Take up to limit rows: those that have ended, then those in flight that wait since ``ripe`` or longer."""
        rows = list(islice(self._ended.values(), limit))
        for row in islice(self._in_flight.values(), limit - len(rows)):
            if row.since > ripe:
                break
            rows.append(row)
        for row in rows:
            (self._ended if row.record.status != "in_flight" else self._in_flight).pop(row.record.id)
        self._taken = rows
        return rows

    def settle(self) -> None:
        """What was taken is in the ledger."""
        rows, self._taken = self._taken, []
        for row in rows:
            self._drop(row)
            row.finish()
        self._journal.release(min(self._first(self._ended), self._first(self._in_flight)) - 1)

    def give_back(self) -> None:
        """What was taken is not in the ledger: it waits again, in front."""
        ended: dict[str, Row] = {}
        in_flight: dict[str, Row] = {}
        for row in self._taken:
            if later := self._ended.get(row.record.id) or self._in_flight.get(row.record.id):
                self._drop(row)
                later.done.add_done_callback(row.finish)
            else:
                (ended if row.record.status != "in_flight" else in_flight)[row.record.id] = row
        self._taken = []
        self._ended = ended | self._ended
        self._in_flight = in_flight | self._in_flight

    def go_on_in(self, journal: Journal) -> None:
        """Another journal, of which everything is released: what waits is put there, and the old one closed."""
        self._journal.close()
        self._journal = journal
        self.lost += journal.lost
        for row in (*self._taken, *self._ended.values(), *self._in_flight.values()):
            self._drop(row)
            self._keep(row, encode(row.record), at_any_rate=True)
        self._note()

    def lose(self, count: int) -> None:
        """So many rows could not be kept."""
        if count:
            self.lost += count
            self._note()

    def close(self) -> None:
        """Let go of the journal. Rows that are in it come in at the next start; rows in memory alone are lost."""
        if left := len(self):
            _LOG.warning("%d rows wait in %s for the next start", left - self._in_memory, self._journal.file)
        if self._in_memory:
            _LOG.error("%d rows are lost: neither ledger nor journal took them", self._in_memory)
            self.lost, self._in_memory = self.lost + self._in_memory, 0
        self._closed = True
        self._journal.close()

    def _keep(self, row: Row, payload: bytes, *, at_any_rate: bool = False) -> bool:
        try:
            row.sequence = self._journal.append(payload)
        except JournalFullError:
            row.sequence, row.size = None, len(payload)
            room = self._in_memory < _MEMORY_ROWS and self._bytes_in_memory + row.size <= _MEMORY_BYTES
            if not (room or at_any_rate):
                return False
            self._in_memory += 1
            self._bytes_in_memory += row.size
            self._note()
            return True
        self._full = False
        return True

    def _drop(self, row: Row) -> None:
        if row.sequence is None:
            self._in_memory -= 1
            self._bytes_in_memory -= row.size
            self._note()

    def _note(self) -> None:
        if not self._closed:
            self._journal.note_lost(self.lost + self._in_memory)

    def _lose(self, row: Row, why: str) -> Row:
        if row.record.status != "in_flight":  # that one's end is still to come, and to be counted
            self.lose(1)
        if not self._full:
            self._full = True
            _LOG.error("request %s is lost: %s; so may be those that follow", row.record.id, why)
        row.finish()
        return row

    def _first(self, waiting: dict[str, Row]) -> int:
        """The lowest number that is still needed; beyond any number where none is."""
        return next((row.sequence for row in waiting.values() if row.sequence is not None), 1 << 62)
