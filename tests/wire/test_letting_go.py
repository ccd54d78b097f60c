"""What has ended is freed at once: a sidecar without the garbage collector, and nothing that only this would find."""

import json
import os
import signal
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from websockets.sync.client import connect

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import CHAT, ask, chat, curl, opened, refusing_port
from support.sidecar import Sidecar, child_of
from support.socket_gateway import SocketGateway
from support.waiting import until

CONFIG = """
[upstream]
ca_file = "{ca_file}"
[upstream.resolve]
"api.kilo.ai:443" = "127.0.0.1:{port}"
"openrouter.ai:443" = "127.0.0.1:{refusing}"
"api.openai.com:443" = "127.0.0.1:{sockets}"
"""
COLLECTOR = Path(__file__).parent / "fixtures" / "collector"
OF_CONNECTIONS = ("franking", "mitmproxy", "asyncio", "_asyncio", "h2", "h11", "wsproto", "OpenSSL", "builtins.frame")


@pytest.fixture(scope="module")
def alone(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, upstream: FakeGateway
) -> Iterator[Sidecar]:
    folder = tmp_path_factory.mktemp("alone")
    with refusing_port() as refusing, SocketGateway(certificates) as sockets:
        ports = {"port": upstream.port, "refusing": refusing, "sockets": sockets.port}
        config = CONFIG.format(ca_file=certificates.ca_file, **ports)
        environment = {"PYTHONPATH": str(COLLECTOR), "UNREACHABLE": str(folder)}
        running = Sidecar(folder, config, environment=environment)
        try:
            ask(running)
            yield running
        finally:
            running.stop()


def unreachable(sidecar: Sidecar) -> dict[str, int]:
    """Types and their counts, once no client is connected; of what a connection is made of."""
    proxy = child_of(sidecar)
    told = Path(sidecar.home.parent, str(proxy))
    until(lambda: not _clients(proxy, sidecar.port), "every connection is over")
    told.unlink(missing_ok=True)
    os.kill(proxy, signal.SIGUSR2)
    found: dict[str, int] = json.loads(until(lambda: told.read_bytes() if told.exists() else None, "it tells"))
    return {name: count for name, count in found.items() if name.startswith(OF_CONNECTIONS)}


def _clients(proxy: int, port: int) -> list[object]:
    connected = psutil.Process(proxy).net_connections("tcp")
    return [one for one in connected if one.laddr.port == port and one.status != psutil.CONN_LISTEN]


def left_in_the_middle(sidecar: Sidecar) -> None:
    with opened(sidecar, body=chat(stream=True), scenario="slow") as response:
        response.read(1)


def a_websocket(sidecar: Sidecar) -> None:
    context = ssl.create_default_context(cafile=str(sidecar.ca_file))
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # see test_websocket
    url = "wss://api.openai.com/v1/responses"
    with connect(url, ssl=context, proxy=sidecar.proxy_url, close_timeout=5) as connection:
        connection.send(json.dumps({"type": "response.create", "model": "gpt-4o-mini", "input": "x"}))
        while json.loads(connection.recv(10))["type"] != "response.completed":
            pass


URL = f"https://api.kilo.ai{CHAT}"
KINDS: dict[str, Callable[[Sidecar], object]] = {
    "one request": ask,
    "a stream": lambda sidecar: ask(sidecar, body=chat(stream=True)),
    "three on a connection": lambda sidecar: curl(sidecar, URL, URL, URL, "-d", "{}"),
    "HTTP/2": lambda sidecar: curl(sidecar, URL, URL, "--http2", "-d", "{}"),
    "an error": lambda sidecar: ask(sidecar, scenario="429"),
    "left in the middle": left_in_the_middle,
    "a WebSocket": a_websocket,
    "a gateway that is down": lambda sidecar: ask(sidecar, "openrouter.ai", "/api/v1/chat/completions"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_for_the_collector(alone: Sidecar, gateway: FakeGateway, kind: str) -> None:
    unreachable(alone)
    for _ in range(3):
        KINDS[kind](alone)
    assert unreachable(alone) == {}


def test_nothing_is_left_of_a_tunnel(alone: Sidecar, stranger: FakeGateway) -> None:
    unreachable(alone)
    for _ in range(3):
        assert curl(alone, f"https://localhost:{stranger.port}/", "--insecure", "--noproxy", "").returncode == 0
    assert len(stranger.requests) == 3
    assert unreachable(alone) == {}
