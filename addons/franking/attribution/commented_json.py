"""JSON with comments and trailing commas, and where in the text a member stands. Pure, and linear in the text's length.

Comments and trailing commas are blanked out and not cut out, so that every line and column stays what the author sees.
(The library json-with-comments cuts them out, which moves the positions, and takes quadratic time on an open comment.)
"""

import json
import re
from dataclasses import dataclass
from typing import Any

__all__ = ["MalformedError", "Member", "position", "trail"]

COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|//[^\n\r]*+|/\*.*?(?:\*/|\Z)', re.DOTALL)
# A comma right after an opening bracket trails nothing: it stays, and is refused as what it is.
TRAILING_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|[{\[]\s*+,|,(?=\s*+[}\]])', re.DOTALL)
SPACE = re.compile(r"[ \t\r\n]*+")
# Numbers are not asked for: an endless one costs nothing.
DECODER = json.JSONDecoder(parse_int=lambda _: 0, parse_float=lambda _: 0.0)


class MalformedError(ValueError):
    """Not JSON. Its text says what was expected; offset: where in the text."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Member:
    """A value and where in the text it stands. Of numbers only the type is kept."""

    value: Any
    offset: int


def trail(text: str, *path: str) -> list[Member]:
    """The top value and the members on the path of keys below it, as far as there are any.

    Raises MalformedError where the text is not JSON.
    """
    blanked = TRAILING_COMMA.sub(_blank, COMMENT.sub(_blank, text))
    at = _space(blanked, 0)
    value, end = _decoded(blanked, at)
    if (end := _space(blanked, end)) < len(blanked):
        raise MalformedError("nothing more was expected here", end)
    found = [Member(value, at)]
    for key in path:
        below = _members(blanked, found[-1].offset) if isinstance(found[-1].value, dict) else {}
        if key not in below:
            break
        found.append(below[key])
    return found


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _blank(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith(('"', "{", "[")) else re.sub(r"[^\r\n]", " ", found[0])


def _space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def _decoded(text: str, at: int) -> tuple[Any, int]:
    try:
        return DECODER.raw_decode(text, at)
    except json.JSONDecodeError as fault:
        raise MalformedError(fault.msg[:1].lower() + fault.msg[1:], fault.pos) from None
    except RecursionError:
        raise MalformedError("nested too deeply", at) from None


def _members(text: str, at: int) -> dict[str, Member]:
    """The members of the well-formed object that begins at ``at``. Of two alike the last counts."""
    members = {}
    at = _space(text, at + 1)
    while text[at] != "}":
        key, at = _decoded(text, at)
        start = _space(text, _space(text, at) + 1)
        value, at = _decoded(text, start)
        members[key] = Member(value, start)
        at = _space(text, at)
        if text[at] == ",":
            at = _space(text, at + 1)
    return members
