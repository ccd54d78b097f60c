"""An Attribution → the headers to add to a request. Pure, never raises.

What a client sent always stands: a header that it sent, in whatever case, is never added again. A gateway's ``stamp``
names a header for a field (``feature``, ``project``, ``organization``, ``user``, ``session``, ``task``, ``client``,
``editor``, ``machine``), or for a template that takes several: ``tags`` (``project:ID,feature:F``) and ``json`` (one
object). A field that is not known leaves its header, or its part, out.

Values are printable ASCII; anything else is percent-encoded UTF-8, in JSON a ``\\u`` escape. Control characters never
reach a header. Values are cut to 256 characters, and to what the gateway keeps.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from franking.attribution.values import Attribution

__all__ = ["FIELDS", "stamps"]

FIELDS = ("project", "feature", "user", "organization", "session", "task", "client", "editor", "machine")
"""The fields that can be stamped; in a template in this order, so that a gateway that keeps few keeps the first."""

LIMIT = 256


@dataclass(frozen=True, slots=True)
class Keeps:
    """What a gateway keeps of a JSON object.

    entries: how many.  length: characters of a value.  names: field → the key that this gateway gives a meaning.
    """

    entries: int = len(FIELDS)
    length: int = LIMIT
    names: Mapping[str, str] = field(default_factory=dict)


KEEPS = {
    # Five entries, further ones are ignored: developers.cloudflare.com/ai-gateway/observability/custom-metadata
    "cf-aig-metadata": Keeps(entries=5),
    # Strings of at most 128 characters; _user is the user that its analytics know: portkey.ai/docs, "Metadata"
    "x-portkey-metadata": Keeps(length=128, names={"user": "_user"}),
}
ANY = Keeps()


def stamps(
    attribution: Attribution, stamp: Mapping[str, str], headers: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """The headers to add, as (name, value), in the order of the gateway's entry.

    stamp: field or template → header name.  headers: what the client sent.
    """
    if not stamp:
        return ()
    sent = {name.lower() for name, _ in headers}
    added: list[tuple[str, str]] = []
    for key, header in stamp.items():
        name = header.lower()
        if name not in sent and (value := _value(key, name, attribution)):
            sent.add(name)
            added.append((header, value))
    return tuple(added)


def _value(key: str, header: str, attribution: Attribution) -> str:
    if key == "tags":
        return ",".join(f"{name}:{_ascii(said, parting=',')}" for name, said in _known(attribution))
    if key == "json":
        keeps = KEEPS.get(header, ANY)
        known = [(keeps.names.get(name, name), said[: keeps.length]) for name, said in _known(attribution)]
        return json.dumps(dict(known[: keeps.entries]), separators=(",", ":")) if known else ""
    return _ascii(said) if (said := _said(key, attribution)) else ""


def _known(attribution: Attribution) -> list[tuple[str, str]]:
    return [(name, said) for name in FIELDS if (said := _said(name, attribution))]


def _said(name: str, attribution: Attribution) -> str:
    """A field's value, printable; empty where there is none."""
    if name not in FIELDS:
        return ""
    value: str | None = getattr(attribution, name).value
    if value is None and name == "feature" and attribution.feature.source != "client-header":
        # A feature outside the allow-list goes out as it came; the gateway has its own list.
        value = attribution.rejected_feature
    if not value:
        return ""
    if not value.isprintable():
        value = "".join(character for character in value[: LIMIT * 4] if character.isprintable())
    return value.strip()[:LIMIT]


def _ascii(value: str, parting: str = "") -> str:
    """Printable ASCII, the rest percent-encoded, cut between characters at the limit."""
    if value.isascii() and not (parting and parting in value):
        return value
    written, length = [], 0
    for character in value:
        piece = character if character.isascii() and character != parting else quote(character, safe="")
        length += len(piece)
        if length > LIMIT:
            break
        written.append(piece)
    return "".join(written)
