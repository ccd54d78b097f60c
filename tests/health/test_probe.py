"""The probe shows a leaf for its one host, and outlives clients that misbehave."""

import socket
import ssl
from pathlib import Path

import pytest

from franking.health import probe
from franking.proxy import authority

HOST = "api.openai.com"


def connect(address: tuple[str, int]) -> socket.socket:
    client = socket.create_connection(address, timeout=5)
    client.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
    assert b" 200 " in client.recv(1024)
    return client


def test_a_client_that_trusts_the_root_gets_an_answer_and_one_that_does_not_breaks_off(tmp_path: Path) -> None:
    held = authority.ensure(tmp_path / "ca", [HOST], environment={})
    with probe.served(held.newest, HOST) as address:
        strange = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError), connect(address) as client:
            strange.wrap_socket(client, server_hostname=HOST)
        with socket.create_connection(address, timeout=5) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert b" 405 " in client.recv(1024)
        socket.create_connection(address, timeout=5).close()
        trusting = ssl.create_default_context(cafile=str(held.files.root))
        with connect(address) as client, trusting.wrap_socket(client, server_hostname=HOST) as secured:
            secured.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert secured.recv(1024).startswith(b"HTTP/1.1 204 ")
    with pytest.raises(OSError, match=r"[Rr]efused"):
        socket.create_connection(address, timeout=5)
