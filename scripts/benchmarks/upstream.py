"""A local TLS gateway for load: one JSON answer of 2 KB, or a stream of 200 events, as fast as a loop can.

``python -m benchmarks.upstream PEM`` prints its port. A path with ``paced`` streams 20 events a second, each
carrying the monotonic nanosecond at which it left, so that a reader on this machine can tell how long it travelled;
``large`` answers with 50 MB.
"""

import asyncio
import json
import random
import ssl
import sys
import time

USAGE = {"prompt_tokens": 600, "completion_tokens": 250, "total_tokens": 850, "cost": 0.000425}
ANSWER = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "openai/gpt-4o-mini",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "x" * 1750}, "finish_reason": "stop"},
        ],
        "usage": USAGE,
    }
).encode()
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER)
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE = 50_000_000


def event(body: object) -> bytes:
    """One server-sent event as one HTTP chunk."""
    data = b"data: %b\n\n" % (body if isinstance(body, bytes) else json.dumps(body).encode())
    return b"%x\r\n%b\r\n" % (len(data), data)


def delta(text: str) -> dict[str, object]:
    """A chunk of an OpenAI chat stream."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "openai/gpt-4o-mini",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
    }


END = event({**delta(""), "choices": [], "usage": USAGE}) + event(b"[DONE]") + b"0\r\n\r\n"
BURST = [event(delta(f"word {number}")) for number in range(200)]


class Gateway(asyncio.Protocol):
    """One connection: requests with a Content-Length, answered one after the other."""

    def __init__(self) -> None:
        self.waiting = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self.waiting += data
        while True:
            head, found, rest = self.waiting.partition(b"\r\n\r\n")
            if not found:
                return
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
            if len(rest) < length:
                return
            self.waiting = rest[length:]
            self.answer(head.partition(b"\r\n")[0])

    def answer(self, line: bytes) -> None:
        """By the request's path."""
        if b"paced" in line:
            self.pace = asyncio.ensure_future(self.paced())
        elif b"large" in line:
            filler = b'{"choices":[{"message":{"content":"' + b"x" * LARGE + b'"}}],"usage":'
            body = filler + json.dumps(USAGE).encode() + b"}"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            self.transport.write(head % len(body) + body)
        elif b"burst" in line:
            self.transport.write(STREAM_HEAD)
            for piece in BURST:
                self.transport.write(piece)
            self.transport.write(END)
        else:
            self.transport.write(PLAIN)

    async def paced(self) -> None:
        """200 events, 20 a second, each with its time of departure."""
        self.transport.write(STREAM_HEAD)
        await asyncio.sleep(random.random() * 0.05)  # streams do not march in step
        for _ in range(200):
            self.transport.write(event(delta(f"@{time.monotonic_ns()}@")))
            await asyncio.sleep(0.05)
        self.transport.write(END)


async def main(certificate: str) -> None:
    """Serve until killed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(Gateway, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
