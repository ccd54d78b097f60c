"""The line of ``frank statusline``, for shells that wait for it at every prompt: standard library, and little of it.

What takes longer (whose directory it is, what its project and its budgets count) is a plan that is remembered
(``prompt_memory``). The sums come from the ledger's roll-ups each time. Nothing fails loudly: without a ledger, or with
one that cannot be read, the line is empty.
"""

# Paths are strings here: to import pathlib takes longer than all the rest.
# ruff: noqa: PTH100, PTH109, PTH111, PTH113, PTH118
import os
import sqlite3
import sys
import time

from franking.cli import prompt_memory, prompt_words

TYPE_CHECKING = False  # `typing` is not waited for either
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from franking.cli.prompt_words import Sums

__all__ = ["line", "printed"]

_QUARTER = 900_000_000
_DAY = 96
_VALUED = ("--format", "--cwd")
_PATIENCE = 0.02
"""Seconds that a ledger may be locked: only its last writer's clearing up locks it."""


def printed(arguments: "Sequence[str]") -> bool:
    """Print the line for these arguments; False where they are for typer: --help, and wrong usage."""
    given: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name == "--json" and not equals:
            given[name] = ""
        elif name in _VALUED and (equals or rest):
            given[name] = value if equals else rest.pop(0)
        else:
            return False
    sys.stdout.write(line(given.get("--format"), given.get("--cwd"), as_json="--json" in given) + "\n")
    return True


def line(form: str | None = None, directory: str | None = None, *, as_json: bool = False) -> str:
    """The line; empty where nothing is known. Never raises."""
    figures: dict[str, Any] = {}
    try:
        figures = _figures(os.path.realpath(directory or os.getcwd()))
    except Exception:
        if os.environ.get("FRANKING_DEBUG"):
            raise
    if as_json:
        return prompt_words.as_json(figures)
    return prompt_words.as_text(figures, form) if figures else ""


def _figures(directory: str) -> "dict[str, Any]":
    home = _home()
    file = os.path.join(home, "ledger.db")
    if not os.path.isfile(file):
        return {}
    address = file.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    ledger = sqlite3.connect(f"file:{address}?mode=ro", uri=True, timeout=_PATIENCE)
    try:
        plan = prompt_memory.plan(home, directory, ledger)
        now = time.localtime()
        since = int(time.mktime((*now[:3], 0, 0, 0, 0, 0, -1))) * 1_000_000
        found = {"since": since, "today": _sums(ledger, since, [("scopes", "1 = 1", [])]), "project": plan["project"]}
        if plan["project"] is not None:
            found["project_today"] = _sums(ledger, since, plan["parts"])
        found["budgets"] = [(budget, _sums(ledger, budget["since"], budget["parts"])) for budget in plan["budgets"]]
    finally:
        ledger.close()
    return found


def _home() -> str:
    """The home, as ``paths`` says; where that is simple without asking it, since platformdirs is slow."""
    if named := os.environ.get("FRANKING_HOME"):
        return os.path.abspath(os.path.expanduser(named))
    if sys.platform == "linux":
        data = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
        return os.path.join(data, "franking")
    from franking import paths

    return str(paths.home())


def _sums(ledger: sqlite3.Connection, since: int, parts: "Sequence[Sequence[Any]]") -> "Sums":
    """Cost (None where none is known), requests, and how many of them ended well without a known cost."""
    cost, priced, requests, unpriced = 0, 0, 0, 0
    for question, parameters in _questions(since, parts):
        row = ledger.execute(question, parameters).fetchone()
        cost, priced, requests, unpriced = (
            a + (b or 0) for a, b in zip((cost, priced, requests, unpriced), row, strict=True)
        )
    return cost if priced else None, requests, unpriced


def _questions(since: int, parts: "Sequence[Sequence[Any]]") -> "Iterator[tuple[str, Sequence[Any]]]":
    """Whole days and the quarter-hours before them, or rows; the conditions are the plan's own."""
    quarter = -(-since // _QUARTER)
    day = -(-quarter // _DAY)
    for kind, condition, parameters in parts:
        if kind == "rows":
            question = (
                "SELECT SUM(cost), COUNT(cost), COUNT(*), COUNT(CASE WHEN status = 'ok' AND cost IS NULL THEN 1 END)"  # noqa: S608
                f" FROM requests WHERE started_at >= {since} AND status <> 'in_flight' AND {condition}"
            )
            yield question, parameters
            continue
        for table, first, until in (("quarters", quarter, f" AND r.bucket < {day * _DAY}"), ("days", day, "")):
            question = (
                "SELECT SUM(r.cost), SUM(r.priced), SUM(r.requests), SUM(r.unpriced_ok)"  # noqa: S608
                f" FROM {table} AS r CROSS JOIN scopes AS s"
                f" WHERE r.bucket >= {first}{until} AND s.id = r.scope AND {condition}"
            )
            yield question, parameters
