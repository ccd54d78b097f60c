"""What is under way: the exchanges, and the turns of WebSockets, that have begun and not ended."""

import asyncio
from typing import Protocol

from franking.ledger.record import Status

__all__ = ["Ending", "UnderWay"]


class Ending(Protocol):
    """Something that can be cut off."""

    def finish(self, status: Status, error_type: str | None = None, error_message: str | None = None) -> None:
        """It is over; only the first call counts."""


class UnderWay:
    """By key: a flow's id, or a turn's. idle: there is none. begun: how many there have been."""

    def __init__(self) -> None:
        self.idle = asyncio.Event()
        self.idle.set()
        self.begun = 0
        self._found: dict[str, Ending] = {}

    def __len__(self) -> int:
        return len(self._found)

    def begin(self, key: str, one: Ending) -> None:
        """One more."""
        self._found[key] = one
        self.idle.clear()
        self.begun += 1

    def find(self, key: str) -> Ending | None:
        """The one with that key."""
        return self._found.get(key)

    def end(self, key: str) -> Ending | None:
        """The same, which is under way no more."""
        found = self._found.pop(key, None)
        if not self._found:
            self.idle.set()
        return found

    def settle(self) -> None:
        """The proxy stops: what is still under way is cut off here."""
        for one in list(self._found.values()):
            one.finish("interrupted")
        self._found.clear()
        self.idle.set()
