"""A proxy on loopback that answers for every host with a leaf of our authority: what a runtime is tried against.

It does what the sidecar does with a gateway (CONNECT, then TLS with a leaf and the intermediate), and nothing more: no
upstream, no ledger, so that trying needs no network and leaves no row. For each connection it notes how far it came.
"""

import contextlib
import datetime
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from franking.proxy.issuer import SERVER_AUTH, Issuer, certificate, usage

__all__ = ["served"]

_ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
_SECONDS = 10


@contextlib.contextmanager
def served(issuer: Issuer, host: str) -> Iterator[tuple[str, int]]:
    """The proxy's address, for as long as the block lasts. host: the gateway's, whose leaf is shown."""
    with tempfile.TemporaryDirectory(prefix="franking-") as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        context = _context(issuer, host, Path(folder))
        threading.Thread(target=_accept, args=(listener, context), daemon=True).start()
        try:
            yield "127.0.0.1", listener.getsockname()[1]
        finally:
            # accept() in another thread does not end by close() alone.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _context(issuer: Issuer, host: str, folder: Path) -> ssl.SSLContext:
    """TLS with a leaf for ``host``, whose key stays in a folder of mode 0700 for a moment."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    until = min(now + datetime.timedelta(days=1), issuer.not_after)
    leaf = (
        certificate(x509.Name([]), issuer.intermediate.subject, key.public_key(), issuer.key.public_key(), now, until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(SERVER_AUTH, critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    chain = folder / "leaf.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(secret + leaf.public_bytes(Encoding.PEM) + issuer.intermediate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    chain.unlink()
    return context


def _accept(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(client, context), daemon=True).start()


def _answer(client: socket.socket, context: ssl.SSLContext) -> None:
    """One CONNECT, one handshake, one answer. Whatever the client does wrong is its own affair."""
    with contextlib.suppress(OSError), client:
        client.settimeout(_SECONDS)
        if not _read_head(client).startswith(b"CONNECT "):
            client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(client, server_side=True) as secured:
            _read_head(secured)
            secured.sendall(_ANSWER)


def _read_head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < 65_536:
        piece = client.recv(4096)
        if not piece:
            break
        head += piece
    return head
