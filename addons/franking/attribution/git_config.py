"""The syntax of git's configuration files (git-config(1), "Syntax"), as git reads it. Pure: text in, entries out.

GitPython's reader differs from git where it matters here: it reads included files after the whole including one, takes
``:`` for ``=``, lets ``*`` in a condition match ``/``, gives up a file for one bad line, and has no bound on size.
"""

import re
from typing import NamedTuple

__all__ = ["Entry", "MalformedError", "parse"]

BLANK = re.compile(r"(?:\s++|[#;][^\n]*+)*+")
SECTION = re.compile(r'\[(?P<name>[A-Za-z0-9.-]+)(?:[ \t]++"(?P<sub>(?:[^"\\\n]|\\[^\n])*+)")?\]')
KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9-]*+)[ \t]*+(?:(?P<is>=)|(?=\n|\Z))")
BARE_TEXT = re.compile(r'[^"\\\n#;]++')
QUOTED_TEXT = re.compile(r'[^"\\\n]++')
ESCAPES = {"n": "\n", "t": "\t", "b": "\b", '"': '"', "\\": "\\", "\n": ""}


class Entry(NamedTuple):
    """name: ``section.key`` or ``section.Sub.key``; section and key in lower case, the subsection as written.

    A key before the first section has only its own name.

    value: None for a key without ``=``, which means true.
    """

    name: str
    value: str | None


class MalformedError(Exception):
    """git refuses the file here. line: counted from 1; entries: those before it."""

    def __init__(self, line: int, entries: list[Entry]) -> None:
        super().__init__(f"line {line}")
        self.line = line
        self.entries = entries


def parse(text: str) -> list[Entry]:
    """All entries in their order. Raises MalformedError where git would refuse the file."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    entries: list[Entry] = []
    section = ""
    at = 0
    while (at := _after_blank(text, at)) < len(text):
        if header := SECTION.match(text, at):
            section, at = _section(header), header.end()
            continue
        key = KEY.match(text, at)
        if key is None:
            raise MalformedError(text.count("\n", 0, at) + 1, entries)
        value, at = None, key.end()
        if key["is"]:
            try:
                value, at = _value(text, at)
            except ValueError:
                raise MalformedError(text.count("\n", 0, key.start()) + 1, entries) from None
        entries.append(Entry(f"{section}.{key['key'].lower()}".removeprefix("."), value))
    return entries


def _after_blank(text: str, at: int) -> int:
    blank = BLANK.match(text, at)
    return blank.end() if blank else at


def _section(header: re.Match[str]) -> str:
    """``[remote "origin"]`` as ``remote.origin``; the old ``[remote.Origin]`` is all lower case."""
    if header["sub"] is None:
        return header["name"].lower()
    return header["name"].lower() + "." + re.sub(r"\\(.)", r"\1", header["sub"])


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that begins at ``at``, and where it ends. Raises ValueError for what git refuses."""
    parts: list[str] = []
    quoted = False
    firm = 0  # parts up to here keep their trailing blanks
    while at < len(text):
        if piece := (QUOTED_TEXT if quoted else BARE_TEXT).match(text, at):
            parts.append(piece[0] if parts or quoted else piece[0].lstrip())
            at = piece.end()
            if quoted:
                firm = len(parts)
            continue
        sign = text[at]
        at += 1
        if sign == '"':
            quoted = not quoted
            parts.append("")
            firm = len(parts)
        elif sign == "\\":
            if text[at : at + 1] not in ESCAPES:
                raise ValueError("unknown escape")
            parts.append(ESCAPES[text[at : at + 1]])
            firm = len(parts) if parts[-1] else firm
            at += 1
        elif sign == "\n":
            if quoted:
                raise ValueError("a quote is left open")
            break
        else:  # a comment: up to the end of the line
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
    if quoted:
        raise ValueError("a quote is left open")
    return "".join(parts[:firm]) + "".join(parts[firm:]).rstrip(" \t\n\r\v\f"), at
