"""TLS towards the client with our own authority, and none of mitmproxy's; and less work for each connection.

mitmproxy's TlsConfig makes an unconstrained authority of its own in its folder; this one is given franking's. It also
reads the leaf, its key and its chain anew for every connection, and lets OpenSSL find the chain anew in every
handshake: here a leaf has one context, made once. Towards the gateway: see ``upstream_tls``.
"""

from collections import OrderedDict
from typing import Any

from mitmproxy import ctx, tls
from mitmproxy.addons.tlsconfig import AppData, TlsConfig, _default_ciphers, alpn_select_callback
from mitmproxy.certs import CertStoreEntry
from mitmproxy.net import tls as net_tls
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import modes
from OpenSSL import SSL

from franking.proxy.upstream_tls import UpstreamTls

__all__ = ["Certificates"]

_STORE_OPTIONS = {"certs", "confdir", "key_size", "cert_passphrase"}

MOST = 256
"""Contexts kept; the least recently used goes first."""


class Certificates(TlsConfig):
    """TlsConfig over a given certificate store."""

    name = "tlsconfig"  # mitmproxy looks it up by this name

    def __init__(self, store: Any) -> None:
        self.certstore = store
        self._contexts: OrderedDict[int, tuple[CertStoreEntry, SSL.Context]] = OrderedDict()
        self._upstream = UpstreamTls()

    def configure(self, updated: Any) -> None:
        """All but the store's options: the store is ours."""
        super().configure(set(updated) - _STORE_OPTIONS)

    def running(self) -> None:
        """Nothing: mitmproxy would make its own store here."""

    def request(self, flow: Any) -> None:
        """Nothing: no revocation list is served under the gateways' names."""

    def get_cert(self, conn_context: Context) -> CertStoreEntry:
        """The leaf for the name that the client asks for and the address it was led to; which count, the store says."""
        client, server = conn_context.client, conn_context.server
        names = [client.sni or client.sockname[0], *([server.address[0]] if server.address else ())]
        entry: CertStoreEntry = self.certstore.get_cert(names[0], names)
        return entry

    def tls_start_client(self, tls_start: tls.TlsData) -> None:
        """A client's handshake, with the leaf for the host that it asks for."""
        if tls_start.ssl_conn is not None or tls_start.is_dtls:
            super().tls_start_client(tls_start)
            return
        tls_start.ssl_conn = SSL.Connection(self._context(self.get_cert(tls_start.context)))
        layers, alpn = tls_start.context.layers, tls_start.conn.alpn
        if len(layers) == 2 and isinstance(layers[0], modes.HttpProxy):
            alpn = b"http/1.1"  # TLS to the proxy itself: mitmproxy takes no CONNECT by HTTP/2
        server_alpn = tls_start.context.server.alpn
        tls_start.ssl_conn.set_app_data(AppData(client_alpn=alpn, server_alpn=server_alpn, http2=ctx.options.http2))
        tls_start.ssl_conn.set_accept_state()

    def tls_start_server(self, tls_start: tls.TlsData) -> None:
        """A gateway's handshake."""
        if tls_start.ssl_conn is not None or tls_start.is_dtls:
            super().tls_start_server(tls_start)
            return
        self._upstream.start(tls_start)

    def tls_established_server(self, data: tls.TlsData) -> None:
        """It is done."""
        self._upstream.established(data)

    def _context(self, entry: CertStoreEntry) -> SSL.Context:
        kept = self._contexts.get(id(entry))
        if kept is None:
            kept = self._contexts[id(entry)] = entry, _made(entry)  # the entry is held, so its id stays its own
            if len(self._contexts) > MOST:
                self._contexts.popitem(last=False)
        self._contexts.move_to_end(id(entry))
        return kept[1]


def _made(entry: CertStoreEntry) -> SSL.Context:
    version = net_tls.Version[ctx.options.tls_version_client_min]
    context = net_tls._create_ssl_context(
        method=net_tls.Method.TLS_SERVER_METHOD,
        min_version=version,
        max_version=net_tls.Version[ctx.options.tls_version_client_max],
        cipher_list=_default_ciphers(version),
        ecdh_curve=net_tls.get_curve(ctx.options.tls_ecdh_curve_client),
    )
    context.set_alpn_select_callback(alpn_select_callback)
    context.set_verify(net_tls.Verify.VERIFY_NONE.value, None)
    context.use_certificate(entry.cert.to_cryptography())
    context.use_privatekey(entry.privatekey)
    for issuer in entry.chain_certs:
        context.add_extra_chain_cert(issuer.to_cryptography())
    return context
