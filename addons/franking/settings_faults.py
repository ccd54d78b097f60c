"""What is wrong in a configuration, in the user's terms: the file and its line, or the variable, and the key. Pure."""

import re
from pathlib import Path
from typing import Any

__all__ = ["explained"]


def explained(file: Path, text: str, merged: dict[str, Any], own: dict[str, Any], error: Any) -> str:
    """One of pydantic's errors as a line: whose it is, the key, what was expected. Never the value: it may be a secret.

    text, own: the user's file, as it is and as it was read. merged: that over the shipped defaults, as was validated.
    """
    where = [str(part) for part in error["loc"]]
    expected = "unknown key" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, ")
    variable = "FRANKING_" + "__".join(part.upper() for part in where)
    nth = 0
    if where[0] == "gateway" and len(where) > 1:
        # The user's own tables are counted from their file's top, after the shipped ones were merged in.
        where[1] = str(merged["gateway"][int(where[1])].get("name", where[1]))
        names = [str(entry.get("name")) for entry in own.get("gateway", ())]
        nth = names.index(where[1]) if where[1] in names else 0
    elif where[0] in ("alerts", "reports") and len(where) > 1:
        nth = int(where[1])
    key = ".".join(where)
    if line := _line_of(text, where, nth):
        return f"{file}:{line}: {key}: {expected}"
    return f"{file} or ${variable}: {key}: {expected}"


def _line_of(text: str, where: list[str], nth: int) -> int | None:
    """The line on which a key stands, in the nth table of its name; that table's line where the key is not found."""
    key = where[2] if where[0] in ("gateway", "alerts", "reports") and len(where) > 2 else where[min(1, len(where) - 1)]
    found, table, seen = None, "", -1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            table = header[1]
            seen += table == where[0]
        in_table = table == where[0] and seen == nth
        if (in_table or (table == "" and where[0] == key)) and re.match(
            rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line
        ):
            return number
        if in_table and header:
            found = number
    return found
