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
_EVER = _DAY * _QUARTER * 1_000_000
"""Microseconds: later than anything."""

_EVERYTHING = (("scopes", "1 = 1", ()),)
_ROLLED_UP = "SELECT SUM(r.cost), SUM(r.priced), SUM(r.requests), SUM(r.unpriced_ok)"
_ROWS = "SELECT SUM(r.cost), COUNT(r.cost), COUNT(*), COUNT(CASE WHEN r.status = 'ok' AND r.cost IS NULL THEN 1 END)"
_OF_SCOPE = "CROSS JOIN scopes AS s ON s.id ="

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
        ledger.execute("BEGIN")  # all of the line is of one moment
        plan = prompt_memory.plan(home, directory, ledger)
        now = time.localtime()
        since = int(time.mktime((*now[:3], 0, 0, 0, 0, 0, -1))) * 1_000_000
        found = {"since": since, "today": _sums(ledger, since, _EVER, _EVERYTHING), "project": plan["project"]}
        if plan["project"] is not None:
            found["project_today"] = _sums(ledger, since, _EVER, plan["parts"])
        found["budgets"] = [
            (budget, _sums(ledger, budget["since"], budget["until"], budget["parts"])) for budget in plan["budgets"]
        ]
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


def _sums(ledger: sqlite3.Connection, since: int, until: int, parts: "Sequence[Sequence[Any]]") -> "Sums":
    """Cost (None where none is known), requests, and how many of them ended well without a known cost."""
    cost, priced, requests, unpriced = 0, 0, 0, 0
    for kind, condition, parameters in parts:
        for question in _QUESTIONS[kind](since, until):
            row = ledger.execute(f"{question} AND {condition}", parameters).fetchone()
            cost, priced, requests, unpriced = (
                a + (b or 0) for a, b in zip((cost, priced, requests, unpriced), row, strict=True)
            )
    return cost if priced else None, requests, unpriced


def _of_scopes(since: int, until: int) -> "Iterator[str]":
    """The whole days and quarter-hours; and of the rows those under way, and those at the borders, as costs counts."""
    quarter, end = -(-since // _QUARTER), until // _QUARTER
    day, last = -(-quarter // _DAY), end // _DAY
    whole = [("quarters", quarter, end)] if day >= last else [
        ("quarters", quarter, day * _DAY), ("days", day, last), ("quarters", last * _DAY, end)
    ]  # fmt: skip
    for table, first, past in whole:
        if first < past:
            yield f"{_ROLLED_UP} FROM {table} AS r {_OF_SCOPE} r.scope WHERE r.bucket >= {first} AND r.bucket < {past}"
    rows = f"{_ROWS} FROM entries AS r {_OF_SCOPE} r.scope WHERE r.started_at >= "
    yield f"{rows}{since} AND r.started_at < {until} AND r.status = 'in_flight'"
    borders = [(since, until)] if quarter > end else [(since, quarter * _QUARTER), (end * _QUARTER, until)]
    for first, past in borders:
        if first < past:
            yield f"{rows}{first} AND r.started_at < {past} AND r.status <> 'in_flight'"


def _of_rows(since: int, until: int) -> "Iterator[str]":
    yield f"{_ROWS} FROM requests AS r WHERE started_at >= {since} AND started_at < {until}"


def _of_totals(since: int, until: int) -> "Iterator[str]":
    """What was imported as totals, each at its time's middle."""
    first, past = -(-since // _QUARTER), -(-until // _QUARTER)
    yield f"{_ROLLED_UP} FROM imported_totals AS r {_OF_SCOPE} r.scope WHERE r.bucket >= {first} AND r.bucket < {past}"


_QUESTIONS = {"scopes": _of_scopes, "rows": _of_rows, "totals": _of_totals}
"""Kind of a plan's part → the questions that it asks together; its condition is added to each."""
