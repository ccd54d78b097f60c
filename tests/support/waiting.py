"""Waiting for a condition, with a bound: the only place in the tests that lets time pass."""

import time
from collections.abc import Callable

__all__ = ["until"]

PAUSE = 0.01


def until[T](look: Callable[[], T | None], what: str, seconds: float = 60.0) -> T:
    """The first thing ``look`` gives that is not None or False. Raises AssertionError when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        assert time.monotonic() < deadline, f"still waiting after {seconds} s: {what}"
        time.sleep(PAUSE)
