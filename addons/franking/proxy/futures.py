"""What a request waits for, without holding it to itself."""

import asyncio
from typing import Any

__all__ = ["done_within", "result"]


def result[T](future: "asyncio.Future[T]") -> T | None:
    """What it brought; None where it has not yet, or went wrong."""
    brought = future.done() and not future.cancelled() and future.exception() is None
    return future.result() if brought else None


async def done_within(future: "asyncio.Future[Any]", seconds: float) -> None:
    """Wait for a future without cancelling it; cheaper than asyncio's own on a path that every request takes."""
    loop = asyncio.get_running_loop()
    enough = loop.create_future()
    timer = loop.call_later(seconds, _enough, enough)
    future.add_done_callback(lambda _: _enough(enough))
    await enough
    timer.cancel()


def _enough(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)
