"""Clients that did not trust the authority: kept small on disk for ``frank doctor`` to name.

``refused.json`` is a list, newest last: ``{"client": …, "host": …, "when": microseconds UTC, "count": …}``. A client
is named by its program alone, never by its command line.
"""

import json
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from franking.attribution.values import Peer

__all__ = ["Refusals"]

log = logging.getLogger(__name__)

KEPT = 50


class Refusals:
    """The file of refusals; written in a thread of its own, one at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="refusals")
        self._known: list[dict[str, Any]] | None = None

    def note(self, peer: Peer, host: str, error: str) -> None:
        """A client closed its handshake. Returns at once."""
        program = Path(peer.argv[0]).name if peer.argv else "unknown"
        log.warning("%s did not trust franking's certificate for %s; `frank env` sets what it needs", program, host)
        self._writer.submit(self._write, program, host, time.time_ns() // 1000, error)

    def close(self) -> None:
        """Write what is waiting."""
        self._writer.shutdown(wait=True)

    def _write(self, program: str, host: str, when: int, error: str) -> None:
        known = self._known if self._known is not None else _read(self._file)
        earlier = next((entry for entry in known if (entry["client"], entry["host"]) == (program, host)), None)
        count = earlier["count"] + 1 if earlier else 1
        entry = {"client": program, "host": host, "when": when, "count": count, "error": error[:200]}
        self._known = [*(other for other in known if other is not earlier), entry][-KEPT:]
        try:
            scratch = self._file.with_suffix(".new")
            scratch.write_text(json.dumps(self._known), encoding="utf-8")
            os.replace(scratch, self._file)  # noqa: PTH105
        except OSError as fault:
            log.warning("%s could not be written: %s", self._file, fault)


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
        return [entry for entry in entries if {"client", "host", "count"} <= entry.keys()]
    except (OSError, ValueError, AttributeError, TypeError):
        return []
