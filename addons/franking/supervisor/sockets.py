"""Binding what the sidecar listens on, with errors that say which key and what to do."""

import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from franking.gateways.registry import Gateways
from franking.settings import Settings, SettingsError, check_token, split_address

__all__ = ["Bound", "bind", "bind_all"]

BACKLOG = 1024
"""Connections that may wait while the proxy starts anew."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The listening sockets: pairs of a proxy mode and its socket, the proxy itself first."""

    modes: list[tuple[str, socket.socket]] = field(default_factory=list)

    @property
    def proxy(self) -> tuple[str, int]:
        """The proxy's address as bound."""
        host, port, *_ = self.modes[0][1].getsockname()
        return host, port

    @property
    def reverse(self) -> dict[str, int]:
        """URL → port of each reverse listener."""
        return {mode.removeprefix("reverse:"): sock.getsockname()[1] for mode, sock in self.modes[1:]}

    def close(self) -> None:
        """No further connections."""
        for _, sock in self.modes:
            sock.close()


def bind_all(settings: Settings) -> Bound:
    """Bind the proxy and every reverse listener. Raises SettingsError, with nothing left bound."""
    host, port = split_address(settings.listen.proxy)
    check_token("listen.proxy", host, settings.listen.token)
    _check_targets(settings)
    forward = f"upstream:{settings.upstream.proxy_address}" if settings.upstream.proxy else "regular"
    bound = Bound()
    try:
        bound.modes.append((forward, bind("listen.proxy", host, port)))
        for entry in settings.listen.reverse:
            url, _, reverse_port = entry.rpartition("@")
            bound.modes.append((f"reverse:{url}", bind("listen.reverse", host, int(reverse_port))))
    except SettingsError:
        bound.close()
        raise
    return bound


def _check_targets(settings: Settings) -> None:
    gateways = Gateways(settings.gateway)
    for entry in settings.listen.reverse:
        host = urlsplit(entry.rpartition("@")[0]).hostname or ""
        if gateways.find(host) is None:
            raise SettingsError(f"listen.reverse: {host} is no gateway; add a [[gateway]] with it under hosts")


def bind(key: str, host: str, port: int) -> socket.socket:
    """A listening socket. key: the configuration's or the option that asked. Raises SettingsError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as fault:
        raise SettingsError(f"{key}: {host} is no address of this machine ({fault.strerror})") from None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as fault:
        sock.close()
        hint = "stop the program that has it, or take another port (0 takes a free one)"
        raise SettingsError(f"{key}: cannot listen on {host}:{port}: {fault.strerror}; {hint}") from None
    return sock
