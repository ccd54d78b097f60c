"""The load: clients that CONNECT through a proxy, do TLS, and send chats.

``python -m benchmarks.load PROXY_PORT HOST:PORT KIND CONNECTIONS SECONDS`` prints one JSON object. It runs as a
process of its own, in a directory of its own, so that it is a caller like any other.
"""

import asyncio
import json
import re
import ssl
import sys
import time
from typing import Any

BODY = json.dumps(
    {"model": "openai/gpt-4o-mini", "stream": False, "messages": [{"role": "user", "content": "y" * 2400}]}
).encode()
PATHS = {"plain": "chat/completions", "burst": "burst/chat/completions", "paced": "paced/chat/completions"}
PATHS |= {"large": "large/chat/completions", "other": "models"}
LEFT = re.compile(rb"@(\d+)@")


class Client:
    """One connection through the proxy."""

    def __init__(self, proxy: int, target: str, kind: str) -> None:
        self.proxy = proxy
        self.target = target
        self.paced = kind == "paced"
        head = f"POST /api/v1/{PATHS[kind]} HTTP/1.1\r\nHost: {target}\r\nContent-Type: application/json\r\n"
        self.request = f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def connect(self, context: ssl.SSLContext) -> None:
        """CONNECT, then TLS; without a proxy (port 0) TLS alone."""
        if not self.proxy:
            host, _, port = self.target.partition(":")
            self.reader, self.writer = await asyncio.open_connection(host, int(port), ssl=context)
            return
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.proxy)
        self.writer.write(f"CONNECT {self.target} HTTP/1.1\r\nHost: {self.target}\r\n\r\n".encode())
        answer = await self.reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in answer:
            raise RuntimeError(answer)
        await self.writer.start_tls(context, server_hostname=self.target.partition(":")[0])

    async def exchange(self) -> list[int]:
        """One request; the nanoseconds that each paced event travelled."""
        self.writer.write(self.request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(head)
        found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if found:
            left = int(found[1])
            while left:
                left -= len(await self.reader.read(min(left, 1 << 20)))
            return []
        travelled: list[int] = []
        tail = b""
        while not tail.endswith(b"0\r\n\r\n"):
            data = await self.reader.read(65536)
            arrived = time.monotonic_ns()
            if not data:
                raise RuntimeError("cut off")
            travelled.extend(arrived - int(left) for left in LEFT.findall(data))
            tail = (tail + data)[-5:]
        return travelled[40:]  # not the first two seconds, in which a hundred connections are made

    def close(self) -> None:
        """Drop the connection."""
        self.writer.transport.abort()


async def worker(client: Client, context: ssl.SSLContext, until: float, fresh: bool, out: dict[str, Any]) -> None:
    """Requests one after the other; fresh: each on a new connection."""
    if not fresh:
        await client.connect(context)
    if not fresh and not client.paced:
        await client.exchange()
    while time.monotonic() < until:
        begun = time.perf_counter_ns()
        if fresh:
            await client.connect(context)
        out["travelled"].extend(await client.exchange())
        out["took"].append(time.perf_counter_ns() - begun)
        if fresh:
            client.close()
    client.close()


def share(values: list[int], part: float) -> float | None:
    """A percentile, in milliseconds."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * part))] / 1e6, 3) if values else None


async def main(proxy: str, target: str, kind: str, connections: str, seconds: str) -> None:
    """Run and report. A kind ending in ``-new`` opens a connection for each request."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    kind, _, new = kind.partition("-")
    out: dict[str, Any] = {"took": [], "travelled": []}
    begun = time.monotonic()
    until = begun + float(seconds)
    clients = [Client(int(proxy), target, kind) for _ in range(int(connections))]
    await asyncio.gather(*(worker(client, context, until, bool(new), out) for client in clients))
    took = out["took"]
    result = {
        "requests": len(took),
        "per_second": round(len(took) / (time.monotonic() - begun), 1),
        "p50_ms": share(took, 0.5),
        "p99_ms": share(took, 0.99),
    }
    if out["travelled"]:
        result |= {"event_p50_ms": share(out["travelled"], 0.5), "event_p99_ms": share(out["travelled"], 0.99)}
    print(json.dumps(result))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:6]))
