"""Hooks found once, not once a request.

mitmproxy looks for every hook on every addon each time it fires, and fires ``update`` after each. On a request
with four hooks that is the largest cost of an empty addon. This manager keeps, for each hook, the functions that
want it, and leaves ``update`` out where nobody does; order, awaiting and the guard around addons stay as they are.
"""

import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from mitmproxy import flow, hooks
from mitmproxy.addonmanager import AddonManager
from mitmproxy.exceptions import AddonHalt

__all__ = ["QuickAddons", "kind_and_place"]

log = logging.getLogger(__name__)

Hook = Callable[..., Any]


class QuickAddons(AddonManager):
    """An AddonManager that remembers who listens to what. Adding or removing an addon forgets it."""

    def __init__(self, master: Any) -> None:
        super().__init__(master)
        self._listeners: dict[str, tuple[Hook, ...]] = {}
        self._updates: bool | None = None

    def register(self, addon: Any) -> Any:
        """Forget what was found: a further addon may listen."""
        self._listeners.clear()
        self._updates = None
        return super().register(addon)

    def remove(self, addon: Any) -> None:
        """Forget what was found: this addon no longer listens."""
        super().remove(addon)
        self._listeners.clear()
        self._updates = None

    def _of(self, event: hooks.Hook) -> tuple[Hook, ...]:
        found = tuple(function for addon in self.chain for _, function in self._iter_hooks(addon, event))
        self._listeners[event.name] = found
        return found

    async def trigger_event(self, event: hooks.Hook) -> None:
        """Every listener in the chain's order, each awaited; one that fails does not stop the next."""
        await self.handle_lifecycle(event)

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        """The same for a connection's or a flow's hook."""
        unfinished = self.tell(event)
        if unfinished is not None:
            await unfinished

    def tell(self, event: hooks.Hook) -> Awaitable[None] | None:
        """Tell every listener now. What is returned must be awaited: a listener that waits, and those after it."""
        arguments = event.args()
        listeners = self._listeners.get(event.name)
        if listeners is None:
            listeners = self._of(event)
        waiting = _tell(listeners, arguments)
        if self._updates is not False and arguments and isinstance(arguments[0], flow.Flow):
            return self._update(waiting, arguments[0])
        return waiting

    async def _update(self, waiting: Awaitable[None] | None, changed: flow.Flow) -> None:
        """``update`` after a flow's hook, while anybody wants it."""
        if waiting is not None:
            await waiting
        event = hooks.UpdateHook([changed])
        listeners = self._of(event)
        self._updates = bool(listeners)
        waiting = _tell(listeners, event.args())
        if waiting is not None:
            await waiting


def _tell(listeners: Sequence[Hook], arguments: Sequence[Any]) -> Awaitable[None] | None:
    for place, listener in enumerate(listeners):
        try:
            result = listener(*arguments)
        except AddonHalt:
            return None
        except Exception as fault:
            _report(listener, fault)
        else:
            if result is not None and inspect.isawaitable(result):
                return _tell_further(result, listener, listeners[place + 1 :], arguments)
    return None


async def _tell_further(
    result: Awaitable[Any], listener: Hook, further: Sequence[Hook], arguments: Sequence[Any]
) -> None:
    try:
        await result
    except AddonHalt:
        return
    except Exception as fault:
        _report(listener, fault)
    waiting = _tell(further, arguments)
    if waiting is not None:
        await waiting


def _report(listener: Hook, fault: Exception) -> None:
    """One line: the request goes on."""
    name = getattr(listener, "__qualname__", repr(listener))
    log.error("a fault of franking's own in %s, passed over: %s", name, kind_and_place(fault))


def kind_and_place(fault: Exception) -> str:
    """What may be said of a fault: its own text may quote what it was about."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "an unknown place"
    return f"{type(fault).__name__} at {place}"
