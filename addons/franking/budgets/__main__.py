"""``python -m franking.budgets ALIVE``: the alerts' deliverer, as the supervisor starts it, a fresh interpreter.

ALIVE: a pipe that ends when the supervisor does. Where there is no budget it only looks whether one was made: what
tells how they stand is not even loaded.
"""

import logging
import os
import select
import signal
import sqlite3
import sys
import time
from contextlib import closing
from urllib.parse import quote

from franking import paths

__all__ = ["main"]

EVERY = 2.0
"""Seconds between two looks; ten times what one takes, where that is more."""

NICER = 5
"""An alert can wait for a request."""


def main() -> int:
    """Look until told to stop; the exit status."""
    if hasattr(os, "nice"):
        os.nice(NICER)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s franking alerts: %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    alive = int(sys.argv[1])
    while not _budgets():
        if _ended(alive, EVERY):
            return 0
    from franking import settings
    from franking.budgets.delivering import Deliverer

    try:
        known = settings.load()
    except settings.SettingsError as fault:
        print(f"frank: alerts: {fault}", file=sys.stderr)  # noqa: T201
        return 1
    deliverer = Deliverer(paths.ledger_file(), known.alerts, known.upstream.ca_file)
    pause = 0.0
    while not _ended(alive, pause):
        begun = time.monotonic()
        deliverer.look(time.time_ns() // 1000)
        pause = max(EVERY, 10 * (time.monotonic() - begun))
    deliverer.close()
    return 0


def _budgets() -> bool:
    """Is there any? A ledger that cannot be read has none yet."""
    file = paths.ledger_file()
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=1)) as ledger:
            return bool(ledger.execute("SELECT EXISTS (SELECT 1 FROM budgets)").fetchone()[0])
    except sqlite3.Error:
        return False


def _ended(alive: int, seconds: float) -> bool:
    """Has the supervisor ended? Waits so long for it."""
    return bool(select.select([alive], [], [], seconds)[0])


if __name__ == "__main__":
    raise SystemExit(main())
