"""Addresses: as people write them, whether one is this machine's alone, and how it is reached. Pure."""

import ipaddress
import re

__all__ = ["is_loopback", "reached", "split_address", "url_of"]


def split_address(text: str) -> tuple[str, int]:
    """``127.0.0.1:8787``, ``[::1]:8787`` or ``localhost:0`` as (host, port). Raises ValueError otherwise."""
    match = re.fullmatch(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s:\[\]/@]+)):(?P<port>\d{1,5})", text)
    if not match or int(match["port"]) > 65535:
        raise ValueError("expected HOST:PORT, such as 127.0.0.1:8787")
    return match["v6"] or match["name"], int(match["port"])


def is_loopback(host: str) -> bool:
    """Is an address to listen on reached from this machine alone?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def reached(host: str) -> str:
    """By which address this machine reaches what listens on ``host``: a wildcard by loopback."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def url_of(address: tuple[str, int], userinfo: str = "") -> str:
    """The URL by which a client on this machine reaches what listens on ``address``."""
    host, port = reached(address[0]), address[1]
    return f"http://{userinfo}{'@' if userinfo else ''}{f'[{host}]' if ':' in host else host}:{port}"
