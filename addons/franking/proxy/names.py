"""Where a gateway's name leads, remembered for a moment.

asyncio asks the system in a thread, anew for every connection: two hand-overs of the interpreter, while a busy loop
waits. An answer is kept for ten seconds, far less than the records of any gateway last; those who ask while one
is on its way share it; a failure is never kept.
"""

import asyncio
import time
from typing import Any

__all__ = ["KEPT", "MOST", "remember_names"]

KEPT = 10.0
"""Seconds that an answer is good for."""

MOST = 256
"""Names remembered at once; past that, all are asked for anew."""


def remember_names(loop: asyncio.AbstractEventLoop) -> None:
    """From here on the loop's own look-ups of names are shared and remembered."""
    ask = loop.getaddrinfo
    known: dict[Any, tuple[float, Any]] = {}
    asked: dict[Any, asyncio.Task[Any]] = {}

    async def remembered(host: Any, port: Any, **how: Any) -> Any:
        key = (host, port, *sorted(how.items()))
        kept = known.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        task = asked.get(key)
        if task is None:
            task = asked[key] = loop.create_task(asking(key, host, port, how))
            task.add_done_callback(lambda _: asked.pop(key, None))
        return await asyncio.shield(task)

    async def asking(key: Any, host: Any, port: Any, how: dict[str, Any]) -> Any:
        found = await ask(host, port, **how)
        if len(known) >= MOST:
            known.clear()
        known[key] = time.monotonic() + KEPT, found
        return found

    loop.getaddrinfo = remembered  # type: ignore[method-assign]
