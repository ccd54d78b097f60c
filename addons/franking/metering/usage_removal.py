"""Takes out of an OpenAI chat's stream what only came because franking asked: ``usage``. Pure, bounded.

A client that did not ask gets no chunk of usage, and no ``"usage":null`` in the others. So the one with empty
``choices`` and a usage is left out whole, and the null is cut out of the JSON's text; every other byte stays. Works on
whole events: an event that has not ended yet is held until it has, at most LIMIT of it; past that, and wherever a
body is not what its encoding says, everything goes on as it comes.
"""

import re

from franking.metering.decoding import Decoder
from franking.metering.encoding import Encoder
from franking.metering.events import LIMIT, Splitter
from franking.metering.parts import Parts, load, split, table

__all__ = ["UsageRemoval"]

_EVENT = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_MEMBER = re.compile(rb'\s*,\s*"usage"\s*:\s*null|"usage"\s*:\s*null\s*,\s*')
_USAGE = b'"usage"'


class UsageRemoval:
    """One answer's. content_encoding: the header's value; Raises ValueError for one that is not known."""

    def __init__(self, content_encoding: str = "") -> None:
        self._decoder = Decoder(content_encoding)
        self._encoder = Encoder(content_encoding)
        self._unread: bytes | None = b""  # as it came, until the first piece has gone on
        self._held = b""
        self._given_up = False

    def feed(self, data: bytes) -> bytes:
        """What the client gets for these bytes; empty where it has to wait."""
        if self._decoder.plain:
            return self._through(data)
        if self._decoder.fault:
            return data
        if self._unread is not None:
            self._unread += data
        kept = b"".join(self._through(piece) for piece in self._decoder.feed(data))
        if self._decoder.fault:
            return self._broken(kept) + data if self._unread is None else self._unread
        return self._encoded(kept)

    def finish(self) -> bytes:
        """The rest, at the body's end."""
        if self._decoder.fault:
            return b""
        if self._decoder.cut:
            return self._broken(b"") if self._unread is None else self._unread
        return self._encoded(self._rest()) + self._encoder.finish()

    def give_up(self) -> bytes:
        """What is held, as it came: a fault of ours is in the way, and the rest goes on by itself."""
        return self._encoded(self._rest())

    def _broken(self, kept: bytes) -> bytes:
        """The client is to fail where it would have failed: what can be decoded, and no end."""
        return self._encoded(kept + self._rest())

    def _encoded(self, kept: bytes) -> bytes:
        if kept or (self._unread is not None and len(self._unread) > LIMIT):
            self._unread = None
        return self._encoder.feed(kept)

    def _rest(self) -> bytes:
        held, self._held = self._held, b""
        return held

    def _through(self, data: bytes) -> bytes:
        if self._given_up:
            return data
        text = self._held + data
        kept, start = [], 0
        # The held part has been searched; but a line's end may be cut in two.
        for end in _EVENT.finditer(text, max(0, len(self._held) - 3)):
            if end.end() > start:
                kept.append(_without_usage(text[start : end.end()]))
                start = end.end()
        self._held = text[start:]
        if len(self._held) > LIMIT:
            self._given_up = True
            kept.append(self._rest())
        return b"".join(kept)


def _without_usage(event: bytes) -> bytes:
    """An event's bytes, its end among them, as they are without usage."""
    if _USAGE not in event:
        return event
    found = Splitter().feed(event)
    parts = split(found[0][1]) if len(found) == 1 else None
    if parts is None or "usage" not in parts:
        return event
    usage = load(parts["usage"])
    if usage is None:
        return _without_null(event, parts)
    return b"" if table(usage) and load(parts.get("choices")) == [] else event


def _without_null(event: bytes, parts: Parts) -> bytes:
    """Cut the member out, where what is left then says the same."""
    wanted = {key: bytes(raw) for key, raw in parts.items() if key != "usage"}
    for member in _MEMBER.finditer(event):
        changed = event[: member.start()] + event[member.end() :]
        found = Splitter().feed(changed)
        left = split(found[0][1]) if len(found) == 1 else None
        if left is not None and {key: bytes(raw) for key, raw in left.items()} == wanted:
            return changed
    return event
