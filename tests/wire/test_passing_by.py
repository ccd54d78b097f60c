"""What is no gateway's passes by: tunnels are not opened, plain HTTP is not changed, and neither has a row."""

import http.client
import socket
import ssl
from collections.abc import Iterator

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import CANARIES, ask, curl
from support.sidecar import Sidecar, Watch
from support.waiting import until


def test_a_tunnel_shows_the_real_certificate(
    sidecar: Sidecar, stranger: FakeGateway, stranger_certificates: Certificates, ledger: Watch
) -> None:
    trusting = ("--cacert", str(stranger_certificates.ca_file), "--data-binary", "x" * 5000)
    done = curl(sidecar, f"https://localhost:{stranger.port}/v1/chat/completions", *trusting, "--noproxy", "")
    assert done.returncode == 0, done.stderr
    (received,) = stranger.requests
    assert received.body == b"x" * 5000
    assert not [name for name, _ in received.headers if "kilocode" in name.lower()]
    ask(sidecar)
    assert ledger.row()["host"] == "api.kilo.ai"


@pytest.fixture
def tunnel(sidecar: Sidecar) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of one to a server that is no gateway: the client's and the server's."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("127.0.0.1", sidecar.port), timeout=60) as client,
    ):
        server.settimeout(60)
        client.sendall(b"CONNECT localhost:%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % server.getsockname()[1])
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        far, _ = server.accept()
        with far:
            far.settimeout(60)
            yield client, far


def test_a_tunnel_need_not_speak_tls(tunnel: tuple[socket.socket, socket.socket]) -> None:
    client, far = tunnel
    client.sendall(b"\x00\xffhello")
    assert far.recv(100) == b"\x00\xffhello"
    far.sendall(b"\x01bye")
    assert client.recv(100) == b"\x01bye"


def test_an_end_of_a_tunnel_may_have_said_all_and_still_listen(tunnel: tuple[socket.socket, socket.socket]) -> None:
    client, far = tunnel
    client.sendall(b"all I have")
    client.shutdown(socket.SHUT_WR)
    assert far.recv(100) == b"all I have"
    assert far.recv(100) == b"", "it is not told that there is no more"
    far.sendall(b"the answer")
    far.shutdown(socket.SHUT_WR)
    assert client.recv(100) == b"the answer"
    assert client.recv(100) == b""


def test_a_client_that_does_not_trust_the_sidecar_is_noted(
    sidecar: Sidecar, gateway: FakeGateway, stranger_certificates: Certificates
) -> None:
    trusting = {"SSL_CERT_FILE": str(stranger_certificates.ca_file)}
    done = curl(sidecar, "https://api.kilo.ai/api/gateway/chat/completions", environment=trusting)
    assert done.returncode == 60
    assert gateway.requests == ()
    noted = sidecar.home / "refused.json"  # where `frank doctor` reads it
    until(lambda: noted.exists() and '"curl"' in noted.read_text(encoding="utf-8"), "the refusal is noted")


def test_plain_http_elsewhere_passes_unchanged(sidecar: Sidecar, plain: FakeGateway, ledger: Watch) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sidecar.port, timeout=60)
    body = b'{"model": "openai/gpt-4o-mini"}'
    sent = {"X-Odd-Case": "1", "Authorization": f"Bearer {CANARIES['authorization']}", "x-kilocode-feature": "CLI"}
    connection.request("POST", f"http://localhost:{plain.port}/v1/chat/completions?a=b", body, sent)
    response = connection.getresponse()
    assert response.status == 200
    assert response.read()
    connection.close()
    (received,) = plain.requests
    assert (received.path, received.body) == ("/v1/chat/completions?a=b", body)
    assert dict(received.headers).items() >= sent.items()
    assert {name.lower() for name, _ in received.headers} == {"host", "accept-encoding", "content-length"} | {
        name.lower() for name in sent
    }
    ask(sidecar)
    assert ledger.row()["host"] == "api.kilo.ai"


def test_proxy_credentials_stay_here_on_plain_http(sidecar: Sidecar, plain: FakeGateway) -> None:
    done = curl(
        sidecar, f"http://localhost:{plain.port}/", "--noproxy", "",
        "--proxy", f"http://client-a:{CANARIES['proxy-password']}@127.0.0.1:{sidecar.port}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (received,) = plain.requests
    assert received.header("proxy-authorization") is None


def test_the_sidecars_certificate_is_for_the_host_asked_for(sidecar: Sidecar, gateway: FakeGateway) -> None:
    context = ssl.create_default_context(cafile=str(sidecar.ca_file))
    connection = http.client.HTTPSConnection("127.0.0.1", sidecar.port, context=context, timeout=60)
    connection.set_tunnel("api.kilo.ai", 443)
    connection.connect()
    certificate = connection.sock.getpeercert()
    connection.close()
    assert certificate
    assert ("DNS", "api.kilo.ai") in certificate["subjectAltName"]
