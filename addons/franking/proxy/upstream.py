"""The way out: where to connect instead (``upstream.resolve``), through whom, and what a client is told when it fails.

A redirected connection keeps its name: TLS and Host say what the client asked for. mitmproxy finds an open
connection by its address, so the name is put back as soon as the connection stands.
"""

import base64
import time

from mitmproxy import connection, http, tls
from mitmproxy.net import server_spec
from mitmproxy.proxy import mode_specs, server_hooks

from franking import settings
from franking.settings import split_address

__all__ = ["Upstream"]


class Upstream:
    """The upstream side of each connection, as the configuration's ``upstream`` says."""

    def __init__(self, way: settings.Upstream) -> None:
        self._resolve = {split_address(name): split_address(target) for name, target in way.resolve.items()}
        self._via = server_spec.parse(way.proxy_address, "http") if way.proxy_address else None
        self._authorization = _basic(way.proxy_credentials)
        self._patience = way.connect_timeout
        self._names: dict[str, tuple[str, int]] = {}

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """The company's proxy: a reverse listener's way out, and its credentials for a plain request."""
        mode = flow.client_conn.proxy_mode
        if self._via and isinstance(mode, mode_specs.ReverseMode):
            flow.server_conn.via = self._via
        elif self._authorization and isinstance(mode, mode_specs.UpstreamMode) and flow.request.scheme == "http":
            flow.request.headers["Proxy-Authorization"] = self._authorization

    def http_connect_upstream(self, flow: http.HTTPFlow) -> None:
        """A tunnel through the company's proxy: its credentials."""
        if self._authorization:
            flow.request.headers["Proxy-Authorization"] = self._authorization

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Connect to the address that the configuration names instead."""
        server = data.server
        if server.address is None or server.via:
            return
        if target := self._resolve.get((server.address[0].lower(), server.address[1])):
            self._names[server.id] = server.address
            server.address = target

    def server_connected(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Back to the name."""
        self._restore(data.server)

    def server_connect_error(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Back to the name, and say what could not be reached; the client is shown this text in its 502."""
        server = data.server
        self._restore(server)
        if server.address and server.error and not server.error.startswith("franking"):
            late = self._late(server.timestamp_start)
            why = f"no answer within {self._patience:g} s (upstream.connect_timeout)" if late else server.error
            server.error = f"franking cannot reach {server.address[0]}:{server.address[1]}: {why}"

    def tls_failed_server(self, data: tls.TlsData) -> None:
        """Say whose fault an untrusted certificate or a silent gateway is; the client is shown this text in its 502."""
        server = data.conn
        if not isinstance(server, connection.Server) or not server.error:
            return
        if "verify failed" in server.error:
            server.error = (
                f"franking does not trust the certificate of {server.sni or 'the gateway'}: {server.error}. "
                "If it is your company's or a test's, name its root in upstream.ca_file."
            )
        elif self._late(server.timestamp_start):
            server.error = (
                f"{server.sni or 'the gateway'} took the connection and did not answer the TLS handshake "
                f"within {self._patience:g} s (upstream.connect_timeout)"
            )

    def _late(self, started: float | None) -> bool:
        return started is not None and time.time() - started >= self._patience

    def _restore(self, server: connection.Server) -> None:
        if name := self._names.pop(server.id, None):
            # The class allows no new address while a connection is open; it is the same peer under its name.
            server.__dict__["address"] = name


def _basic(credentials: str | None) -> str | None:
    return credentials and f"Basic {base64.b64encode(credentials.encode()).decode()}"
