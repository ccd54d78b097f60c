"""How a page asks the ledger: in a thread, read-only, so that the event loop waits for no disk."""

import sqlite3
from collections.abc import Callable

import anyio
import anyio.to_thread
from starlette.requests import Request

from franking.ledger import reader
from franking.web.site import site

__all__ = ["ask"]

_AT_ONCE = anyio.CapacityLimiter(4)
"""Questions that are answered at a time; more would only take the processor from each other."""


async def ask[Answer](request: Request, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
    """The question's answer about the dashboard's ledger.

    Raises LedgerMissingError (no ledger yet: the visitor is told what to do) and LedgerBrokenError; the application
    makes pages of both.
    """
    file = site(request).ledger

    def answer() -> Answer:
        with reader.opened(file) as ledger:
            return question(ledger)

    return await anyio.to_thread.run_sync(answer, limiter=_AT_ONCE)
