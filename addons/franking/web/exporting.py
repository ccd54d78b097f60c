"""Exports as answers: written in a thread of their own while they are sent, a piece at a time, in constant memory.

Nothing is answered before the first piece is there, so that whatever goes wrong until then is told in words. What goes
wrong later breaks the connection, which the receiver notices, and is one line of the log: no file is silently short.
A visitor who goes away ends the work, and so does one who takes nothing for minutes: whoever reads the ledger holds its
write-ahead log back.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import CancelScope
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from franking.ledger import reader
from franking.ledger.filters import Filters
from franking.reports.parquet import MissingError
from franking.web.export_formats import FORMATS
from franking.web.export_work import Work
from franking.words import plural

__all__ = ["BusyError", "EmptyError", "Exporting", "ForeignError", "close"]

log = logging.getLogger(__name__)

AT_ONCE = 2
STALLED = 120.0
"""Seconds that a receiver may take nothing."""

_slots = threading.BoundedSemaphore(AT_ONCE)
_under_way: set[CancelScope] = set()


class BusyError(Exception):
    """As many exports as may be are under way."""

    def __init__(self) -> None:
        super().__init__(f"{AT_ONCE} exports are under way already; try again when one of them has ended")


class EmptyError(Exception):
    """There is no request to write."""

    def __init__(self) -> None:
        super().__init__("there is nothing to export: no such request has ended")


class ForeignError(Exception):
    """Another site's page leads here: nobody is made to write files."""

    def __init__(self) -> None:
        super().__init__("the request comes from a page of another site")


class Exporting(Response):
    """An export of the requests that the filters mean, by projects as they are named now.

    refused: what is answered where there is no file: of BusyError, EmptyError, ForeignError, MissingError,
    LedgerMissingError, LedgerBrokenError. empty: a file without requests is one too.
    """

    def __init__(
        self,
        ledger: Path,
        filters: Filters,
        form: str,
        name: str,
        refused: Callable[[Exception], Awaitable[Response]],
        *,
        empty: bool = False,
    ) -> None:
        self._work = Work(ledger, filters, form)
        self._refused = refused
        self._empty = empty
        self.status_code = 200
        self.background = None
        self.media_type = FORMATS[form].media
        self.init_headers({"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        fault: Exception | None = None
        if scope["method"] == "HEAD":
            await send(self._start())
            await send({"type": "http.response.body"})
        elif Headers(scope=scope).get("sec-fetch-site") in {"cross-site", "same-site"}:
            fault = ForeignError()
        elif not _slots.acquire(blocking=False):
            fault = BusyError()
        else:
            try:
                fault = await self._watched(receive, send)
            finally:
                _slots.release()
        if fault is not None:
            answer = await self._refused(fault)
            await answer(scope, receive, send)

    def _start(self) -> dict[str, Any]:
        return {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}

    async def _watched(self, receive: Receive, send: Send) -> Exception | None:
        """Send it unless the visitor goes away; why nothing was sent."""
        fault: Exception | None = None
        async with anyio.create_task_group() as group:
            _under_way.add(group.cancel_scope)
            try:
                group.start_soon(_gone, receive, group.cancel_scope)
                fault = await self._sent(send)
            finally:
                _under_way.discard(group.cancel_scope)
            group.cancel_scope.cancel()
        return fault

    async def _sent(self, send: Send) -> Exception | None:
        begun = False
        loop, work = asyncio.get_running_loop(), self._work
        thread = ThreadPoolExecutor(1, thread_name_prefix="export")
        try:
            piece = await loop.run_in_executor(thread, work.piece)
            if not work.rows and not self._empty:
                return EmptyError()
            await send(self._start())
            begun = True
            while piece:
                with anyio.fail_after(STALLED):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(thread, work.piece)
            await send({"type": "http.response.body"})
        except (MissingError, reader.LedgerMissingError, reader.LedgerBrokenError, TimeoutError) as fault:
            if not begun:
                return fault
            # Without its last piece the server ends the connection instead of the answer.
            why = f"its receiver took nothing for {STALLED:.0f} s" if isinstance(fault, TimeoutError) else fault
            log.error("export as %s: broken off after %s: %s", work.form, plural(work.rows, "request"), why)
        finally:
            work.stopped = True
            closed = loop.run_in_executor(thread, work.close)
            thread.shutdown(wait=False)
            with anyio.CancelScope(shield=True):
                await closed
        return None


def close() -> None:
    """Break off every export: the dashboard ends. To be called on its event loop."""
    for scope in tuple(_under_way):
        scope.cancel()


async def _gone(receive: Receive, scope: CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
