"""The entrance: who connects, what their proxy userinfo says, and whether they may.

On loopback nobody is asked for anything. Off loopback ``listen.token`` is demanded: as the userinfo's ``token``
field from clients of the proxy, as ``X-Franking-Token`` from clients of a reverse listener. The userinfo and the
token stay here: neither header goes upstream.
"""

import hmac

from mitmproxy import connection, http, tls
from mitmproxy.proxy import mode_specs

from franking.attribution import userinfo
from franking.gateways.registry import Gateways
from franking.proxy.callers import Callers
from franking.proxy.refusals import Refusals

__all__ = ["Entrance"]

TOKEN_HEADER = "X-Franking-Token"  # noqa: S105 - a header's name

DISTRUST = ("unknown ca", "bad certificate", "certificate unknown")
"""TLS alerts of a client that does not trust the certificate it was shown."""


class Entrance:
    """The client's side of each connection. token: demanded of everyone; None demands nothing."""

    def __init__(self, callers: Callers, gateways: Gateways, refusals: Refusals, token: str | None = None) -> None:
        self._callers = callers
        self._gateways = gateways
        self._refusals = refusals
        self._token = token

    def client_connected(self, client: connection.Client) -> None:
        """Ask at once who it is: now the caller surely lives."""
        self._callers.connected(client.id, client.peername, client.sockname)

    def client_disconnected(self, client: connection.Client) -> None:
        """Forget what was remembered of it."""
        self._callers.disconnected(client.id)

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Remember the userinfo; accept a gateway's tunnel before the gateway is reached.

        So a gateway that is down, or whose certificate is not trusted, answers the request itself with a 502 that
        says so, and the request has its row.
        """
        if not self._admit(flow):
            flow.response = http.Response.make(
                407, b"franking: this proxy asks for its token\n", {"Proxy-Authenticate": 'Basic realm="franking"'}
            )
        elif self._gateways.find(flow.request.host) and isinstance(flow.client_conn.proxy_mode, mode_specs.RegularMode):
            flow.response = http.Response.make(200, b"", http.Headers())
            flow.response.reason = "Connection established"

    def http_connect_error(self, flow: http.HTTPFlow) -> None:
        """A tunnel that could not be made: say why, in place of mitmproxy's advice on an option that there is not."""
        if flow.response is not None and flow.response.status_code == 502 and flow.server_conn.error:
            flow.response.text = f"{flow.server_conn.error}\n"

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Plain HTTP and reverse listeners: the same, and nothing of it goes on."""
        if not self._admit(flow):
            status = 401 if isinstance(flow.client_conn.proxy_mode, mode_specs.ReverseMode) else 407
            flow.response = http.Response.make(
                status, f"franking: send {TOKEN_HEADER}, or the token in the proxy's URL\n".encode()
            )

    async def tls_failed_client(self, data: tls.TlsData) -> None:
        """A client that does not trust the authority: note which, for ``frank doctor``.

        Only its own alert says so; a client may leave a handshake for any reason.
        """
        error = data.conn.error or ""
        if not any(alert in error for alert in DISTRUST):
            return
        peer = await self._callers.peer(self._callers.connection(data.conn.id))
        self._refusals.note(peer, getattr(data.conn, "sni", None) or "", error)

    def _admit(self, flow: http.HTTPFlow) -> bool:
        known = self._callers.connection(flow.client_conn.id)
        headers = flow.request.headers
        if (authorization := headers.pop("Proxy-Authorization", None)) is not None:
            known.userinfo = userinfo.decode(authorization)
        token = headers.pop(TOKEN_HEADER, None) or known.userinfo.get("token")
        return self._token is None or (token is not None and hmac.compare_digest(token.encode(), self._token.encode()))
