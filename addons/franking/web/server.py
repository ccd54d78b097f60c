"""Serving the dashboard on a bound socket until told to stop: by SIGTERM, SIGINT or SIGHUP, or by a pipe's end.

A stream that a visitor has open never holds the end up; what else is being answered gets a moment.
"""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from franking.settings import Settings, check_token, is_loopback
from franking.web import collector, exporting
from franking.web.application import application
from franking.web.guard import hosts
from franking.web.live import Live

__all__ = ["run"]

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_GRACE = 2
"""Seconds that answers under way get."""


def run(
    ledger: Path,
    settings: Settings,
    listener: socket.socket,
    *,
    alive: int | None = None,
    listening: Callable[[], None] = lambda: None,
) -> None:
    """Serve the ledger's dashboard. alive: a pipe whose end means that who started us is gone.

    listening: called once, when requests are answered. Raises SettingsError off loopback without a token.
    """
    host, port, *_ = listener.getsockname()
    loopback = is_loopback(host)
    token = None if loopback else settings.listen.token
    check_token("listen.web", host, token)
    app = application(ledger, settings, token=token, hosts=hosts(host, port, loopback))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE,
        proxy_headers=False,
        ws="none",
    )
    # Whoever leaves an answer incomplete has said why.
    logging.getLogger("uvicorn.error").addFilter(lambda said: "without completing response" not in said.getMessage())
    collector.calm()
    asyncio.run(_Server(config, app.state.site.live, alive, listening).serve(sockets=[listener]))
    app.state.site.readers.close()


class _Server(uvicorn.Server):
    """uvicorn's, whose end is ours: streams end first, and a signal means an orderly end and not a death."""

    def __init__(self, config: uvicorn.Config, live: Live, alive: int | None, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._live = live
        self._alive = alive
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        self._listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals, and the pipe's end, for as long as requests are answered."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._stop)
        if self._alive is not None:
            loop.add_reader(self._alive, self._orphaned, loop)
        yield

    def _orphaned(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._alive is not None:
            loop.remove_reader(self._alive)
        self._stop()

    def _stop(self) -> None:
        self.force_exit = self.should_exit  # told twice: at once
        self.should_exit = True
        self._live.close()
        exporting.close()
