"""How the proxy is: written to ``health.json`` when it changes, once a second at most, for ``frank status``.

Written in a thread: the event loop touches no file.
"""

import asyncio
import json
import logging
import os
from pathlib import Path
from typing import Protocol

__all__ = ["Health"]

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks."""


COUNTED = ("requests", "blocked")
"""The numbers that only grow, from the sidecar's start on."""


class Way(Protocol):
    """The addon, as far as its numbers go."""

    @property
    def requests(self) -> int:
        """Requests that have begun."""

    @property
    def under_way(self) -> int:
        """Requests that have begun and not ended."""


class Books(Protocol):
    """The ledger's writer, as far as its numbers go."""

    @property
    def waiting(self) -> int:
        """Rows that are not yet committed."""

    @property
    def lost(self) -> int:
        """Rows that could not be kept."""

    @property
    def last_error(self) -> str | None:
        """What last went wrong."""


class Checks(Protocol):
    """The check of hard budgets, as far as its numbers go."""

    @property
    def blocked(self) -> int:
        """Requests that were refused."""

    @property
    def fault(self) -> str | None:
        """Why budgets cannot be checked."""


class Health:
    """The numbers of a sidecar. again: this process takes another's place, and what that one counted counts on."""

    def __init__(self, file: Path, way: Way, books: Books, checks: Checks, *, again: bool = False) -> None:
        self._file = file
        self._way = way
        self._books = books
        self._checks = checks
        self._told: dict[str, object] = {}
        self._fault: str | None = None
        self._before = _counted(file) if again else dict.fromkeys(COUNTED, 0)

    def read(self) -> dict[str, object]:
        """The numbers now."""
        return {
            "pid": os.getpid(),
            "requests": self._before["requests"] + self._way.requests,
            "in_flight": self._way.under_way,
            "waiting": self._books.waiting,
            "lost": self._books.lost,
            "last_error": self._books.last_error,
            "blocked": self._before["blocked"] + self._checks.blocked,
            "budgets_fault": self._checks.fault,
        }

    async def watch(self, stop: asyncio.Event) -> None:
        """Write whenever the numbers have changed, until told to stop."""
        while not stop.is_set():
            numbers = self.read()
            if numbers != self._told:
                await asyncio.to_thread(self.write, numbers)
            try:
                async with asyncio.timeout(EVERY):
                    await stop.wait()
            except TimeoutError:
                continue

    def write(self, numbers: dict[str, object] | None = None) -> None:
        """Write the numbers. Blocks."""
        numbers = numbers or self.read()
        scratch = self._file.with_suffix(".new")
        try:
            scratch.write_text(json.dumps(numbers), encoding="utf-8")
            os.replace(scratch, self._file)  # noqa: PTH105
            self._told, self._fault = numbers, None
        except OSError as fault:
            if str(fault) != self._fault:  # said once, not every second
                log.warning("%s could not be written: %s", self._file, fault)
            self._fault = str(fault)


def _counted(file: Path) -> dict[str, int]:
    """What an earlier process counted, up to its last word."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    numbers = ((name, told.get(name) if isinstance(told, dict) else None) for name in COUNTED)
    return {name: number if isinstance(number, int) else 0 for name, number in numbers}
