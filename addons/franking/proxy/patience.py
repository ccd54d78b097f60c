"""How long a connection waits: for a gateway that is being reached as long as it is told, and in silence for ever.

mitmproxy has it the other way round. It waits for ever for a gateway that takes no connection, or takes it and never
shakes hands; and it watches every connection, to close it after some time of silence (see ``quiet``).
"""

import asyncio
from typing import Any, ClassVar

from mitmproxy.connection import Server
from mitmproxy.proxy import commands, mode_servers
from mitmproxy.proxy.server import LiveConnectionHandler

__all__ = ["Patient"]


class Patient(mode_servers.ProxyConnectionHandler):
    """mitmproxy's handler of a connection, with that changed.

    patience: seconds until a gateway must have been reached and have shaken hands.
    """

    patience: ClassVar[float] = 30.0

    def __init__(self, master: Any, reader: Any, writer: Any, options: Any, mode: Any) -> None:
        self.master = master
        LiveConnectionHandler.__init__(self, reader, writer, options, mode)
        self.timeout_watchdog = _Unwatched()  # type: ignore[assignment]
        self._timers: dict[Server, asyncio.TimerHandle] = {}

    async def open_connection(self, command: commands.OpenConnection) -> None:
        """To a gateway, whose answer is not awaited for longer than ``patience``."""
        self._hurry(asyncio.current_task(), command.connection)  # no name for it here: it holds this frame
        try:
            await super().open_connection(command)
        finally:
            self._timers.pop(command.connection).cancel()

    def _hurry(self, opening: "asyncio.Task[Any] | None", server: Server) -> None:
        assert opening is not None
        self._timers[server] = asyncio.get_running_loop().call_later(self.patience, self._give_up, opening, server)

    def _give_up(self, opening: "asyncio.Task[Any]", server: Server) -> None:
        if server.timestamp_start is None:
            self._hurry(opening, server)  # it waits for its turn, and has not begun: mitmproxy opens five at a time
        elif not server.connected:
            opening.cancel()
        elif server.timestamp_tls_setup is None and server.tls and (writer := self.transports[server].writer):
            writer.close()


class _Unwatched:
    """In place of mitmproxy's watch over silence."""

    async def watch(self) -> None:
        """Not at all."""
