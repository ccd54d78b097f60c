"""The nearest ``.kilocode/config.json`` going up from a directory, and what it says of the project.

The nearest one counts, whatever is wrong with it: a fault there must not hand the request to the project of a folder
above. A file that cannot be used says nothing, and its fault tells file, line and column.
"""

# Paths are strings here, as the kernel gave them.
# ruff: noqa: PTH118
import os

from franking.attribution import reading
from franking.attribution.git_folders import levels
from franking.attribution.place_values import Fault, ProjectFile

__all__ = ["NAME", "find", "look"]

NAME = os.path.join(".kilocode", "config.json")
LONGEST_ID = 256


def find(directory: str, toplevel: str | None) -> ProjectFile | None:
    """The nearest file, up to the repository's top, or to the root where there is no repository. Never raises."""
    return look(directory, toplevel, reading.Watch())


def look(directory: str, toplevel: str | None, watch: reading.Watch) -> ProjectFile | None:
    """As ``find()``; ``watch`` is told every file that the answer rests on, absent ones too."""
    for level in levels(directory):
        path = os.path.join(level, NAME)
        watch.note(path)
        try:
            content = reading.read(path)
        except FileNotFoundError:
            if level == toplevel:
                return None
            continue
        except reading.UnreadableError as fault:
            return _faulty(path, str(fault))
        return _said(path, content)
    return None


def _said(path: str, content: bytes) -> ProjectFile:
    from franking.attribution import commented_json  # most directories have no such file, and a prompt waits

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = content[: fault.start].decode("utf-8-sig", "replace")
        return _faulty(path, "not UTF-8", *commented_json.position(before, len(before)))
    try:
        trail = commented_json.trail(text, "project", "id")
    except commented_json.MalformedError as fault:
        return _faulty(path, str(fault), *commented_json.position(text, fault.offset))
    line, column = commented_json.position(text, trail[-1].offset)
    value = trail[-1].value
    if len(trail) < 3:
        if isinstance(value, dict):
            return ProjectFile(reading.shown(path))
        what = "project" if len(trail) > 1 else "the file"
        return _faulty(path, f"{what} must be an object, not {_kind(value)}", line, column)
    if wrong := _wrong(value):
        return _faulty(path, wrong, line, column)
    return ProjectFile(reading.shown(path), line, value)


def _wrong(value: object) -> str | None:
    if not isinstance(value, str):
        return f"project.id must be a string, not {_kind(value)}"
    if len(value) > LONGEST_ID:
        return f"project.id must be at most {LONGEST_ID} characters"
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "project.id must be Unicode text (it has half of a surrogate pair)"
    return None


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _faulty(path: str, what: str, line: int = 0, column: int = 0) -> ProjectFile:
    path = reading.shown(path)
    return ProjectFile(path, line, None, Fault(f"{path}:{line}:{column}" if line else path, what))
