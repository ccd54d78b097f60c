"""``stream_options.include_usage`` for a streamed OpenAI chat that did not ask for it. Pure; nothing raises.

The words are spliced into the JSON's text, and every other byte stays as the client wrote it. Where anything is odd
(no JSON, a body that is too long, options of another kind, an encoding that is not known), nothing is changed.
"""

import re
from typing import Any

from franking.metering.decoding import Decoder
from franking.metering.encoding import Encoder
from franking.metering.parts import Parts, load, split

__all__ = ["LONGEST", "asking", "spliced"]

LONGEST = 4 * 1024 * 1024
"""Bytes of a body that is looked at, as sent and decoded."""

_WORDS = b'"include_usage":true'
_KEY = b'"stream_options"'
_VALUE = re.compile(rb"\s*:\s*")
_ASKS_NOT = re.compile(rb'("include_usage"\s*:\s*)(?:false|null)')


def asking(body: bytes, content_encoding: str = "") -> bytes | None:
    """The body that asks, encoded as it was; None where it is to go on unchanged. Takes milliseconds a megabyte."""
    decoder = Decoder(content_encoding)
    if decoder.plain:
        return spliced(body)
    plain = bytearray()
    for piece in decoder.feed(body):
        plain += piece
        if len(plain) > LONGEST:
            return None
    if decoder.fault or decoder.cut or (changed := spliced(bytes(plain))) is None:
        return None
    encoder = Encoder(content_encoding)
    return encoder.feed(changed) + encoder.finish()


def spliced(text: bytes) -> bytes | None:
    """The JSON that asks, or None."""
    if len(text) > LONGEST:
        return None
    parts = split(text)
    if not parts or load(parts.get("stream")) is not True:
        return None
    raw = parts.get("stream_options")
    options = load(raw)
    if raw is None:
        brace = text.index(b"{") + 1
        changed = text[:brace] + _KEY + b":{" + _WORDS + b"}," + text[brace:]
        wanted: Any = {"include_usage": True}
    elif options is None or (isinstance(options, dict) and options.get("include_usage") in (None, False)):
        at = _value(text)
        if at is None:
            return None
        changed = text[:at] + _asking_options(bytes(raw), options) + text[at + len(bytes(raw)) :]
        wanted = (options or {}) | {"include_usage": True}
    else:
        return None
    return changed if _is(changed, parts, wanted) else None


def _value(text: bytes) -> int | None:
    """Where the value of ``stream_options`` begins; None where that is not plain."""
    at = text.find(_KEY)
    if text.count(_KEY) != 1:
        return None
    colon = _VALUE.match(text, at + len(_KEY))
    return colon.end() if colon else None


def _asking_options(raw: bytes, options: Any) -> bytes:
    if options is None:
        return b"{" + _WORDS + b"}"
    if "include_usage" in options:
        return _ASKS_NOT.sub(rb"\g<1>true", raw, count=1)
    return b"{" + _WORDS + (b"," if options else b"") + raw[1:]


def _is(changed: bytes, before: Parts, options: Any) -> bool:
    """Whether the text says what it said before, and asks."""
    after = split(changed)
    if after is None or load(after.get("stream_options")) != options:
        return False
    others = before.keys() - {"stream_options"}
    return others == after.keys() - {"stream_options"} and all(bytes(before[k]) == bytes(after[k]) for k in others)
