"""How a page asks the ledger: in a thread, read-only, so that the event loop waits for no disk.

By the way it reads which alerts of budgets stand, for the band on top of the page.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import anyio
import anyio.to_thread
from starlette.requests import Request

from franking.budgets.standing import Standing, standing
from franking.web.site import site

__all__ = ["ask", "bounded", "stands"]

_AT_ONCE = anyio.CapacityLimiter(4)
"""Questions that are answered at a time; more would only take the processor from each other."""

_STEPS = 20_000
"""Of SQLite's machine, between two looks at the clock."""


async def ask[Answer](request: Request, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
    """The question's answer about the dashboard's ledger.

    Raises LedgerMissingError (no ledger yet: the visitor is told what to do) and LedgerBrokenError; the application
    makes pages of both.
    """
    readers = site(request).readers

    def answer() -> Answer:
        with readers.opened() as ledger:
            request.state.stands = standing(ledger, time.time_ns() // 1000)
            return question(ledger)

    return await anyio.to_thread.run_sync(answer, limiter=_AT_ONCE)


@contextmanager
def bounded(ledger: sqlite3.Connection, seconds: float) -> Iterator[Callable[[], bool]]:
    """Statements within are broken off (OperationalError) when so many seconds are over; gives whether they are."""
    deadline = time.monotonic() + seconds

    def late() -> bool:
        return time.monotonic() > deadline

    ledger.set_progress_handler(lambda: int(late()), _STEPS)
    try:
        yield late
    finally:
        ledger.set_progress_handler(None, 0)


def stands(request: Request) -> Sequence[Standing]:
    """The alerts that stood when this request asked the ledger; none where it has not."""
    found: Sequence[Standing] = getattr(request.state, "stands", ())
    return found
