"""What mitmproxy does on each request that a sidecar does not need, taken out by ``apply`` and ``settle``.

Each of these was found in a profile of this proxy under load; together they are about a quarter of its time on a
small request. None changes what goes over the wire; all are written for the pinned mitmproxy, and the wire tests
run with them in place.

- Every Request and Response checks the types of its own fields. mitmproxy's parsers make them; they are right.
- Every read of an option deep-copies its value. Options are set once here, and their values are never changed.
- Every hook looks up its own fields each time it is asked for them, and each is asked whether its class has any.
- Every task is given a name, a time and an address for debugging.
- Every hook is a task of its own, and every piece passes the layers of its CONNECT: see ``handler``.
- Every connection is compared and looked up by a text that is drawn at random for it, and checks what is assigned to
  it. There is one object for each, and nobody moves an open one.
- Every host and address is checked and taken apart each time that it comes by.
- Every piece of a head or a body is a write of its own: see ``corked``. Every chunk is a pass: see ``gathering``.
- Every header that is looked up converts all that are there: see ``headers``.
- Every stream and every connection is left to the garbage collector: see ``letting_go``.
"""

import asyncio
import contextlib
import ctypes
import dataclasses
import functools
import gc
import itertools
from collections.abc import Coroutine
from typing import Any

from mitmproxy import connection, flow, hooks, http, options
from mitmproxy.net import check
from mitmproxy.net.http import url
from mitmproxy.proxy import events, mode_servers, server
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.utils import asyncio_utils, human

from franking.proxy import headers, http1, letting_go
from franking.proxy.corked import Corked
from franking.proxy.gathering import gathering
from franking.proxy.handler import Handler
from franking.proxy.quiet import keep_asking

__all__ = ["apply", "calm_collector", "settle", "stay_collector"]

REMEMBERED = 512
"""Texts whose reading is remembered: addresses and hosts, of which a sidecar sees few."""


def settle(opts: options.Options) -> None:
    """Make every option a plain attribute: from here on they are read, and no more set."""
    opts.__dict__.update({name: getattr(opts, name) for name in opts.keys()})  # noqa: SIM118 - not a mapping


def apply() -> None:
    """Take them out, in this process. ``settle`` does the options, once they are set."""
    _one_heap()
    http.MessageData.__post_init__ = _nothing  # type: ignore[method-assign]
    hooks.Hook.args = _arguments  # type: ignore[assignment, method-assign]
    hooks.Hook.__new__ = _unchecked  # type: ignore[assignment, method-assign]
    events.CommandCompleted.__new__ = _unchecked  # type: ignore[assignment, method-assign]
    human.format_address = functools.lru_cache(REMEMBERED)(human.format_address)
    http.Headers.get = headers.get  # type: ignore[method-assign, assignment]
    http.Headers.get_all = headers.get_all  # type: ignore[method-assign, assignment]
    http.Headers.__contains__ = headers.contains  # type: ignore[method-assign, assignment]
    check.is_valid_host = functools.lru_cache(REMEMBERED)(check.is_valid_host)
    url.is_valid_host = check.is_valid_host  # type: ignore[attr-defined]
    url.parse_authority = functools.lru_cache(REMEMBERED)(url.parse_authority)
    asyncio_utils.create_task = _create_task
    mode_servers.ProxyConnectionHandler = Handler  # type: ignore[misc]
    connection.Connection.__eq__ = object.__eq__  # type: ignore[method-assign]
    connection.Connection.__hash__ = object.__hash__  # type: ignore[method-assign]
    connection.Server.__setattr__ = object.__setattr__  # type: ignore[method-assign]
    connection.uuid = flow.uuid = _Identifiers  # type: ignore[assignment, attr-defined]
    http1.apply()
    letting_go.apply()
    if server.ConnectionIO is not _connection_io:
        server.ConnectionIO = _connection_io  # type: ignore[assignment, misc]
        _http1.make_body_reader = gathering(_http1.make_body_reader)  # type: ignore[assignment]


def stay_collector() -> None:
    """No round of the garbage collector until ``calm_collector``: all that is made meanwhile is being loaded."""
    gc.disable()


def calm_collector() -> None:
    """Take what is loaded by now out of the garbage collector's rounds, and let these be short.

    A full round over everything that is imported, price table included, stops the loop for tens of milliseconds. What
    requests and connections leave is freed without the collector (``letting_go``); so its rounds, which come when that
    much more is alive than before, are few, and the shorter ones stay under a millisecond.
    What loading left behind, some 12 MB, is given back to the system where the C library can.
    """
    gc.freeze()
    gc.set_threshold(1_500, 1, 100)
    gc.enable()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _one_heap() -> None:
    """Let threads share the main heap, where the C library can (glibc).

    One of its own for each of the few threads is memory that is never used up and never given back; they hardly ever
    allocate at once, as they hold the interpreter for it.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


_ARENA_MAX = -8  # M_ARENA_MAX in malloc.h

_ConnectionIO = server.ConnectionIO


def _connection_io(handler: Any = None, reader: Any = None, writer: Any = None) -> server.ConnectionIO:
    """A connection's ends, with writes that leave together; its peer is asked for while it is silent."""
    if writer is not None:
        keep_asking(writer)
    return _ConnectionIO(handler, reader, Corked(writer) if writer is not None else None)  # type: ignore[arg-type]


def _nothing(message: http.MessageData) -> None:
    """In place of the type checks."""


class _Identifiers:
    """In place of the module ``uuid``: names that are one-of-a-kind in this process, which is all they are used for."""

    _numbers = itertools.count(1)

    @classmethod
    def uuid4(cls) -> str:
        """The next."""
        return f"{next(cls._numbers):08x}"


def _unchecked(kind: type[Any], *_arguments: Any, **_named: Any) -> Any:
    """A new object, without asking first whether its class is a dataclass."""
    return object.__new__(kind)


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
