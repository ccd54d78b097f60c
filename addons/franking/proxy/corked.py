"""One write to the socket for all that one event sends.

mitmproxy writes a head and a body, or several TLS records, one after the other, and each is a system call that wakes
the peer. What is written is held until all that follows from an event is done, when the handler clears it.
"""

import asyncio
from typing import Any

__all__ = ["Corked"]


class Corked:
    """A StreamWriter whose writes leave together, with ``clear``. Everything else is the writer's own."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Hold the data until it is sent with what else there is."""
        self._held.append(data)

    def _flush(self) -> None:
        if self._held:
            data = self._held[0] if len(self._held) == 1 else b"".join(self._held)
            self._held.clear()
            self._writer.write(data)

    def clear(self) -> bool:
        """Send what is held now; True if all is on its way and the connection stands, so that nothing need wait."""
        self._flush()
        transport = self._writer.transport
        return not transport.is_closing() and transport.get_write_buffer_size() == 0

    async def drain(self) -> None:
        """Wait until the peer has taken enough. Raises what the connection was lost by."""
        self._flush()
        await self._writer.drain()

    def write_eof(self) -> None:
        """Nothing more will be written."""
        self._flush()
        self._writer.write_eof()

    def close(self) -> None:
        """Close once everything is written."""
        self._flush()
        self._writer.close()

    def is_closing(self) -> bool:
        """Is it closed, or about to be?"""
        return self._writer.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """The transport's own."""
        return self._writer.get_extra_info(name, default)
