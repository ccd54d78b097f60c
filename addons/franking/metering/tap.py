"""An answer's body, read while it passes: feed(bytes) … finish(ended) → Usage. Pure, bounded, never raises.

Decodes the content encoding, decides between server-sent events, JSON and an error's text by the content type and the
first byte, and keeps only what the format's parser wants. Holds at most about 1 MB, whatever comes: a longer event is
skipped and counted, a JSON body of any length is scanned as it passes.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from franking.metering.decoding import PIECE, Decoder
from franking.metering.errors import read_error, read_text
from franking.metering.events import Splitter
from franking.metering.formats import PARSERS, Format
from franking.metering.json_scan import JsonScan
from franking.metering.parts import Parts, split
from franking.metering.values import Usage

__all__ = ["ResponseTap"]

_FIRST_EVENTS = 8  # how many are read in search of the model and the id, which each of them carries
_LATEST_HELD = 65536
_TEXT_HELD = 4096
_OTHER: Mapping[str, int] = {"error": 65536, "message": 65536, "detail": 65536, "type": 256, "code": 256}


class ResponseTap:
    """One answer's tap.

    wire_format: a key of PARSERS; of any other only an error is read.
    http_status: None where it is not known. content_type, content_encoding: the headers' values, "" where absent.
    size: bytes on the wire so far.
    """

    def __init__(
        self, wire_format: str, http_status: int | None, content_type: str | None, content_encoding: str | None
    ) -> None:
        self.size = 0
        self._format: Format | None = PARSERS.get(wire_format)
        self._failed = http_status is not None and http_status >= 400
        self._type = (content_type or "").partition(";")[0].strip().lower()
        self._decoder = Decoder(content_encoding or "")
        self._plain = self._decoder.plain
        self._usage = Usage()
        self._result: Usage | None = None
        self._head = b""
        self._events: Splitter | None = None
        self._scan: JsonScan | None = None
        self._text: bytearray | None = None
        self._seen = 0
        self._latest: bytes | None = None
        self._unreadable = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes as they stand on the wire."""
        self.size += len(data)
        if self._result is not None:
            return
        if self._plain and len(data) <= PIECE:
            self._take(data)
            return
        for piece in self._decoder.feed(data):
            self._take(piece)

    @property
    def complete(self) -> bool:
        """The answer's own end has been seen."""
        if self._result is not None:
            return self._result.complete
        return self._usage.complete or (self._scan is not None and self._scan.ended and not self._scan.broken)

    @property
    def so_far(self) -> Usage:
        """What is known by now; more may come."""
        if self._result is not None:
            return self._result
        self._read_latest()
        return replace(self._usage, complete=self.complete)

    def finish(self, ended: bool) -> Usage:
        """What was read. ended: the body ended cleanly. Idempotent: the first call decides."""
        if self._result is None:
            self._result = self._finish(ended)
        return self._result

    def _take(self, piece: bytes) -> None:
        if self._events is not None:
            for _, data in self._events.feed(piece):
                self._event(data)
        elif self._scan is not None:
            self._scan.feed(piece)
            self._read_messages(self._scan)
        elif self._text is not None:
            self._text += piece[: _TEXT_HELD - len(self._text)]
        else:
            self._decide(piece)

    def _decide(self, piece: bytes) -> None:
        """What kind of body it is: by its first byte, then by its type."""
        self._head += piece
        start = self._head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
        if not start and len(self._head) < _TEXT_HELD:
            return
        if start.startswith((b"{", b"[")):
            self._scan = JsonScan(_OTHER if self._format is None else self._format.keys)
        elif self._type != "text/event-stream" and (self._failed or start.startswith(b"<")):
            self._text = bytearray()
        else:
            self._events = Splitter()
        head, self._head = self._head, b""
        self._take(head)

    def _event(self, data: bytes) -> None:
        form = self._format
        if form is None:
            return
        self._seen += 1
        if data == form.done:
            self._usage = replace(self._usage, complete=True)
        elif form.worth(data) or (self._seen <= _FIRST_EVENTS and self._usage.model is None):
            self._latest = None
            self._read(data)
        elif form.latest is not None and form.latest(data):
            if len(data) > _LATEST_HELD:
                self._latest = None
                self._read(data)
            else:
                self._latest = data

    def _read(self, data: bytes) -> None:
        parts = split(data)
        if parts is None:
            self._unreadable = True
        else:
            self._apply(parts)

    def _read_latest(self) -> None:
        latest, self._latest = self._latest, None
        if latest is not None:
            self._read(latest)

    def _apply(self, parts: Parts) -> None:
        if self._format is not None:
            self._usage = self._format.read(self._usage, parts)

    def _read_messages(self, scan: JsonScan) -> None:
        for message in scan.messages:
            if self._failed or self._format is None:
                self._fail(read_error(message))
            else:
                self._apply(message)
        scan.messages.clear()

    def _fail(self, found: Mapping[str, Any]) -> None:
        if found:
            self._usage = replace(
                self._usage, error_type=found.get("error_type"), error_message=found.get("error_message")
            )

    def _finish(self, ended: bool) -> Usage:
        fault = self._decoder.fault
        if ended and self._decoder.cut and not self.complete:
            fault, ended = "the body's content encoding breaks off", False
        complete = False
        if self._events is not None:
            whole = self._unreadable
            for _, data in self._events.finish():
                self._event(data)
            if not ended:
                self._unreadable = whole  # a last event that was cut is no fault of its writer's
            self._read_latest()
            complete = self._usage.complete or (ended and self._usage.finish_reason is not None)
            fault = fault or ("an event is not JSON" if self._unreadable else None)
        elif self._scan is not None:
            complete = self._scan.ended and not self._scan.broken
            if not complete:
                if self._scan.partial:
                    self._apply(self._scan.partial)
                fault = fault or ("the JSON is not whole" if ended else None)
        elif self._text is not None:
            if self._failed:
                self._fail(read_text(bytes(self._text)))
                complete = ended
            else:
                fault = fault or "the body is neither events nor JSON"
        self._text = None
        skipped = self._events.skipped if self._events is not None else 0
        return replace(self._usage, complete=complete, skipped_events=skipped, unparsed=fault)
