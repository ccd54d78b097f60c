"""A row on its way into the ledger."""

import asyncio

from franking.ledger.record import Record

__all__ = ["Row"]


class Row:
    """A record on its way. sequence: its number in the journal, None in memory alone. since: the loop's time.

    done: resolved when the row is in the ledger, or lost. size: bytes, of a row in memory alone.
    """

    __slots__ = ("done", "record", "sequence", "since", "size")

    def __init__(self, record: Record, sequence: int | None, since: float, done: asyncio.Future[None]) -> None:
        self.record = record
        self.sequence = sequence
        self.since = since
        self.done = done
        self.size = 0

    def finish(self, _: object = None) -> None:
        """Resolve ``done``, if nobody cancelled it. (May be another future's callback.)"""
        if not self.done.done():
            self.done.set_result(None)
