"""A request's body, read while it passes: model, stream flag, bound on the output, and the preview if allowed.

Pure, bounded, never raises. Without a preview nothing but those few values is ever held; with one, the messages are
held up to 1 MB, and a longer conversation has no preview.
"""

import re
from urllib.parse import unquote

from franking.metering.decoding import Decoder
from franking.metering.json_scan import JsonScan
from franking.metering.parts import Parts, count, load, table, text
from franking.metering.preview import held, last_words
from franking.metering.values import Asked

__all__ = ["RequestTap", "read_asked"]

_KEYS = {
    "model": 4096, "stream": 64, "max_tokens": 64, "max_completion_tokens": 64, "max_output_tokens": 64,
    "generationConfig": 65536, "generation_config": 65536,
}  # fmt: skip
_IN_PATH = re.compile(r"/(?:models|deployments|model|engines)/([^/?]+?)(?::(\w+))?(?:[/?]|$)")


class RequestTap:
    """One request's tap.

    path: with its query; Gemini's and Azure's name the model there.
    content_encoding: the header's value, "" where absent.
    preview: how many characters of the user's last words are kept; None: they are never read.
    length: the body's length where the header tells it; only an empty body makes a difference.
    size: bytes on the wire so far.
    """

    def __init__(
        self, wire_format: str, path: str, content_encoding: str, preview: int | None, length: int | None
    ) -> None:
        self.size = 0
        self._format = wire_format
        self._path = path
        self._preview = preview
        self._empty = length == 0
        self._decoder = Decoder(content_encoding)
        self._scan = JsonScan(_KEYS if preview is None else _KEYS | held(wire_format))
        self._found: Parts = {}
        self._asked: Asked | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes as they stand on the wire."""
        self.size += len(data)
        if self._asked is not None:
            return
        for piece in self._decoder.feed(data):
            self._scan.feed(piece)
        if self._scan.messages:
            self._found = self._scan.messages[-1]
            self._scan.messages.clear()

    @property
    def asked(self) -> Asked:
        """What is known so far, without the preview."""
        if self._asked is not None:
            return self._asked
        return read_asked(self._found or self._scan.partial, self._format, self._path)

    def finish(self) -> Asked:
        """What was read. Idempotent."""
        if self._asked is None:
            found = self._found or self._scan.partial
            fault = self._decoder.fault
            if fault is None and (self._scan.broken or not self._scan.ended) and self.size and not self._empty:
                fault = "the request's body is not whole JSON"
            words = None if self._preview is None else last_words(found, self._format, self._preview)
            self._asked = read_asked(found, self._format, self._path, words, fault)
            self._found = {}
            self._scan = JsonScan({})
        return self._asked


def read_asked(
    found: Parts, wire_format: str, path: str, preview: str | None = None, fault: str | None = None
) -> Asked:
    """Asked, out of a body's raw top-level values and the path."""
    model = text(load(found.get("model")))
    streamed = load(found.get("stream"))
    streamed = streamed if isinstance(streamed, bool) else None
    bounds = [count(load(found.get(key))) for key in ("max_completion_tokens", "max_output_tokens", "max_tokens")]
    bound = next((number for number in bounds if number is not None), None)
    named = _IN_PATH.search(path)
    if named and (wire_format == "gemini-generate" or model is None):
        model = text(unquote(named[1]).removeprefix("models/"))
        if named[2]:
            streamed = named[2].lower().startswith("stream")
    if wire_format == "gemini-generate":
        config = table(load(found.get("generationConfig")) or load(found.get("generation_config")))
        said = config.get("maxOutputTokens")
        bound = count(said if said is not None else config.get("max_output_tokens"))
    return Asked(model=model, streamed=streamed, max_tokens=bound, preview=preview, unparsed=fault)
