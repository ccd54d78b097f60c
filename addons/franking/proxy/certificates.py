"""TLS towards the client with our own authority, and none of mitmproxy's.

mitmproxy's TlsConfig makes an unconstrained authority of its own in its folder; this one is given franking's.
"""

from typing import Any

from mitmproxy.addons.tlsconfig import TlsConfig

__all__ = ["Certificates"]

_STORE_OPTIONS = {"certs", "confdir", "key_size", "cert_passphrase"}


class Certificates(TlsConfig):
    """TlsConfig over a given certificate store."""

    name = "tlsconfig"  # mitmproxy looks it up by this name

    def __init__(self, store: Any) -> None:
        self.certstore = store

    def configure(self, updated: Any) -> None:
        """All but the store's options: the store is ours."""
        super().configure(set(updated) - _STORE_OPTIONS)

    def running(self) -> None:
        """Nothing: mitmproxy would make its own store here."""

    def request(self, flow: Any) -> None:
        """Nothing: no revocation list is served under the gateways' names."""
