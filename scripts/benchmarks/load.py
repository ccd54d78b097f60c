"""The load: clients that CONNECT through a proxy, do TLS, and send chats.

``python -m benchmarks.load PROXY_PORT HOST:PORT KIND CONNECTIONS SECONDS`` prints one JSON object. It runs as a
process of its own, in a directory of its own, so that it is a caller like any other; on blocking sockets, a thread a
connection, which costs a machine of two cores least. It gives way to the proxy, as the upstream does: else each of its
threads that wakes takes the proxy's core from it, and it is the scheduler that is measured.
"""

import json
import os
import re
import socket
import ssl
import sys
import threading
import time
from typing import Any

BODY = json.dumps(
    {"model": "openai/gpt-4o-mini", "stream": False, "messages": [{"role": "user", "content": "y" * 2400}]}
).encode()
PATHS = {"plain": "chat/completions", "burst": "burst/chat/completions", "paced": "paced/chat/completions"}
PATHS |= {"large": "large/chat/completions", "other": "models"}
GIVE_WAY = 10
"""How nice (setpriority(2)) the load and the upstream are, whichever proxy is between them."""

LEFT = re.compile(rb"@(\d+)@")


class Client:
    """One connection through the proxy."""

    def __init__(self, proxy: int, target: str, kind: str) -> None:
        self.proxy = proxy
        self.target = target
        self.paced = kind == "paced"
        head = f"POST /api/v1/{PATHS[kind]} HTTP/1.1\r\nHost: {target}\r\nContent-Type: application/json\r\n"
        self.request = f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
        self.socket: ssl.SSLSocket

    def connect(self, context: ssl.SSLContext) -> None:
        """CONNECT, then TLS; without a proxy (port 0) TLS alone."""
        host, _, port = self.target.partition(":")
        plain = socket.create_connection(("127.0.0.1", self.proxy or int(port)))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.proxy:
            plain.sendall(f"CONNECT {self.target} HTTP/1.1\r\nHost: {self.target}\r\n\r\n".encode())
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                answer += plain.recv(1024) or b"cut off\r\n\r\n"
            if b" 200 " not in answer:
                raise RuntimeError(answer)
        self.socket = context.wrap_socket(plain, server_hostname=host)

    def exchange(self) -> list[int]:
        """One request; the nanoseconds that each paced event travelled."""
        self.socket.sendall(self.request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, rest = data.partition(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(head)
        if found := re.search(rb"content-length: *(\d+)", head, re.IGNORECASE):
            left = int(found[1]) - len(rest)
            while left:
                left -= len(self._more())
            return []
        travelled: list[int] = []
        while not rest.endswith(b"0\r\n\r\n"):
            data = self._more()
            if self.paced:
                arrived = time.monotonic_ns()
                travelled.extend(arrived - int(left) for left in LEFT.findall(data))
            rest = (rest + data)[-5:]
        return travelled[40:]  # not the first two seconds, in which a hundred connections are made

    def close(self) -> None:
        """Drop the connection."""
        self.socket.close()

    def _more(self) -> bytes:
        data = self.socket.recv(65536)
        if not data:
            raise RuntimeError("cut off")
        return data


def worker(client: Client, context: ssl.SSLContext, until: float, fresh: bool, out: dict[str, Any]) -> None:
    """Requests one after the other; fresh: each on a new connection."""
    if not fresh:
        client.connect(context)
    if not fresh and not client.paced:
        client.exchange()
    while time.monotonic() < until:
        begun = time.perf_counter_ns()
        if fresh:
            client.connect(context)
        out["travelled"].extend(client.exchange())
        out["took"].append(time.perf_counter_ns() - begun)
        if fresh:
            client.close()
    client.close()


def share(values: list[int], part: float) -> float | None:
    """A percentile, in milliseconds."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * part))] / 1e6, 3) if values else None


def main(proxy: str, target: str, kind: str, connections: str, seconds: str) -> None:
    """Run and report. A kind ending in ``-new`` opens a connection for each request."""
    os.nice(GIVE_WAY)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    kind, _, new = kind.partition("-")
    out: dict[str, Any] = {"took": [], "travelled": []}
    begun = time.monotonic()
    until = begun + float(seconds)
    clients = [Client(int(proxy), target, kind) for _ in range(int(connections))]
    words = [(client, context, until, bool(new), out) for client in clients]
    threads = [threading.Thread(target=worker, args=each) for each in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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
    main(*sys.argv[1:6])
