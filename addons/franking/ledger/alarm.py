"""One call to come, at the event loop's time."""

import asyncio
import math
from collections.abc import Callable

__all__ = ["Alarm"]


class Alarm:
    """Not set at first. call: what it does when it is due; by then it is not set any more.

    Attributes: due: the loop's time of the call; inf while it is not set.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        self.due = math.inf
        self._call = call
        self._handle: asyncio.TimerHandle | None = None

    def set(self, due: float) -> None:
        """Call then, and not when it was set to before."""
        self.stop()
        self.due = due
        self._handle = asyncio.get_running_loop().call_at(due, self._ring)

    def stop(self) -> None:
        """Call not at all."""
        self.due = math.inf
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _ring(self) -> None:
        self.due, self._handle = math.inf, None
        self._call()
