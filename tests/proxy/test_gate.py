"""What is opened, and what passes as a tunnel."""

from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.connection import Client, ConnectionState, Server
from mitmproxy.proxy import mode_specs
from mitmproxy.proxy.context import Context

from franking.gateways.registry import Gateways
from franking.proxy.gate import Gate
from franking.settings import Gateway

GATEWAYS = Gateways([Gateway(name="g", hosts=("api.kilo.ai", "*.example.com"))])


def context(host: str | None, sni: str | None = None, mode: str = "regular") -> Any:
    client = Client(
        peername=("127.0.0.1", 50000),
        sockname=("127.0.0.1", 8787),
        state=ConnectionState.OPEN,
        proxy_mode=mode_specs.ProxyMode.parse(mode),
    )
    client.sni = sni
    made = Context(client, options.Options())
    made.server = Server(address=(host, 443) if host else None)
    return made


@pytest.mark.parametrize(
    ("host", "sni", "tunnel"),
    [
        ("api.kilo.ai", None, False),
        ("API.KILO.AI", None, False),
        ("a.b.example.com", None, False),
        ("example.com", None, True),
        ("api.kilo.ai.evil.com", None, True),
        ("notapi.kilo.ai", None, True),
        ("evil.com", "api.kilo.ai", True),
        ("10.0.0.1", "api.kilo.ai", False),
        ("::1", "api.kilo.ai", False),
        ("10.0.0.1", "evil.com", True),
        ("10.0.0.1", None, True),
        (None, None, False),
    ],
)
def test_gate(host: str | None, sni: str | None, tunnel: bool) -> None:
    assert bool(Gate(GATEWAYS)._ignore_connection(context(host, sni), b"", b"")) is tunnel


def test_a_reverse_listener_is_always_opened() -> None:
    reverse = context("evil.com", mode="reverse:https://evil.com")
    assert not Gate(GATEWAYS)._ignore_connection(reverse, b"", b"")
