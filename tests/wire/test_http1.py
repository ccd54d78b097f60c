"""What mitmproxy's HTTP/1 leaves out, in bytes: interim answers and trailers go on as they came, both ways."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support.sidecar import Sidecar

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
PROCESSING = b"HTTP/1.1 102 Processing\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Check: 1\r\nX-Sum: a b\r\n\r\n"
GET = b"GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
POST = b"POST http://127.0.0.1:%d/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
BODY = b"2\r\nhi\r\n0\r\nX-Check: 1\r\n\r\n"
ANSWERS = [
    # what the server sends, piece by piece, and what the client sees
    ((HINTS + OK,), HINTS + OK),
    ((HINTS, OK), HINTS + OK),
    ((HINTS[:20], HINTS[20:30], HINTS[30:] + PROCESSING, OK[:5], OK[5:]), HINTS + PROCESSING + OK),
    ((b"HTTP/1.1 100 Continue\r\n\r\n" + OK,), OK),
    ((CHUNKED,), CHUNKED),
    ((CHUNKED[:-30], CHUNKED[-30:-10], CHUNKED[-10:]), CHUNKED),
]


@contextmanager
def server(*pieces: bytes, until: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Takes one request, up to the bytes that end it, and answers it; gives its port and what it took."""
    took: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            asked = b""
            while not asked.endswith(until):
                asked += connection.recv(65_536)
            took.append(asked)
            for piece in pieces:
                connection.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], took
        thread.join(10)


def exchange(sidecar: Sidecar, request: bytes, size: int) -> bytes:
    """As much of the answer; less where it ends before."""
    answer = b""
    with socket.create_connection(("127.0.0.1", sidecar.port), timeout=60) as client:
        client.sendall(request)
        while len(answer) < size and (piece := client.recv(65_536)):
            answer += piece
    return answer


@pytest.mark.parametrize(("sent", "seen"), ANSWERS)
def test_an_answer_s_own_interim_words_and_trailers(sidecar: Sidecar, sent: tuple[bytes, ...], seen: bytes) -> None:
    with server(*sent, until=b"\r\n\r\n") as (port, _):
        assert exchange(sidecar, GET % port, len(seen)) == seen


def test_a_request_s_trailers(sidecar: Sidecar) -> None:
    with server(OK, until=b"X-Check: 1\r\n\r\n") as (port, took):
        assert exchange(sidecar, POST % port + BODY, len(OK)) == OK
    assert took[0].endswith(BODY)
