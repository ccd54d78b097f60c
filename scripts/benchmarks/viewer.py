"""``python -m benchmarks.viewer HOST:PORT ADDRESS``: an open page of the dashboard, without a browser.

It listens to ``/live`` and asks for its address again when a change is told, in the rhythm of ``static/franking.js``:
half a second after the last time as long as it has milliseconds of answers to its credit, of which it earns a thirtieth
of the time that passes, and else five seconds after it at the latest. It says when it
is shown first, and goes on until its standard input ends; then it prints how many pages it had, as JSON.
"""

import asyncio
import json
import sys
import time

__all__ = ["Viewer"]

CREDIT = 1.0
SHARE = 30
PAUSE = 0.5
LONGEST = 5.0


class Viewer:
    """One open page."""

    def __init__(self, host: str, address: str) -> None:
        self._host, self._address = host, address
        self._credit, self._last = CREDIT, 0.0
        self._changed = asyncio.Event()
        self.pages, self.seconds = 0, 0.0

    async def listen(self) -> None:
        """Hear of changes until cancelled."""
        reader, writer = await self._asked("/live", "text/event-stream", kept=True)
        try:
            async for line in reader:
                if line.startswith((b"event: hello", b"event: changed")):
                    self._changed.set()
        finally:
            writer.close()

    async def show(self) -> None:
        """Ask again after a change, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            since = time.monotonic() - self._last
            credit = min(CREDIT, self._credit + since / SHARE)
            await asyncio.sleep(max(0.0, PAUSE - since if credit > 0 else min(LONGEST, -SHARE * credit)))
            begun = time.monotonic()
            self._credit = min(CREDIT, self._credit + (begun - self._last) / SHARE)
            reader, writer = await self._asked(self._address, "text/html")
            if b" 200 " not in await reader.readline():
                raise RuntimeError(self._address)
            await reader.read()
            writer.close()
            self._last = time.monotonic()
            self._credit -= self._last - begun
            if not self.pages:
                print("shown", flush=True)
            self.pages += 1
            self.seconds += self._last - begun

    async def _asked(
        self, address: str, kind: str, *, kept: bool = False
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        name, _, port = self._host.partition(":")
        reader, writer = await asyncio.open_connection(name, int(port))
        connection = "keep-alive" if kept else "close"
        writer.write(
            f"GET {address} HTTP/1.1\r\nHost: {self._host}\r\nAccept: {kind}\r\nAccept-Encoding: gzip\r\n"
            f"Connection: {connection}\r\n\r\n".encode()
        )
        return reader, writer


async def main(host: str, address: str) -> None:
    """Watch until standard input ends; then report."""
    viewer = Viewer(host, address)
    tasks = [asyncio.create_task(viewer.listen()), asyncio.create_task(viewer.show())]
    closed = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    await asyncio.wait([closed, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    print(json.dumps({"pages": viewer.pages, "page_ms": round(viewer.seconds * 1000 / max(1, viewer.pages), 1)}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
