"""The gate: which connections are opened, and which pass as untouched tunnels.

A CONNECT is opened when its host is a gateway's, or when it names a bare IP address and the TLS greeting names a
gateway. Everything else is a tunnel, whatever else happens: the client sees the real certificate, and franking
sees sizes only. A reverse listener is always opened; its target is checked against the gateways at start.
"""

import functools
import ipaddress
from typing import Any

from mitmproxy.addons.next_layer import NextLayer
from mitmproxy.proxy import mode_specs
from mitmproxy.proxy.context import Context

from franking.gateways.registry import Gateways

__all__ = ["Gate", "is_address"]


@functools.lru_cache(256)
def is_address(host: str) -> bool:
    """Is it an IP address rather than a name?"""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Gate(NextLayer):
    """mitmproxy's choice of layers, with our say on what is opened."""

    name = "nextlayer"  # mitmproxy looks it up by this name

    def __init__(self, gateways: Gateways) -> None:
        self._gateways = gateways

    def _ignore_connection(self, context: Context, data_client: bytes, data_server: bytes) -> bool | None:
        if isinstance(context.client.proxy_mode, mode_specs.ReverseMode):
            return False
        if context.server.address is None:
            return False  # a plain-HTTP request to the proxy itself: its host is checked in requestheaders
        host = context.server.address[0]
        if self._gateways.find(host) is not None:
            return False
        if is_address(host):
            hello: Any = self._get_client_hello(context, data_client)
            name = hello.sni if hello else context.client.sni
            return not (name and self._gateways.find(name) is not None)
        return True
