"""JAVA_TOOL_OPTIONS for the proxy and the trust store. Pure.

Java reads no proxy variable and sends no userinfo; its system properties do the rest. The JVM splits the variable at
blanks, heeds quotes, and takes the last of two equal properties.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from franking.trust import PASSWORD

__all__ = ["java_options"]

_STORE = "javax.net.ssl.trustStore"
_OURS = {
    "https.proxyHost",
    "https.proxyPort",
    "http.proxyHost",
    "http.proxyPort",
    "http.nonProxyHosts",
    _STORE,
    f"{_STORE}Type",
    f"{_STORE}Password",
}
_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|[^\s"'])+""")
_LOOPBACK = ("localhost", "127.*", "[::1]")


def java_options(url: str, store: Path, present: str, no_proxy: str) -> str | None:
    """What to set, given what is there; None where the caller has a trust store of its own.

    That store would have to hold our root, and it need not be readable, or not as PKCS #12. Such a Java is left alone:
    it goes round the sidecar, but it works.
    """
    words = _WORD.findall(present)
    said = dict(pair for word in words if (pair := _property(word)))
    if said.get(_STORE, str(store)) != str(store):
        return None
    proxy = urlsplit(url)
    around = [*_LOOPBACK, *said.get("http.nonProxyHosts", "").split("|"), *_patterns(no_proxy)]
    values = {
        "https.proxyHost": proxy.hostname or "",
        "https.proxyPort": str(proxy.port),
        "http.proxyHost": proxy.hostname or "",
        "http.proxyPort": str(proxy.port),
        "http.nonProxyHosts": "|".join(dict.fromkeys(entry for entry in around if entry)),
        _STORE: str(store),
        f"{_STORE}Type": "PKCS12",
        f"{_STORE}Password": PASSWORD,
    }
    kept = [word for word in words if not ((pair := _property(word)) and pair[0] in _OURS)]
    return " ".join([*kept, *(f"-D{name}={_quoted(value)}" for name, value in values.items())])


def _property(word: str) -> tuple[str, str] | None:
    bare = re.sub(r""""([^"]*)"|'([^']*)'""", lambda part: part[1] or part[2] or "", word)
    name, equals, value = bare.removeprefix("-D").partition("=")
    return (name, value) if bare.startswith("-D") and equals else None


def _quoted(value: str) -> str:
    if not re.search(r"[\s\"']", value):
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


def _patterns(no_proxy: str) -> list[str]:
    """NO_PROXY as Java writes it: a domain stands for itself and all names under it. Networks cannot be said."""
    found: list[str] = []
    for entry in no_proxy.split(","):
        name = entry.strip().lstrip(".").removeprefix("*.")
        if name == "*":
            found.append("*")
        elif name and re.fullmatch(r"[A-Za-z0-9_.-]+", name) and name not in {"localhost", "127.0.0.1"}:
            found += [name] if re.fullmatch(r"[\d.]+", name) else [name, f"*.{name}"]
    return found
