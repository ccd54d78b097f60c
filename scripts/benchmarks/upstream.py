"""A local TLS gateway for load: one JSON answer of 2 KB, or a stream of 200 events, as fast as it can.

``python -m benchmarks.upstream PEM`` prints its port. A path with ``paced`` streams 20 events a second on average, each
carrying the monotonic nanosecond at which it left, so that a reader on this machine can tell how long it travelled;
``large`` answers with 50 MB. Blocking sockets, a thread a connection: the least work that Python does for TLS.
"""

import json
import os
import random
import socket
import ssl
import sys
import threading
import time

from benchmarks.load import GIVE_WAY

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


def serve(plain: socket.socket, context: ssl.SSLContext) -> None:
    """One connection: requests with a Content-Length, answered one after the other."""
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        with context.wrap_socket(plain, server_side=True) as client:
            waiting = b""
            while data := client.recv(65536):
                waiting += data
                while (whole := _whole(waiting)) is not None:
                    line, waiting = whole
                    answer(client, line)
    except OSError:
        plain.close()  # it left


def _whole(waiting: bytes) -> tuple[bytes, bytes] | None:
    """The first request's line, and what follows its body; None while it is not all there."""
    head, found, rest = waiting.partition(b"\r\n\r\n")
    at = head.lower().find(b"content-length:")
    length = int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
    return (head.partition(b"\r\n")[0], rest[length:]) if found and len(rest) >= length else None


def answer(client: ssl.SSLSocket, line: bytes) -> None:
    """By the request's path."""
    if b"paced" in line:
        client.sendall(STREAM_HEAD)
        for _ in range(200):
            time.sleep(random.uniform(0.03, 0.07))  # streams do not march in step, and can be told by their times
            client.sendall(event(delta(f"@{time.monotonic_ns()}@")))
        client.sendall(END)
    elif b"large" in line:
        filler = b'{"choices":[{"message":{"content":"' + b"x" * LARGE + b'"}}],"usage":'
        body = filler + json.dumps(USAGE).encode() + b"}"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        client.sendall(head % len(body) + body)
    elif b"burst" in line:
        client.sendall(STREAM_HEAD)
        for piece in BURST:
            client.sendall(piece)
        client.sendall(END)
    else:
        client.sendall(PLAIN)


def main(certificate: str) -> None:
    """Serve until killed."""
    os.nice(GIVE_WAY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            plain, _ = server.accept()
            threading.Thread(target=serve, args=(plain, context), daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1])
