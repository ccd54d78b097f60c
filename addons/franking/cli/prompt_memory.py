"""What ``frank statusline`` remembers of a directory: ``statusline.json`` in the home, 0600, the newest 64 of them.

A plan holds until a file changes that it rests on, a variable, the definitions of projects and budgets, or its own time
is over. Standard library, and little of it: every prompt waits. A plan that cannot be kept is made again each time.
"""

# Paths are strings here: to import pathlib takes longer than all the rest.
# ruff: noqa: PTH105, PTH108, PTH118
import json
import os
import sqlite3
import stat
import time

from franking.attribution.reading import signature
from franking.attribution.variables import GIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["plan"]

_VARIABLES = (*sorted(GIT), "FRANKING_PROJECT", "FRANKING_CONFIG", "FRANKING_ATTRIBUTION__PROJECT",
              "FRANKING_ATTRIBUTION__PROJECT_ID")  # fmt: skip
_KEPT = 64
_FORM = 2
"""Of the plans; what another version of this program remembered in another form is made anew."""

_DEFINITIONS = """
SELECT (SELECT COUNT(*) || ',' || COALESCE(SUM(changed_at), 0) FROM projects),
       (SELECT COUNT(*) || ',' || COALESCE(SUM(number), 0) FROM project_members),
       (SELECT COUNT(*) || ',' || COALESCE(SUM(changed_at), 0) FROM organizations),
       (SELECT COUNT(*) || ',' || COALESCE(SUM(changed_at), 0) FROM budgets),
       (SELECT COUNT(*) || ',' || COALESCE(SUM(number + amount + since + until), 0) FROM budget_raises),
       (SELECT COUNT(*) || ',' || COALESCE(MAX(id), 0) FROM scopes WHERE EXISTS (SELECT 1 FROM projects)),
       CASE WHEN EXISTS (SELECT 1 FROM project_members WHERE repository IS NOT NULL)
            THEN (SELECT MAX(id) FROM callers) END
"""


def plan(home: str, directory: str, ledger: sqlite3.Connection) -> "dict[str, Any]":
    """What to ask of the ledger for a directory: ``{project, parts, budgets, until}``, as ``prompt_plan`` makes it."""
    file = os.path.join(home, "statusline.json")
    place = "\0".join((directory, *(f"{name}={os.environ[name]}" for name in _VARIABLES if name in os.environ)))
    definitions = _definitions(ledger)
    remembered = _read(file)
    known = remembered.get(place)
    if known is not None and _holds(known, definitions):
        held: dict[str, Any] = known["plan"]
        return held
    from franking.cli import prompt_plan

    whose, seen = prompt_plan.whose(home, directory)
    made = _of_another(remembered, whose, definitions)
    if made is None:
        made = prompt_plan.made(whose, ledger, defined=definitions is not None)
    if seen:
        remembered.pop(place, None)
        kept = dict(list(remembered.items())[1 - _KEPT :])
        looks = {path: _look(found) for path, found in seen.items()}
        kept[place] = {"plan": made, "definitions": definitions, "whose": whose, "seen": looks}
        _write(file, kept)
    return made


def _of_another(
    remembered: "dict[str, Any]", whose: "list[str | None]", definitions: "list[str] | None"
) -> "dict[str, Any] | None":
    """The plan of another directory whose requests are the same project's."""
    for known in remembered.values():
        if known.get("whose") == whose and known["definitions"] == definitions and _lasts(known["plan"]):
            held: dict[str, Any] = known["plan"]
            return held
    return None


def _definitions(ledger: sqlite3.Connection) -> "list[str] | None":
    """What tells a change of projects and budgets; None where there are none."""
    try:
        told = list(ledger.execute(_DEFINITIONS).fetchone())
    except sqlite3.OperationalError:  # an older ledger, which has no such tables
        return None
    return told if any(not text.startswith("0,") for text in told[:5]) else None


def _holds(known: "dict[str, Any]", definitions: "list[str] | None") -> bool:
    return (
        known["definitions"] == definitions
        and _lasts(known["plan"])
        and all(_look(signature(path)) == seen for path, seen in known["seen"].items())
    )


def _lasts(plan: "dict[str, Any]") -> bool:
    return plan["until"] is None or time.time_ns() // 1000 < int(plan["until"])


def _look(found: "tuple[int, ...]") -> list[int]:
    """Of a folder only which it is: git writes into its own at every turn."""
    return list(found[3:] if len(found) > 1 and stat.S_ISDIR(found[4]) else found)


def _read(file: str) -> "dict[str, Any]":
    try:
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123
            found = json.load(opened)
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict) or found.get("form") != _FORM:
        return {}
    places: dict[str, Any] = found["places"]
    return places


def _write(file: str, remembered: "Mapping[str, Any]") -> None:
    scratch = f"{file}.{os.getpid()}"
    try:
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            with open(descriptor, "w", encoding="utf-8") as opened:  # noqa: PTH123
                json.dump({"form": _FORM, "places": remembered}, opened)
            os.replace(scratch, file)
        except OSError:
            os.unlink(scratch)
            raise
    except OSError:  # contextlib is not waited for either
        return
