"""``python -m franking.web SOCKET ALIVE``: the dashboard as the supervisor starts it, a fresh interpreter.

SOCKET: the inherited, listening socket's number.  ALIVE: a pipe that ends when the supervisor does.
"""

import logging
import os
import socket
import sys

__all__ = ["main"]

NICER = 10
"""A page can wait for a request; a request waits for no page."""


def main() -> int:
    """Serve until told to stop; the exit status."""
    if hasattr(os, "nice"):
        os.nice(NICER)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s franking web: %(message)s", stream=sys.stderr)
    from franking import paths, settings
    from franking.web.server import run

    listener, alive = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    try:
        run(paths.ledger_file(), settings.load(), listener, alive=alive)
    except (settings.SettingsError, OSError) as fault:
        print(f"frank: the dashboard: {fault}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
