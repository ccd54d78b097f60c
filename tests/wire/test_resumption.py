"""Handshakes with a gateway that go on from an earlier one, and those that must not: real TLS on both sides."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from support.clients import ask
from support.sidecar import Sidecar, upstream
from support.waiting import until

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
OLD, NEW = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3

Asked = Callable[..., tuple[int, bool | None]]


class Gateway:
    """Answers one request a connection. context: of the next connection.

    resumed: of each connection that has ended, whether its handshake went on from an earlier one; None if it failed.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self.resumed: list[bool | None] = []
        self.context = context
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="gateway", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # it is closed
            while True:
                self.resumed.append(self._one(self._server.accept()[0]))

    def _one(self, plain: socket.socket) -> bool | None:
        plain.settimeout(10)
        resumed = None
        with contextlib.suppress(OSError), plain, self.context.wrap_socket(plain, server_side=True) as client:
            resumed = client.session_reused
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(65536)
            client.sendall(ANSWER)
            while client.recv(65536):
                pass
        return resumed

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(20)


def serving(certificates: Certificates, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.leaf_file)
    context.maximum_version = newest
    return context


@pytest.fixture(params=[OLD, NEW], ids=["1.2", "1.3"])
def gateway(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[Gateway]:
    running = Gateway(serving(certificates, request.param))
    yield running
    running.close()


@pytest.fixture
def asked(tmp_path: Path, certificates: Certificates, gateway: Gateway) -> Iterator[Asked]:
    """One request on a connection of its own: the status that the client saw, and what became of the handshake."""
    ports = dict.fromkeys(("api.kilo.ai", "openrouter.ai"), gateway.port)
    sidecar = Sidecar(tmp_path, upstream(certificates.ca_file, ports))

    def one(host: str = "api.kilo.ai") -> tuple[int, bool | None]:
        before = len(gateway.resumed)
        status = ask(sidecar, host=host).status
        return status, until(lambda: gateway.resumed[before:] or None, "the connection is over")[0]

    yield one
    sidecar.stop()


def going_on(asked: Asked) -> None:
    """The first is a full one. A ticket is there a moment after the connection that brought it is over."""
    assert asked() == (200, False)
    until(lambda: asked() == (200, True), "one goes on from an earlier one")


def test_a_later_connection_goes_on_from_an_earlier_one(asked: Asked) -> None:
    going_on(asked)
    until(lambda: asked() == (200, True), "and one from that")


def test_a_name_does_not_go_on_from_another_at_the_same_address(asked: Asked) -> None:
    going_on(asked)
    assert asked("openrouter.ai") == (200, False)


def test_a_gateway_that_became_a_stranger_is_not_trusted_for_its_past(
    asked: Asked, gateway: Gateway, stranger_certificates: Certificates
) -> None:
    going_on(asked)
    gateway.context = serving(stranger_certificates, NEW)
    assert asked() == (502, None)


def test_a_gateway_that_forgot_its_tickets_is_spoken_to_in_full(
    asked: Asked, gateway: Gateway, certificates: Certificates
) -> None:
    going_on(asked)
    gateway.context = serving(certificates, NEW)
    assert asked() == (200, False)
    until(lambda: asked() == (200, True), "one goes on from an earlier one")
