"""Check: does franking go out as the tools of this machine do? A company's proxy is used where it is configured."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from franking.health.values import Finding
from franking.settings import Settings

__all__ = ["named_proxy", "way_out"]

_VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def way_out(loaded: Settings, environment: Mapping[str, str], own: tuple[str, int] | None) -> Finding:
    """own: where the sidecar listens, which its own shell's variables name."""
    if loaded.upstream.proxy_address:
        return Finding("way out", "ok", f"through {loaded.upstream.proxy_address} (upstream.proxy)")
    if (named := named_proxy(environment, own)) is None:
        return Finding("way out", "ok", "directly")
    says = f"{named[0]} names {named[1]}, but franking goes out directly"
    return Finding("way out", "warn", says, f'where that fails, set upstream.proxy = "{named[1]}"')


def named_proxy(environment: Mapping[str, str], own: tuple[str, int] | None) -> tuple[str, str] | None:
    """The variable that names another proxy than the sidecar, and its URL without credentials; None where none does."""
    for variable in _VARIABLES:
        url = re.sub(r"//[^/]*@", "//", environment.get(variable, "").strip()).rstrip("/")
        try:
            parts = urlsplit(url if "//" in url else f"http://{url}")
            address = parts.hostname, parts.port
        except ValueError:
            continue
        if address[0] and address != own and (own is None or address != ("127.0.0.1", own[1])):
            return variable, parts.geturl()
    return None
