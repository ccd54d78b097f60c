"""Out through the company's proxy (``upstream.proxy``): gateways and tunnels alike, with its credentials."""

import base64
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import ask, curl
from support.sidecar import Sidecar

PASSWORD = "company-canary-8812"


class CompanyProxy:
    """CONNECT only, for those who know the password; every host is the fake gateway. asked: (target, authorization)."""

    def __init__(self, target: int) -> None:
        self.asked: list[tuple[str, str]] = []
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        self.asked.append((lines[0].split()[1], headers.get("proxy-authorization", "")))
        with client, socket.create_connection(("127.0.0.1", self._target)) as upstream:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_copy, args=(upstream, client), daemon=True)
            back.start()
            _copy(client, upstream)
            back.join()

    def close(self) -> None:
        self._listener.close()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture(scope="module")
def company(upstream: FakeGateway) -> Iterator[CompanyProxy]:
    proxy = CompanyProxy(upstream.port)
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def behind(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, company: CompanyProxy
) -> Iterator[Sidecar]:
    folder = tmp_path_factory.mktemp("company")
    config = (
        f'[upstream]\nca_file = "{certificates.ca_file}"\n'
        f'proxy = "http://someone:{PASSWORD}@127.0.0.1:{company.port}"\n'
    )
    running = Sidecar(folder, config, ("--reverse", "https://api.kilo.ai@0"))
    yield running
    assert running.stop() == 0
    kept = [file for file in folder.rglob("*") if file.is_file() and file.name != "config.toml"]
    assert [file for file in kept if PASSWORD.encode() in file.read_bytes()] == []


def test_a_gateway_is_reached_through_it(behind: Sidecar, company: CompanyProxy, gateway: FakeGateway) -> None:
    company.asked.clear()
    watch = behind.watch()
    assert ask(behind).status == 200
    assert watch.row()["status"] == "ok"
    assert company.asked == [("api.kilo.ai:443", f"Basic {base64.b64encode(f'someone:{PASSWORD}'.encode()).decode()}")]
    (received,) = gateway.requests
    assert received.header("proxy-authorization") is None


def test_a_reverse_listener_goes_through_it(behind: Sidecar, company: CompanyProxy, gateway: FakeGateway) -> None:
    company.asked.clear()
    watch = behind.watch()
    port = behind.reverse["https://api.kilo.ai"]
    done = curl(behind, f"http://127.0.0.1:{port}/api/openrouter/chat/completions", "--noproxy", "*", "-d", "{}")
    assert done.returncode == 0, done.stderr
    assert watch.row()["status"] == "ok"
    assert [target for target, _ in company.asked] == ["api.kilo.ai:443"]
    (received,) = gateway.requests
    assert received.header("authorization") is None


def test_a_tunnel_goes_through_it(behind: Sidecar, company: CompanyProxy, certificates: Certificates) -> None:
    company.asked.clear()
    done = curl(behind, "https://elsewhere.example.com/", "--cacert", str(certificates.ca_file))
    assert done.returncode == 60, done.stderr  # the far end's own certificate, which names other hosts
    assert [target for target, _ in company.asked] == ["elsewhere.example.com:443"]


def test_its_password_is_told_nobody(behind: Sidecar, tmp_path: Path) -> None:
    told = behind.run("status", "--json").stdout + behind.run("doctor", "--json").stdout
    assert PASSWORD not in told
