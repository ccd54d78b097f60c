"""openai-responses over a WebSocket: the same events, one a text message, and many responses one after the other.

Each response is a row of its own, warm-up turns too. Nothing of a message is held but the counts. Never raises.
"""

from collections.abc import Collection
from dataclasses import replace

from franking.metering.formats.openai_responses import RESPONSES
from franking.metering.parts import Parts, load, split, text
from franking.metering.preview import held, last_words
from franking.metering.request_tap import read_asked
from franking.metering.values import Asked, Usage

__all__ = ["SocketTap"]

_FORMAT = "openai-responses"


class SocketTap:
    """One connection's tap. preview: as RequestTap's.  telling: the ``client_metadata`` to read, by its keys."""

    def __init__(self, preview: int | None = None, telling: Collection[str] = ()) -> None:
        self._preview = preview
        self._telling = telling
        self._usage = Usage()

    def client(self, message: bytes) -> Asked | None:
        """What a ``response.create`` asks for: a response begins. None for every other message."""
        if b"response.create" not in message:
            return None
        parts = split(message)
        if parts is None or text(load(parts.get("type"))) != "response.create":
            return None
        wrapped: Parts | None = split(parts["response"]) if "response" in parts else None
        found = parts if wrapped is None else wrapped
        words = None
        if self._preview is not None and all(
            len(bytes(found.get(key, b""))) <= most for key, most in held(_FORMAT).items()
        ):
            words = last_words(found, _FORMAT, self._preview)
        asked = read_asked(found, _FORMAT, "", words)
        return replace(asked, streamed=True, told=self._told(found))

    def _told(self, found: Parts) -> tuple[tuple[str, str], ...]:
        if not self._telling or "client_metadata" not in found:
            return ()
        metadata = split(found["client_metadata"]) or {}
        said = [(name, load(metadata.get(name))) for name in self._telling]
        return tuple((name, value) for name, value in said if isinstance(value, str))

    def server(self, message: bytes) -> Usage | None:
        """The usage of a response that this message ends, else None."""
        if not RESPONSES.worth(message) and (self._usage.model or b'"response.created"' not in message):
            return None
        parts = split(message)
        if parts is None:
            return None
        usage = RESPONSES.read(self._usage, parts)
        if usage.complete or usage.error_type is not None or usage.error_message is not None:
            self._usage = Usage()
            return usage
        self._usage = usage
        return None

    def finish(self) -> Usage:
        """What is known of a response that has not ended, when the connection does."""
        usage, self._usage = self._usage, Usage()
        return usage
