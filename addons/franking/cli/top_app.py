"""The screen of ``frank top``: keys in, snapshots drawn. The ledger is read on a thread of its own (``top_feed``)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from franking.cli import top_view
from franking.cli.top_figures import DIMENSIONS, Snapshot

__all__ = ["Source", "Top"]

_PAUSE = 0.5
"""Seconds between two looks at the ledger."""


class Source(Protocol):
    """What gives snapshots; every method is called on one and the same thread."""

    def read(self, dimension: str) -> Snapshot:
        """The ledger now."""

    def close(self) -> None:
        """No more is asked."""


class Top(App[None]):
    """Live spend: the head, today's groups, requests in flight and ended last, the keys."""

    CSS = """
    Screen { background: ansi_default; layout: vertical; }
    #head { height: 1; padding: 0 1; margin-bottom: 1; }
    #groups { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; background: ansi_default; }
    #requests { height: 40%; padding: 1 1 0 1; }
    #keys { height: 1; padding: 0 1; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [  # noqa: RUF012 - textual's own form
        Binding("tab", "switch(1)", priority=True),
        Binding("shift+tab", "switch(-1)", priority=True),
        Binding("escape", "clear", priority=True),
        Binding("ctrl+c", "quit", priority=True),
        Binding("ctrl+q", "quit", priority=True),
    ]

    def __init__(self, source: Callable[[], Source], dimension: str = DIMENSIONS[0]) -> None:
        super().__init__(ansi_color=True)
        self.dimension = dimension
        self.typed = ""
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._make = source
        self._source: Source | None = None
        self._snapshot: Snapshot | None = None
        self._reading = False

    def compose(self) -> ComposeResult:
        """The four parts."""
        yield Static(id="head")
        with VerticalScroll(id="groups"):
            yield Static(id="table")
        yield Static(id="requests")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one("#groups").focus()
        self._draw()
        self.set_interval(_PAUSE, self._look)
        self._look()

    def on_resize(self) -> None:
        """Draw for the new size, once it is known."""
        self.call_after_refresh(self._draw)

    def on_key(self, event: events.Key) -> None:
        """What is typed is what is filtered by."""
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.character and event.is_printable and (self.typed or event.character != " "):
            self.typed += event.character
        else:
            return
        event.stop()
        self._draw()

    def action_switch(self, step: int) -> None:
        """Group by the next."""
        self.dimension = DIMENSIONS[(DIMENSIONS.index(self.dimension) + step) % len(DIMENSIONS)]
        self._draw()
        self._look()

    def action_clear(self) -> None:
        """Forget what was typed."""
        self.typed = ""
        self._draw()

    async def on_unmount(self) -> None:
        """Let go of the ledger, on its own thread."""
        if self._source is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._source.close)
        self._thread.shutdown()

    def _look(self) -> None:
        if not self._reading:
            self._reading = True
            self.run_worker(self._read())

    async def _read(self) -> None:
        try:
            asked = self.dimension
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, asked)
        finally:
            self._reading = False
        if asked != self.dimension:
            self._look()
            return
        self._snapshot = found
        self._draw()

    def _ask(self, dimension: str) -> Snapshot:
        if self._source is None:
            self._source = self._make()
        return self._source.read(dimension)

    def _draw(self) -> None:
        if not self.is_running:
            return
        width = max(10, self.size.width - 2)
        self.query_one("#keys", Static).update(top_view.keys(self.dimension, self.typed, width))
        found = self._snapshot
        if found is None:
            return
        self.query_one("#head", Static).update(top_view.head(found, width))
        if found.today is None or found.today.by == (self.dimension,):
            table = top_view.groups(found, self.dimension, self.typed, width - 1)
            self.query_one("#table", Static).update(table)
        below = self.query_one("#requests", Static)
        below.update(top_view.requests(found, self.typed, width, below.size.height))
