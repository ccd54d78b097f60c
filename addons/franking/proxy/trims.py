"""What mitmproxy does on each request that a sidecar does not need, taken out by ``apply`` and ``settle``.

Each of these was found in a profile of this proxy under load; together they are about a quarter of its time on a
small request. None changes what goes over the wire; all are written for the pinned mitmproxy, and the wire tests
run with them in place.

- Every Request and Response checks the types of its own fields. mitmproxy's parsers make them; they are right.
- Every read of an option deep-copies its value. Options are set once here, and their values are never changed.
- Every hook looks up its own fields each time it is asked for them.
- Every task is given a name, a time and an address for debugging.
- Every hook enters a context manager, and asks afterwards whether its flow was intercepted. Nothing intercepts.
- Every piece of a head or a body is a write of its own: see ``corked``. Every chunk is a pass: see ``gathering``.
"""

import asyncio
import contextlib
import ctypes
import dataclasses
import gc
from collections.abc import Coroutine
from typing import Any

from mitmproxy import hooks, http, options
from mitmproxy.proxy import commands, mode_servers, server
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.utils import asyncio_utils

from franking.proxy.corked import Corked
from franking.proxy.gathering import gathering

__all__ = ["apply", "calm_collector", "settle"]


def settle(opts: options.Options) -> None:
    """Make every option a plain attribute: from here on they are read, and no more set."""
    opts.__dict__.update({name: getattr(opts, name) for name in opts.keys()})  # noqa: SIM118 - not a mapping


def apply() -> None:
    """Take them out, in this process. ``settle`` does the options, once they are set."""
    http.MessageData.__post_init__ = _nothing  # type: ignore[method-assign]
    hooks.Hook.args = _arguments  # type: ignore[assignment, method-assign]
    asyncio_utils.create_task = _create_task
    mode_servers.ProxyConnectionHandler.handle_hook = _handle_hook  # type: ignore[method-assign]
    if server.ConnectionIO is not _connection_io:
        server.ConnectionIO = _connection_io  # type: ignore[assignment, misc]
        _http1.make_body_reader = gathering(_http1.make_body_reader)  # type: ignore[assignment]


def calm_collector() -> None:
    """Take what is loaded by now out of the garbage collector's rounds, and let these be fewer.

    A full round over everything that is imported, price table included, stops the loop for tens of milliseconds.
    What loading left behind, some 12 MB, is given back to the system where the C library can.
    """
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


_ConnectionIO = server.ConnectionIO


def _connection_io(handler: Any = None, reader: Any = None, writer: Any = None) -> server.ConnectionIO:
    """A connection's ends, with writes that leave together."""
    return _ConnectionIO(handler, reader, Corked(writer) if writer is not None else None)  # type: ignore[arg-type]


def _nothing(message: http.MessageData) -> None:
    """In place of the type checks."""


_fields: dict[type[hooks.Hook], tuple[str, ...]] = {}


def _arguments(hook: hooks.Hook) -> list[Any]:
    """A hook's arguments, its fields looked up once for each kind."""
    kind = type(hook)
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(field.name for field in dataclasses.fields(hook))  # type: ignore[arg-type]
    return [getattr(hook, name) for name in names]


_kept: set["asyncio.Task[Any]"] = set()


def _create_task(
    coro: Coroutine[Any, Any, Any], *, name: str, keep_ref: bool, client: tuple[Any, ...] | None = None
) -> "asyncio.Task[Any]":
    """A task, without its debugging notes."""
    task = asyncio.create_task(coro)
    if keep_ref and not task.done():
        _kept.add(task)
        task.add_done_callback(_kept.discard)
    return task


async def _handle_hook(self: mode_servers.ProxyConnectionHandler, hook: commands.StartHook) -> None:
    """The hook's listeners, with the idle watchdog held off meanwhile."""
    watchdog = self.timeout_watchdog
    watchdog.can_timeout.clear()
    watchdog.blocker += 1
    try:
        await self.master.addons.handle_lifecycle(hook)
    finally:
        watchdog.blocker -= 1
        if watchdog.blocker == 0:
            watchdog.register_activity()
            watchdog.can_timeout.set()
