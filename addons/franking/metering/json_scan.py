"""The wanted top-level keys of a JSON text of any length, found while it passes by, in bounded memory.

Takes one object, or an array of objects (Gemini's JSON stream), cut anywhere. Values of wanted keys are kept as raw
JSON, each up to its own bound; everything else is skipped by regular expression, strings first, and never held.
It does not check the JSON that it skips. Nothing raises.

How strings are skipped: a quote without a backslash before it ends a string, one with a single backslash does not.
Where there are more, or a piece begins with it, the expressions stop and they are counted. An odd one at a piece's end
waits for the next piece.
"""

import re
from collections.abc import Mapping

__all__ = ["JsonScan"]

_INSIDE = rb'[^"]*+(?:(?<=[^\\]\\)"[^"]*+)*+'
_STRING = rb'"' + _INSIDE + rb'(?<!\\)"'
_WHOLE_STRING = re.compile(_STRING)
_STRING_END = re.compile(_INSIDE)
_TO_BRACKET = re.compile(rb'[^"{}\[\]]*+(?:' + _STRING + rb'[^"{}\[\]]*+)*+')
_TO_TOKEN = re.compile(rb'[^"{}\[\]:,]*+')
_LONGEST_KEY = 128
_AFTER_KEY, _IN_VALUE, _BEFORE_KEY = range(3)


class JsonScan:
    """One text's scanner. wanted: key → the longest raw value that is kept, in bytes.

    messages: the objects that are complete, as key → raw value; take them out as you read them.
    partial: what is known of the object that is still open.
    ended: the text is complete.  broken: it is no JSON object or array.  too_long: wanted keys past their bound.
    """

    def __init__(self, wanted: Mapping[str, int]) -> None:
        self.messages: list[dict[str, bytearray]] = []
        self.partial: dict[str, bytearray] = {}
        self.too_long: set[str] = set()
        self.ended = False
        self.broken = False
        self._wanted = {key.encode(): (key, limit) for key, limit in wanted.items()}
        self._carry = b""
        self._depth = 0
        self._top = 1  # the depth at which the keys stand: 1, or 2 inside an array
        self._state = _BEFORE_KEY
        self._in_string = False
        self._key: bytearray | None = None  # a key that is cut by a piece's end
        self._name = b""
        self._value: bytearray | None = None

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        if self.ended or self.broken:
            return
        if self._carry:
            data, self._carry = self._carry + data, b""
        if data.endswith(b"\\") and (len(data) - len(data.rstrip(b"\\"))) % 2:
            data, self._carry = data[:-1], b"\\"
        position, end = 0, len(data)
        start = 0  # where the value that is being kept begins in this piece
        while position < end and not self.ended:
            if self._in_string:
                position = self._finish_string(data, position)
            elif self._depth != self._top:
                position = self._skip(data, position)
            else:
                position, start = self._step(data, position, start)
        if not self.ended:
            self._extend(data, start, end)

    def _finish_string(self, text: bytes, position: int) -> int:
        """On behind the next quote that may end the string."""
        match = _STRING_END.match(text, position)
        at = match.end() if match else position
        escaped = _backslashes(text, at) % 2 == 1
        if self._key is not None and len(self._key) <= _LONGEST_KEY:
            self._key += text[position : at + escaped]
        if at < len(text) and not escaped:
            self._in_string = False
            if self._key is not None:
                self._name, self._key = bytes(self._key), None
                self._state = _AFTER_KEY
        return at + 1

    def _skip(self, text: bytes, position: int) -> int:
        """On to the next bracket, at any depth but the keys' own."""
        if self._depth == 0:
            return self._begin(text, position)
        match = _TO_BRACKET.match(text, position)
        position = match.end() if match else position
        if position == len(text):
            return position
        token = text[position]
        if token == 0x22:
            self._in_string = True
            return position + 1
        self._depth += 1 if token in b"{[" else -1
        if self._depth == self._top and token == 0x7B and self._top == 2:
            self._open()
        self.ended = self._depth == 0
        return position + 1

    def _begin(self, text: bytes, position: int) -> int:
        rest = text[position : position + 16].lstrip(b" \t\r\n\xef\xbb\xbf")
        if rest.startswith((b"{", b"[")):
            self._depth = 1
            self._top = 1 if rest.startswith(b"{") else 2
            self._open()
            return position + len(text[position : position + 16]) - len(rest) + 1
        if rest:
            self.broken = self.ended = True
        return position + 16

    def _open(self) -> None:
        self._state = _BEFORE_KEY
        self.partial = {}

    def _step(self, text: bytes, position: int, start: int) -> tuple[int, int]:
        """One token at the keys' depth."""
        match = _TO_TOKEN.match(text, position)
        position = match.end() if match else position
        if position == len(text):
            return position, start
        token = text[position]
        if token == 0x22:
            return self._string(text, position), start
        if token == 0x3A and self._state == _AFTER_KEY:
            self._state = _IN_VALUE
            if self._name in self._wanted:
                self._value = bytearray()
            return position + 1, position + 1
        if token in b"{[":
            self._depth += 1
        elif token in b",}]":
            self._extend(text, start, position)
            self._store()
            self._state = _BEFORE_KEY
            if token != 0x2C:
                self._close()
        return position + 1, start

    def _string(self, text: bytes, position: int) -> int:
        """A key, or a value that is a string."""
        is_key = self._state == _BEFORE_KEY
        match = _WHOLE_STRING.match(text, position)
        if match is None:
            self._in_string = True
            self._key = bytearray() if is_key else None
            return position + 1
        if is_key:
            self._name = text[position + 1 : match.end() - 1] if match.end() - position < _LONGEST_KEY else b""
            self._state = _AFTER_KEY
        return match.end()

    def _extend(self, data: bytes, start: int, end: int) -> None:
        if self._value is None:
            return
        name, limit = self._wanted[self._name]
        if len(self._value) + end - start > limit:
            self.too_long.add(name)
            self._value = None
        else:
            self._value += data[start:end]

    def _store(self) -> None:
        if self._value is not None:
            self.partial[self._wanted[self._name][0]] = self._value
            self._value = None

    def _close(self) -> None:
        self.messages.append(self.partial)
        self.partial = {}
        self._depth -= 1
        self.ended = self._depth == 0


def _backslashes(text: bytes, end: int) -> int:
    """How many stand before ``end``."""
    start = end
    while start and text[start - 1] == 0x5C:
        start -= 1
    return end - start
