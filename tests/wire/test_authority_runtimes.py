"""The authority's promise, held against real clients: it signs for the gateways' hosts, and for nobody else.

A TLS server for each case shows a chain signed with the intermediate's key, as who stole the home folder could make
it. The clients run in the environment that ``frank run`` makes, so this proves its variables, too.
"""

import contextlib
import datetime
import ipaddress
import os
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from franking.cli.environment import variables
from franking.proxy import authority, issuer
from franking.proxy.authority import Authority
from franking.proxy.leaves import Leaves
from support.runtimes import RUNTIMES, verdicts

pytestmark = pytest.mark.xdist_group("runtimes")  # one worker, so that each client starts once

HOSTS = ("gateway.example.com", "*.wild.example.com")
OUTSIDE = "bank.example.org"
WHY = "subtree violation|constraint|not authorized to sign|legacy Common Name"
Chain = tuple[list[x509.Certificate], ec.EllipticCurvePrivateKey]


def ours(held: Authority, host: str) -> Chain:
    """What the proxy shows."""
    entry = Leaves(held).get_cert(host, [x509.DNSName(host)])
    assert isinstance(entry.privatekey, ec.EllipticCurvePrivateKey)
    return [entry.cert.to_cryptography(), held.newest.intermediate], entry.privatekey


def stolen(
    held: Authority,
    names: list[x509.GeneralName],
    subject: str = "thief",
    signer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
    ca: bool = False,
) -> Chain:
    """A certificate for any names, signed with the intermediate's key, or one that it signed."""
    certificate, signing_key = signer or (held.newest.intermediate, held.newest.key)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    builder = issuer.certificate(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]),
        certificate.subject,
        key.public_key(),
        signing_key.public_key(),
        now,
        now + datetime.timedelta(days=5),
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    made = (
        builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer.usage(signs=ca), critical=True)
        .add_extension(issuer.SERVER_AUTH, critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    return [made, certificate], key


def under_a_stolen_authority(held: Authority) -> Chain:
    """The thief makes an authority of his own below the intermediate."""
    (own, intermediate), key = stolen(held, [], "thief's own", ca=True)
    chain, leaf_key = stolen(held, [x509.DNSName(OUTSIDE)], signer=(own, key))
    return [*chain, intermediate], leaf_key


LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
CASES: dict[str, tuple[str, Callable[[Authority], Chain], bool]] = {
    "the gateway": ("gateway.example.com", lambda held: ours(held, "gateway.example.com"), True),
    "under a wildcard": ("a.b.wild.example.com", lambda held: ours(held, "a.b.wild.example.com"), True),
    "another host": (OUTSIDE, lambda held: stolen(held, [x509.DNSName(OUTSIDE)]), False),
    "every host of a top domain": (OUTSIDE, lambda held: stolen(held, [x509.DNSName("*.example.org")]), False),
    "a sibling of the gateway": (
        "other.example.com",
        lambda held: stolen(held, [x509.DNSName("other.example.com")]),
        False,
    ),
    "a name that only ends alike": (
        "evilgateway.example.com",
        lambda held: stolen(held, [x509.DNSName("evilgateway.example.com")]),
        False,
    ),
    "another beside the gateway": (
        OUTSIDE,
        lambda held: stolen(held, [x509.DNSName("gateway.example.com"), x509.DNSName(OUTSIDE)]),
        False,
    ),
    "an address": ("127.0.0.1", lambda held: stolen(held, [LOOPBACK]), False),
    "a name in the subject alone": (OUTSIDE, lambda held: stolen(held, [], OUTSIDE), False),
    "an authority below": (OUTSIDE, under_a_stolen_authority, False),
}


def serve(chain: Chain, folder: Path, name: str, stack: contextlib.ExitStack) -> int:
    """A TLS server with this chain that answers every request; its port."""
    certificates, key = chain
    file = folder / f"{name}.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem + b"".join(entry.public_bytes(Encoding.PEM) for entry in certificates))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def answer(client: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as secure:
            if secure.recv(65_536):
                secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    return listen(answer, stack)


def listen(answer: Callable[[socket.socket], None], stack: contextlib.ExitStack) -> int:
    """Call ``answer`` in a thread for each connection to a free port, until the stack unwinds."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.settimeout(10)
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()

    def end() -> None:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()

    stack.callback(end)
    return int(listener.getsockname()[1])


def tunnel(client: socket.socket) -> None:
    """A proxy to which every host is this machine."""
    with client, contextlib.suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65_536)
        port = int(head.split()[1].rpartition(b":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pour, args=(server, client), daemon=True)
            back.start()
            pour(client, server)
            back.join()


def pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], dict[str, str] | None]]:
    """Runtime → case → verdict; each runtime's client is run once."""
    folder = tmp_path_factory.mktemp("runtimes")
    held = authority.ensure(folder / "ca", HOSTS, environment={})
    seen: dict[str, dict[str, str] | None] = {}
    with contextlib.ExitStack() as stack:
        ports = [serve(make(held), folder, f"server-{nth}", stack) for nth, (_, make, _) in enumerate(CASES.values())]
        addresses = [f"{host}:{port}" for (host, _, _), port in zip(CASES.values(), ports, strict=True)]
        proxy = f"http://project:feature@127.0.0.1:{listen(tunnel, stack)}"
        kept = ("PATH", "HOME", "GOCACHE", "GOPATH", "JAVA_HOME", "SYSTEMROOT")
        base = {name: os.environ[name] for name in kept if name in os.environ}
        environment = base | variables(proxy, held.files, base)

        def of(runtime: str) -> dict[str, str] | None:
            if runtime not in seen:
                lines = verdicts(runtime, folder, environment, addresses)
                seen[runtime] = None if lines is None else dict(zip(CASES, lines, strict=True))
            return seen[runtime]

        yield of


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_runtime_accepts_the_gateways_and_nothing_else(
    outcome: Callable[[str], dict[str, str] | None], runtime: str, case: str
) -> None:
    said = outcome(runtime)
    if said is None:
        pytest.skip(f"{runtime} is not at hand")
    if CASES[case][2]:
        assert said[case] == "accepted"
    else:
        assert re.match(f"refused .*({WHY})", said[case]), said[case]
