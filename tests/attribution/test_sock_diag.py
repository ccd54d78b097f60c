"""The kernel's answer on a socket with two ends. Linux only."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

if sys.platform != "linux":
    pytest.skip("SOCK_DIAG is Linux's", allow_module_level=True)

from franking.attribution.sock_diag import ask, plain


@pytest.fixture(params=[(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")], ids=["IPv4", "IPv6"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A connection: the client's end and the server's."""
    family, host = request.param
    with closing(socket.socket(family)) as listener:
        listener.bind((host, 0))
        listener.listen()
        with closing(socket.create_connection(listener.getsockname()[:2])) as client:
            server, _ = listener.accept()
            with closing(server):
                yield client, server


def test_each_end_is_its_own(ends: tuple[socket.socket, socket.socket]) -> None:
    client, server = ends
    for near, far in ((client, server), (server, client)):
        owner = ask(near.getsockname()[:2], far.getsockname()[:2])
        assert owner is not None
        assert (owner.inode, owner.uid) == (os.fstat(near.fileno()).st_ino, os.getuid())


def test_an_ipv4_address_in_ipv6_is_the_same() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        with closing(socket.create_connection(("127.0.0.1", port))) as client:
            near = client.getsockname()[1]
            assert ask(("::ffff:127.0.0.1", near), ("127.0.0.1", port)) == ask(("127.0.0.1", near), ("127.0.0.1", port))


def test_a_listener_is_not_its_connection() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        assert ask(listener.getsockname(), ("127.0.0.1", 1)) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", ("127.0.0.1", socket.AF_INET)),
        ("::1", ("::1", socket.AF_INET6)),
        ("::ffff:10.0.0.1", ("10.0.0.1", socket.AF_INET)),
        ("fe80::1%eth0", ("fe80::1", socket.AF_INET6)),
        ("0:0:0:0:0:0:0:1", ("::1", socket.AF_INET6)),
    ],
)
def test_plain_addresses(host: str, expected: tuple[str, int]) -> None:
    assert plain(host) == expected


@pytest.mark.parametrize(("near", "far"), [("localhost", "127.0.0.1"), ("127.0.0.1", "::1"), ("", "")])
def test_what_are_no_two_ends(near: str, far: str) -> None:
    with pytest.raises(ValueError, match=r"address|famil"):
        ask((near, 1), (far, 2))
