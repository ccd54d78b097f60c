"""What is wrong in a configuration, in the user's terms: the file and its line, or the variable, and the key. Pure."""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

__all__ = ["explained", "name_of", "stray_variable", "unread_variable", "why_unread"]

_EXPECTED = {
    "extra_forbidden": "unknown key",
    "missing": "it is missing",
    "tuple_type": 'expected a list, such as ["a", "b"]',
    "string_type": "expected text, in quotes",
    "path_type": "expected a file's path, in quotes",
    "dict_type": "expected a table, such as { key = … }",
    "mapping_type": "expected a table, such as { key = … }",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "decimal_type": "expected a number",
    "decimal_parsing": "expected a number",
}
"""By pydantic's kind of error; its own words on a type are Python's."""


def explained(file: Path, text: str, merged: dict[str, Any], own: dict[str, Any], error: Any) -> str:
    """One of pydantic's errors as a line: whose it is, the key, what was expected. Never the value: it may be a secret.

    text, own: the user's file, as it is and as it was read. merged: that over the shipped defaults, as was validated.
    """
    where = [str(part) for part in error["loc"]]
    said = error["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    expected = _EXPECTED.get(error["type"], said)
    variable = "FRANKING_" + "__".join(part.upper() for part in where)
    nth = 0
    if where[0] == "gateway" and len(where) > 1:
        # The user's own tables are counted from their file's top, after the shipped ones were merged in.
        entry = merged["gateway"][int(where[1])]
        name, tables = name_of(entry), own.get("gateway", ())
        nth = next((n for n, table in enumerate(tables) if table is entry or name_of(table) == name is not None), 0)
        where[1] = str(nth) if name is None else name
    elif where[0] in ("alerts", "reports") and len(where) > 1:
        nth = int(where[1])
    key = ".".join(where)
    if line := _line_of(text, where, nth):
        return f"{file}:{line}: {key}: {expected}"
    return f"{file} or ${variable}: {key}: {expected}"


def name_of(entry: Any) -> str | None:
    """A gateway's name; None where its entry has none, or is no table."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def why_unread(fault: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read, without the file, which the sentence around names."""
    if isinstance(fault, UnicodeDecodeError):
        return f"it is no UTF-8 text: line {fault.object[: fault.start].count(b'\n') + 1}"
    return fault.strerror or type(fault).__name__


def stray_variable(environment: Mapping[str, str], sections: Collection[str]) -> str | None:
    """What to say of a variable for a section that there is not; None where there is none."""
    for variable in environment:
        section, separator, _ = variable.upper().removeprefix("FRANKING_").partition("__")
        if separator and variable.upper().startswith("FRANKING_") and section.lower() not in sections:
            return f"${variable}: unknown section; expected one of {', '.join(sorted(sections))}"
    return None


def unread_variable(environment: Mapping[str, str], fault: str) -> str:
    """What to say of a variable whose list or table cannot be read. fault: pydantic's words, which name its section."""
    found = re.search(r'field "(\w+)"', fault)
    start = f"FRANKING_{found[1] if found else ''}".upper()
    named = [name for name, value in environment.items() if name.upper().startswith(start) and not _is_json(value)]
    return f'{" or ".join(f"${name}" for name in named)}: expected a list or a table as JSON: ["a", "b"], {{"a": "b"}}'


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _line_of(text: str, where: list[str], nth: int) -> int | None:
    """The line on which a key stands, in the nth table of its name; that table's line where the key is not found."""
    key = where[2] if where[0] in ("gateway", "alerts", "reports") and len(where) > 2 else where[min(1, len(where) - 1)]
    found, table, seen = None, "", -1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            table = header[1]
            seen += table == where[0]
        in_table = table == where[0] and seen == nth
        if (_assigns(line, key) and in_table) or (table == "" and _assigns(line, where[0])):
            return number
        if in_table and header:
            found = number
    return found


def _assigns(line: str, key: str) -> bool:
    return re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line) is not None
