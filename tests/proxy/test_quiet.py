"""A silent connection stays while its peer is there, which the system asks."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from franking.proxy import quiet


class Writer:
    """A StreamWriter, as far as it tells of its connection."""

    def __init__(self, sock: socket.socket | None, peer: Any) -> None:
        self._told = {"socket": sock, "peername": peer}

    def get_extra_info(self, name: str) -> Any:
        return self._told[name]


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    with socket.socket() as made:
        yield made


def asks(sock: socket.socket) -> bool:
    return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))


@pytest.mark.parametrize(
    ("peer", "asked"),
    [
        (("192.0.2.1", 443), True),
        (("2001:db8::1", 443, 0, 0), True),
        (("127.0.0.1", 1), False),
        (("::1", 1, 0, 0), False),
    ],
)
def test_who_is_asked(sock: socket.socket, peer: Any, asked: bool) -> None:
    quiet.keep_asking(Writer(sock, peer))
    assert asks(sock) == asked


def test_what_is_closed_or_no_socket_is_left_alone(sock: socket.socket) -> None:
    quiet.keep_asking(Writer(None, None))
    sock.close()
    quiet.keep_asking(Writer(sock, ("192.0.2.1", 443)))
