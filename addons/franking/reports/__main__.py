"""``python -m franking.reports ALIVE``: the alerts' deliverer, and beside it the sender of reports, where any are sent.

A thread of its own sends: neither a report that takes long nor a receiver that does not answer keeps an alert back.
"""

import logging
import os
import sys
import threading
import time

from franking import paths, settings
from franking.budgets.__main__ import NICER
from franking.budgets.__main__ import main as deliver_alerts

__all__ = ["main"]

EVERY = 60.0
"""Seconds between two looks for what is due."""


def main() -> int:
    """Deliver until told to stop; the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s franking delivery: %(message)s", stream=sys.stderr)
    threading.Thread(target=_send, name="reports", daemon=True).start()
    return deliver_alerts()


def _send() -> None:
    if hasattr(os, "nice"):
        os.nice(NICER)  # on Linux it is the thread's own
    try:
        known = settings.load()
    except settings.SettingsError as fault:
        print(f"frank: reports: {fault}", file=sys.stderr)  # noqa: T201
        return
    from franking.reports.sending import Sender

    sender = Sender(paths.ledger_file(), known)
    while True:
        sender.look(time.time_ns() // 1000)
        time.sleep(EVERY)


if __name__ == "__main__":
    raise SystemExit(main())
