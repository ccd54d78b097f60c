"""Hooks found once, not once a request.

mitmproxy looks for every hook on every addon each time it fires, and fires ``update`` after each. On a request
with four hooks that is the largest cost of an empty addon. This manager keeps, for each hook, the functions that
want it, and leaves ``update`` out where nobody does; order, awaiting and the guard around addons stay as they are.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from mitmproxy import flow, hooks
from mitmproxy.addonmanager import AddonManager, safecall
from mitmproxy.exceptions import AddonHalt

__all__ = ["QuickAddons"]

Hook = Callable[..., Any]


class QuickAddons(AddonManager):
    """An AddonManager that remembers who listens to what. Adding or removing an addon forgets it."""

    def __init__(self, master: Any) -> None:
        super().__init__(master)
        self._listeners: dict[str, tuple[Hook, ...]] = {}

    def register(self, addon: Any) -> Any:
        """Forget what was found: a further addon may listen."""
        self._listeners.clear()
        return super().register(addon)

    def remove(self, addon: Any) -> None:
        """Forget what was found: this addon no longer listens."""
        super().remove(addon)
        self._listeners.clear()

    def _of(self, event: hooks.Hook) -> tuple[Hook, ...]:
        found = tuple(function for addon in self.chain for _, function in self._iter_hooks(addon, event))
        self._listeners[event.name] = found
        return found

    async def trigger_event(self, event: hooks.Hook) -> None:
        """Every listener in the chain's order, each awaited; one that fails does not stop the next."""
        await self._tell(event.name, event, event.args())

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        """A connection's or a flow's hook, then ``update`` for a flow, where anybody wants it."""
        arguments = event.args()
        await self._tell(event.name, event, arguments)
        if isinstance(arguments[0], flow.Flow):
            update = hooks.UpdateHook([arguments[0]])
            await self._tell(update.name, update, ([arguments[0]],))

    async def _tell(self, name: str, event: hooks.Hook, arguments: Sequence[Any]) -> None:
        listeners = self._listeners.get(name)
        if listeners is None:
            listeners = self._of(event)
        for listener in listeners:
            try:
                result = listener(*arguments)
                if result is not None and inspect.isawaitable(result):
                    await result
            except AddonHalt:
                return
            except Exception as fault:
                with safecall():  # logs it as mitmproxy does
                    raise fault
