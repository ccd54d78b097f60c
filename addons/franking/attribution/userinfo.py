"""The proxy userinfo: whose a connection is, said by who starts the tool, in the proxy's URL.

``http://PROJECT:FEATURE@127.0.0.1:8787``, each part percent-encoded, either may be empty; further fields follow the
feature: ``FEATURE&session=…&user=…``. Clients send it as ``Proxy-Authorization: Basic …``, percent-decoded once
(most) or as it stands (some). So a value is decoded once more here, after the parts are told apart, and ``encode``
writes the characters that part them (``% & = :``) twice encoded, so that they arrive whole.
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import quote, unquote

__all__ = ["FIELDS", "decode", "encode"]

FIELDS = frozenset({"session", "user", "task", "organization", "token"})
"""What may follow project and feature. ``token`` is what ``listen.token`` demands; it is no attribution."""

LONGEST = 8192
_PARTING = str.maketrans({"%": "%25", "&": "%26", "=": "%3D", ":": "%3A"})


def decode(header_value: str) -> Mapping[str, str]:
    """The fields of a ``Proxy-Authorization`` header: ``project``, ``feature`` and ``FIELDS``, the non-empty ones.

    Garbage, another scheme or a longer header than anyone writes is an empty mapping; never raises.
    """
    scheme, _, encoded = header_value.strip().partition(" ")
    if scheme.lower() != "basic" or len(encoded) > LONGEST:
        return {}
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return {}
    try:
        plain = raw.decode()
    except UnicodeDecodeError:
        plain = raw.decode("latin-1")
    project, _, rest = plain.partition(":")
    feature, *further = rest.split("&")
    found = {"project": unquote(project), "feature": unquote(feature)}
    for part in further:
        # A URL library may have encoded the "=" as well.
        name, _, value = (part if "=" in part else unquote(part)).partition("=")
        if name in FIELDS and name not in found:
            found[name] = unquote(value)
    return {name: value for name, value in found.items() if value}


def encode(
    project: str | None = None, feature: str | None = None, session: str | None = None, user: str | None = None
) -> str:
    """The userinfo part of a proxy's URL, to be put before the ``@``; empty where there is nothing to say.

    >>> encode("example-repo", "cli", user="me@example.com")
    'example-repo:cli&user=me%40example.com'
    """
    password = _written(feature)
    for name, value in (("session", session), ("user", user)):
        if value:
            password += f"&{name}={_written(value)}"
    return f"{_written(project)}:{password}" if project or password else ""


def _written(value: str | None) -> str:
    return quote((value or "").translate(_PARTING), safe="", errors="replace")
