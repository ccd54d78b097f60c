"""One client's connection: events through mitmproxy's layers, and what these ask for, done at once.

mitmproxy makes a task of every hook, and has each wait for a lock that the event which called it still holds: two
trips round the loop for every hook, of which a request on a new connection has about twenty. Here a hook whose
listeners do not wait is over when it returns, and its layer goes on in the same turn. What is asked for while an event
is being handled is queued, as the lock did, so that layers are never entered twice.

Once a CONNECT stands, the layers that read it have nothing left to do but to wrap and unwrap every piece; they are
taken out of the way, and the tunnel's own layer is spoken to directly.
"""

import asyncio
import functools
import logging
from collections import deque
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any

from mitmproxy import flow
from mitmproxy.connection import Connection
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.http._hooks import HttpErrorHook
from mitmproxy.proxy.layers.http._http1 import Http1Server
from mitmproxy.proxy.layers.tcp import TCPLayer
from mitmproxy.proxy.server import ConnectionIO

from franking.proxy.corked import Corked
from franking.proxy.endings import FAULT
from franking.proxy.hooks import QuickAddons, kind_and_place
from franking.proxy.letting_go import untie
from franking.proxy.patience import Patient
from franking.proxy.straight import Straight

__all__ = ["Handler"]

_tasks: set["asyncio.Task[Any]"] = set()
"""asyncio keeps no task alive by itself."""


class Handler(Patient):
    """mitmproxy's handler, without its detours. Used inside one event loop."""

    def __init__(self, master: Any, reader: Any, writer: Any, options: Any, mode: Any) -> None:
        super().__init__(master, reader, writer, options, mode)
        self._events: deque[events.Event] = deque()
        self._straight: dict[Connection, Straight] = {}
        self._written: set[Corked] = set()
        self._busy = False
        self._direct = False
        self._over = False
        self._broken = False
        self._under_way = 0

    async def handle_client(self) -> None:
        """From the first byte to the last."""
        await super().handle_client()
        self._over = True
        self._give_back()

    async def handle_connection(self, connection: Connection) -> None:
        """One end of it, as long as it is there. What ended it forgets where that was: it held whoever holds it."""
        reader = self.transports[connection].reader
        if isinstance(reader, asyncio.StreamReader):
            self._straight[connection] = Straight(reader, functools.partial(self._take, connection))
        try:
            await super().handle_connection(connection)
        except asyncio.CancelledError as end:
            raise end.with_traceback(None) from None
        finally:
            if connection in self._straight:
                self._straight.pop(connection).end()
            if isinstance(reader, asyncio.StreamReader) and (fault := reader.exception()) is not None:
                fault.__traceback__ = None

    def _give_back(self) -> None:
        """Drop what OpenSSL holds for both ends, some 100 KB, once no layer will be told anything any more.

        Handler, layers and generators point at one another, and would keep it until the collector's next round.
        """
        if self._over and not self._under_way:
            untie(self.layer.context.layers)

    async def handle_hook(self, hook: commands.StartHook) -> None:
        """A connection's own hooks: tell the listeners, and wait for those that wait."""
        unfinished = self._tell(hook)
        if unfinished is not None:
            await unfinished

    def log(self, message: str, level: int = logging.INFO, exc_info: Any = None) -> None:
        """mitmproxy's own words, of which a sidecar says the grave ones only."""
        if level >= logging.WARNING:
            super().log(message, level, exc_info)

    async def drain_writers(self) -> None:
        """Read on when every peer has taken enough of what was sent."""
        for held in self.transports.values():
            if held.writer is not None and not (isinstance(held.writer, Corked) and held.writer.clear()):
                await super().drain_writers()
                break
        for straight in self._straight.values():
            straight.open = True

    async def server_event(self, event: events.Event) -> None:
        """As ``_handle``."""
        self._handle(event)

    def _handle(self, event: events.Event) -> bool:
        """All that follows from an event, which leaves together at the end; True if every peer has taken all of it."""
        self._events.append(event)
        if self._busy or self._broken:
            return True
        self._busy = True
        try:
            while self._events and not self._broken:
                event = self._events.popleft()
                try:
                    self._perform(self.layer.handle_event(event))
                except Exception as fault:
                    self._break_off(fault)
                if not self._direct:
                    self._leave_connect()
        finally:
            self._busy = False
        taken = True
        while self._written:
            taken = self._written.pop().clear() and taken
        return taken

    def _take(self, connection: Connection, data: bytes) -> bool:
        return self._handle(events.DataReceived(connection, data))

    def _break_off(self, fault: Exception) -> None:
        """A layer has failed, and is in no state to go on: its requests end here, rather than to be waited for."""
        self._broken = True
        # Of the fault itself its kind and place alone: its text may quote what passes by, keys among it.
        self.log(f"one connection is closed: {kind_and_place(fault)} in mitmproxy's layers", logging.ERROR)
        for layer in self.layer.context.layers:
            for stream in list(layer.streams.values()) if isinstance(layer, HttpLayer) else ():
                if (begun := getattr(stream, "flow", None)) is not None:
                    begun.error = flow.Error(FAULT)
                    self._start_hook(HttpErrorHook(begun))
        if (held := self.transports.get(self.client)) is not None and held.handler is not None:
            self.close_connection(self.client)
        elif held is not None and held.writer is not None:
            held.writer.close()

    def _perform(self, asked: Iterable[commands.Command]) -> None:
        transports = self.transports
        for command in asked:
            if isinstance(command, commands.SendData):
                held = transports.get(command.connection)
                if held is not None and held.writer is not None and not held.writer.is_closing():
                    held.writer.write(command.data)
                    if isinstance(held.writer, Corked):
                        self._written.add(held.writer)
            elif isinstance(command, commands.StartHook):
                self._start_hook(command)
            elif isinstance(command, commands.OpenConnection):
                opening = self._go(self.open_connection(command))
                transports.setdefault(command.connection, ConnectionIO()).handler = opening
            elif isinstance(command, commands.CloseConnection):
                if command.connection in transports:
                    half = isinstance(command, commands.CloseTcpConnection) and command.half_close
                    self.close_connection(command.connection, half and self._may_be_half_closed())
            elif isinstance(command, commands.Log):
                self.log(command.message, command.level)
            elif isinstance(command, commands.RequestWakeup):
                self.wakeup_timer.add(self._go(self.wakeup(command)))
            elif not isinstance(command, commands.ConnectionCommand):
                raise RuntimeError(f"Unexpected command: {command}")

    def _may_be_half_closed(self) -> bool:
        """In a CONNECT's tunnel mitmproxy closes both ways at once. So it stays, but for one that is not opened."""
        return not self._direct or isinstance(self.layer.context.layers[-1], TCPLayer)

    def _tell(self, hook: commands.StartHook) -> Awaitable[None] | None:
        addons = self.master.addons
        return addons.tell(hook) if isinstance(addons, QuickAddons) else addons.handle_lifecycle(hook)

    def _start_hook(self, hook: commands.StartHook) -> None:
        unfinished = self._tell(hook)
        if unfinished is not None:
            self._go(self._finish_hook(hook, unfinished))
        elif hook.blocking:
            self._events.append(events.HookCompleted(hook))

    async def _finish_hook(self, hook: commands.StartHook, unfinished: Awaitable[None]) -> None:
        await unfinished
        if hook.blocking:
            await self.server_event(events.HookCompleted(hook))

    def _leave_connect(self) -> None:
        """Take the layers of an HTTP/1 CONNECT out of the way, if there is one that stands."""
        layers = self.layer.context.layers
        if len(layers) != 2 or not isinstance(layers[1], HttpLayer):
            return
        client = layers[1].connections.get(self.client)
        if isinstance(client, Http1Server) and client.state == client.passthrough:
            stream = layers[1].streams.get(client.stream_id)
            if stream is not None and stream.child_layer is not None and not stream._paused:
                self.layer = stream.child_layer
                self._direct = True

    def _go(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        if not task.done():
            _tasks.add(task)
            self._under_way += 1
            task.add_done_callback(self._gone)
        return task

    def _gone(self, task: "asyncio.Task[None]") -> None:
        _tasks.discard(task)
        self._under_way -= 1
        self._give_back()
