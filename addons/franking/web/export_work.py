"""An export written piece by piece, so that it can be sent as it comes: nothing of it is kept but the piece."""

import io
import logging
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing
from pathlib import Path

from franking.ledger import reader
from franking.ledger.filters import Filters
from franking.projects import folding, questions
from franking.reports import exports

__all__ = ["Work"]

log = logging.getLogger(__name__)

_PIECE = 128 * 1024
"""Bytes of a piece, or somewhat more."""
_STEPS = 20_000
"""Of SQLite's machine, between two looks whether to go on."""


class Work:
    """Writing, step by step. One thread does all of it: a connection belongs to the thread that made it.

    rows: how many were written so far. stopped: set by any thread, it breaks off what is being asked.
    """

    def __init__(self, ledger: Path, filters: Filters, form: str) -> None:
        self.form = form
        self.rows = 0
        self.stopped = False
        self._file = ledger
        self._filters = filters
        self._target = _Target()
        self._held = ExitStack()
        self._pages: Generator[int] | None = None

    def piece(self) -> bytes:
        """The next bytes; none at the end. Raises LedgerMissingError, LedgerBrokenError, MissingError."""
        try:
            if self._pages is None:
                self._pages = self._begun()
            while self._target.tell() < _PIECE and not self.stopped:
                count = next(self._pages, None)
                if count is None:
                    break
                self.rows += count
            return self._target.taken()
        except BaseException:
            with self._held.pop_all():  # the reader says best what is wrong with its file
                raise

    def _begun(self) -> Generator[int]:
        ledger = self._held.enter_context(reader.opened(self._file))
        ledger.set_progress_handler(lambda: int(self.stopped), _STEPS)
        meant = folding.matched(questions.names(ledger), self._filters)
        return self._held.enter_context(closing(exports.written(ledger, meant, self.form, self._target)))

    def close(self) -> None:
        """Let the ledger go. What the form writes at its end goes nowhere."""
        try:
            self._held.close()
        except (sqlite3.Error, reader.LedgerBrokenError) as fault:
            log.debug("export as %s: %s", self.form, fault)


class _Target(io.BytesIO):
    """Holds what is written until it is taken."""

    def taken(self) -> bytes:
        """Everything since the last time."""
        found = self.getvalue()
        self.seek(0)
        self.truncate()
        return found
