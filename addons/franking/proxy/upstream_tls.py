"""TLS towards a gateway: its certificates are checked, and a handshake that was goes on where the last one ended.

A full handshake costs this side a quarter of a millisecond for the certificates alone. A gateway hands out tickets by
which the next connection goes without (RFC 8446, section 2.2); mitmproxy takes none. Each ticket is used once, so that
nobody on the way can tell by it which connections are one sidecar's; an hour after the certificates were checked the
next handshake is a full one, however many have gone on from it.
"""

import functools
import ipaddress
import time
from collections import OrderedDict, deque
from typing import Any

from mitmproxy import connection, ctx, tls
from mitmproxy.addons.tlsconfig import DEFAULT_HOSTFLAGS, _default_ciphers
from mitmproxy.net import tls as net_tls
from OpenSSL import SSL

__all__ = ["GatewayConnection", "Tickets", "UpstreamTls"]

HOUR = 3600.0
"""Seconds for which certificates that were checked count as checked."""

EACH, MOST = 8, 64
"""Tickets kept for a gateway, and gateways that have some; the oldest go first."""


class Tickets:
    """What gateways have handed out, by address and name, with the moment when the certificates were checked."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, deque[tuple[SSL.Session, float]]] = OrderedDict()

    def put(self, whose: object, session: SSL.Session, checked: float) -> None:
        """Keep one. checked: as ``time.monotonic``."""
        self._kept.setdefault(whose, deque(maxlen=EACH)).append((session, checked))
        self._kept.move_to_end(whose)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def take(self, whose: object) -> tuple[SSL.Session, float] | None:
        """The newest that still counts, which is no more kept."""
        kept = self._kept.get(whose)
        while kept:
            session, checked = kept.pop()
            if time.monotonic() - checked < HOUR:
                return session, checked
        return None


class GatewayConnection(SSL.Connection):
    """A connection to a gateway, which leaves its ticket behind when nobody holds it any more."""

    _checked: float | None = None
    _offered: float | None = None

    def go_on(self, tickets: Tickets, whose: object) -> None:
        """Go on from a ticket, if there is one; and put this connection's own there in the end."""
        self._tickets, self._whose = tickets, whose
        if (kept := tickets.take(whose)) is not None:
            session, self._offered = kept
            self.set_session(session)

    def stands(self) -> None:
        """The handshake is done, and with it, unless it went on from another, the certificates are checked."""
        went_on = SSL._lib.SSL_session_reused(self._ssl)  # type: ignore[attr-defined]
        self._checked = self._offered if went_on else time.monotonic()

    def get_peer_cert_chain(self, *, as_cryptography: bool = False) -> Any:
        """None: OpenSSL has checked it, and what else it says is read by nobody."""

    def __del__(self) -> None:
        # Not sooner, as with the first answer: OpenSSL condemns the ticket of a connection that it frees, unless that
        # was shut down, which no layer that still holds it must be told.
        if self._checked is not None and (session := self.get_session()) is not None:
            self.set_shutdown(SSL.SENT_SHUTDOWN)
            self._tickets.put(self._whose, session, self._checked)


class UpstreamTls:
    """Begins the handshakes with gateways. The options are those of the first."""

    def __init__(self) -> None:
        self._tickets = Tickets()
        self._context: SSL.Context | None = None

    def start(self, tls_start: tls.TlsData) -> None:
        """As mitmproxy's own, for a sidecar, which shows no certificate of its own and trusts none unchecked."""
        server = tls_start.conn
        assert isinstance(server, connection.Server)
        assert server.address
        asked = tls_start.context.client
        server.sni = server.sni or asked.sni or server.address[0]
        if not server.alpn_offers:  # the gateway is spoken to as the client speaks to us
            server.alpn_offers = [name for name in asked.alpn_offers or () if ctx.options.http2 or name != b"h2"]
        self._context = self._context or _made()
        gateway = tls_start.ssl_conn = GatewayConnection(self._context)
        _expect(gateway, server.sni)
        if server.alpn_offers:
            gateway.set_alpn_protos(list(server.alpn_offers))
        gateway.go_on(self._tickets, (server.address, server.sni))
        gateway.set_connect_state()

    def established(self, data: tls.TlsData) -> None:
        """The handshake is done."""
        if isinstance(data.ssl_conn, GatewayConnection):
            data.ssl_conn.stands()


def _expect(gateway: SSL.Connection, name: str) -> None:
    """Ask for this name, and take no certificate that is not for it."""
    lib: Any = SSL._lib  # type: ignore[attr-defined]
    parameters = lib.SSL_get0_param(gateway._ssl)
    lib.X509_VERIFY_PARAM_set_hostflags(parameters, DEFAULT_HOSTFLAGS)
    raw, is_address = _encoded(name)
    if is_address:  # which RFC 6066 keeps out of what is asked for
        taken = lib.X509_VERIFY_PARAM_set1_ip(parameters, raw, len(raw))
    else:
        gateway.set_tlsext_host_name(raw)
        taken = lib.X509_VERIFY_PARAM_set1_host(parameters, raw, len(raw))
    if taken != 1:
        raise ValueError(f"OpenSSL does not take {name!r} for a host")


@functools.lru_cache(512)
def _encoded(name: str) -> tuple[bytes, bool]:
    try:
        return ipaddress.ip_address(name).packed, True
    except ValueError:
        return name.encode("idna"), False


def _made() -> SSL.Context:
    version = net_tls.Version[ctx.options.tls_version_server_min]
    return net_tls.create_proxy_server_context(
        method=net_tls.Method.TLS_CLIENT_METHOD,
        min_version=version,
        max_version=net_tls.Version[ctx.options.tls_version_server_max],
        cipher_list=_default_ciphers(version),
        ecdh_curve=net_tls.get_curve(ctx.options.tls_ecdh_curve_server),
        verify=net_tls.Verify.VERIFY_PEER,
        ca_path=ctx.options.ssl_verify_upstream_trusted_confdir,
        ca_pemfile=ctx.options.ssl_verify_upstream_trusted_ca,
        client_cert=None,
        legacy_server_connect=False,
    )
