"""A peer that is slow to take holds up the one that sends, and nothing is heaped up in between: both ways."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import CHAT, KILO, ask, opened
from support.sidecar import Sidecar
from support.sidecar import upstream as configured

OTHER = "openrouter.ai"

PIECE = bytes(range(256)) * 256
PIECES = 1_500
HELD = 48 * 1024 * 1024
"""Bytes that may be under way: what four sockets' buffers hold, and far less than all."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"


class Gateway:
    """Answers a GET with all the pieces, a POST once it may take its body. sent, taken: bytes of these so far."""

    def __init__(self, certificates: Certificates) -> None:
        self.sent = self.taken = 0
        self.take = threading.Event()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates.leaf_file)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, name="gateway", daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # it is closed
            while True:
                threading.Thread(target=self._one, args=(self._server.accept()[0],), daemon=True).start()

    def _one(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain, self._context.wrap_socket(plain, server_side=True) as client:
            waiting = b""
            while b"\r\n\r\n" not in waiting:
                waiting += client.recv(1)
            if waiting.startswith(b"GET"):
                client.sendall(HEAD % (len(PIECE) * PIECES))
                for _ in range(PIECES):
                    client.sendall(PIECE)
                    self.sent += len(PIECE)
            else:
                assert self.take.wait(60)
                while self.taken < len(PIECE) * PIECES:
                    self.taken += len(client.recv(65_536))
                client.sendall(HEAD % 2 + b"{}")
            client.recv(1)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@pytest.fixture
def large(certificates: Certificates) -> Iterator[Gateway]:
    running = Gateway(certificates)
    yield running
    running.close()


@pytest.fixture
def sidecar(tmp_path: Path, certificates: Certificates, large: Gateway, upstream: FakeGateway) -> Iterator[Sidecar]:
    """One whose way to ``KILO`` ends at the large gateway."""
    running = Sidecar(tmp_path, configured(certificates.ca_file, {KILO: large.port, OTHER: upstream.port}))
    yield running
    running.stop()


def others(sidecar: Sidecar) -> None:
    """A sidecar that heaps up would have all of it by the time that these are answered."""
    for _ in range(40):
        assert ask(sidecar, OTHER).status == 200


def test_a_client_that_does_not_read_holds_the_gateway_up(sidecar: Sidecar, large: Gateway) -> None:
    with opened(sidecar, method="GET", body=b"", timeout=60) as response:
        others(sidecar)
        assert 0 < large.sent < HELD
        for number in range(PIECES):
            assert response.read(len(PIECE)) == PIECE, number
        assert response.read() == b""


def test_a_gateway_that_does_not_read_holds_the_client_up(sidecar: Sidecar, large: Gateway) -> None:
    given = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given
        for _ in range(PIECES):
            yield PIECE
            given += len(PIECE)

    context = ssl.create_default_context(cafile=str(sidecar.ca_file))
    connection = http.client.HTTPSConnection("127.0.0.1", sidecar.port, context=context, timeout=60)
    connection.set_tunnel(KILO, 443)
    length = {"Content-Length": str(len(PIECE) * PIECES)}
    sending = threading.Thread(target=lambda: connection.request("POST", CHAT, pieces(), length), daemon=True)
    sending.start()
    others(sidecar)
    assert 0 < given < HELD
    assert large.taken == 0
    large.take.set()
    sending.join(60)
    assert connection.getresponse().read() == b"{}"
    assert large.taken == len(PIECE) * PIECES
    connection.close()
