"""Live: what has been written is told to whoever has a page open, by server-sent events.

While someone listens, ``PRAGMA data_version`` is asked a few times a second, which costs microseconds; when it has
changed, every listener gets ``changed``, ``ended`` with the requests that have ended since, and ``alerts`` where other
alerts of budgets stand than before. While nobody listens nothing is asked.
"""

import asyncio
import contextlib
import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from franking.budgets.standing import mark, standing
from franking.ledger import listings, reader
from franking.ledger.filters import Filters
from franking.words import iso, money

__all__ = ["Live"]

log = logging.getLogger(__name__)

EVERY = 0.3
"""Seconds between two looks."""

HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it is still there."""

_GREETING = 0.5
"""Seconds that a listener waits for the first look, which there is none of without a ledger."""

_NEWEST = 20
"""Requests that one look tells of at most; a page that shows more asks for them."""


class Live:
    """The listeners, and the task that looks for them."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._looking = asyncio.Event()
        self._alerts = ""
        self._closed = False

    @property
    def idle(self) -> bool:
        """True while the ledger is not looked at."""
        return self._task is None or self._task.done()

    async def rest(self) -> None:
        """Until the ledger is not looked at any more."""
        if self._task is not None:
            await self._task

    async def serve(self, request: Request) -> Response:
        """The endpoint: a stream of events until the visitor or the dashboard goes."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self.events(), media_type="text/event-stream", headers=headers)

    def close(self) -> None:
        """End every stream, and take no new one. On the event loop."""
        self._closed = True
        for queue in self._listeners:
            with contextlib.suppress(asyncio.QueueFull):  # who reads on sees that it is closed
                queue.put_nowait(None)

    async def events(self) -> AsyncIterator[str]:
        """Events as they are written on the wire."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=100)
        self._listeners.add(queue)
        if self.idle:
            self._task = asyncio.create_task(self._watch())
        try:
            # A page asks for itself again when it is greeted: so nothing falls between its making and the first look.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GREETING):
                    await self._looking.wait()
            yield f"retry: 2000\n{_event('hello', {'alerts': self._alerts})}"
            while not self._closed:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        event = await queue.get()
                except TimeoutError:
                    event = ": still here\n\n"
                if event is None:
                    return
                yield event
        finally:
            self._listeners.discard(queue)

    async def _watch(self) -> None:
        """Look while someone listens; a ledger that cannot be read is looked for again, and told when it is there."""
        missed = False
        while self._listeners and not self._closed:
            try:
                await self._follow(missed)
            except (reader.LedgerMissingError, reader.LedgerBrokenError, sqlite3.Error) as fault:
                log.debug("live: %s", fault)
                missed = True
            await asyncio.sleep(EVERY)

    async def _follow(self, missed: bool) -> None:
        loop = asyncio.get_running_loop()
        # A connection belongs to the thread that made it: one thread makes it, asks, and closes it.
        with ThreadPoolExecutor(1, thread_name_prefix="live") as thread:
            look = await loop.run_in_executor(thread, _Look, self._file)
            try:
                while self._listeners and not self._closed:
                    news = await loop.run_in_executor(thread, look.news)
                    if look.alerts != self._alerts:
                        self._alerts = look.alerts
                        self._tell("alerts", self._alerts)
                    self._looking.set()
                    if news is not None or missed:
                        missed = False
                        self._tell("changed", {})
                        if news:
                            self._tell("ended", news)
                    await asyncio.sleep(EVERY)
            finally:
                self._looking.clear()
                thread.submit(look.close)

    def _tell(self, name: str, told: Any) -> None:
        event = _event(name, told)
        for queue in self._listeners:
            # A listener that does not read misses events, and sees all when it asks again.
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(event)


class _Look:
    """One connection that is kept, and what it has told already. alerts: the mark of those that stand."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held = contextlib.ExitStack()
        self._ledger = self._held.enter_context(reader.opened(file))
        self._inode = file.stat().st_ino
        self._version: int | None = None
        self._told: set[str] = set()
        self.alerts = ""

    def close(self) -> None:
        """Let the ledger go."""
        self._held.close()

    def news(self) -> list[dict[str, Any]] | None:
        """The requests that have ended since the last look; None where nothing at all was written."""
        try:
            if self._file.stat().st_ino != self._inode:
                raise reader.LedgerMissingError("another file stands there now")
        except OSError:
            raise reader.LedgerMissingError("the file is gone") from None
        version = self._ledger.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return None
        first, self._version = self._version is None, version
        self.alerts = mark(standing(self._ledger, time.time_ns() // 1000))
        rows = listings.newest(self._ledger, Filters(), _NEWEST)
        fresh = [row for row in rows if row["id"] not in self._told]
        self._told = {row["id"] for row in rows} | set(list(self._told)[-1000:])
        return None if first else [_public(row) for row in fresh]


def _event(name: str, told: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(told)}\n\n"


def _public(row: listings.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "ended_at": iso(row["ended_at"]),
        "project": row["project_id"],
        "feature": row["feature"],
        "model": row["model"] or row["requested_model"],
        "status": row["status"],
        "cost": money(row["cost"]),
    }
