"""What ``frank statusline`` has to ask for a directory, made once and remembered by ``prompt_memory``.

A plan is plain JSON: ``project`` (its name, None where there is none), ``parts`` (kind, condition, parameters, which
together mean the project's requests: SQL on ``scopes AS s``, of the kind ``rows`` on ``requests``, and of the kind
``totals`` on the scopes of imported ones), ``budgets`` (those for the project or for everything, each with ``name``,
``amount``, ``since``, ``until``, ``parts`` and ``unknown_cost``), ``until`` (microseconds UTC; None holds on).
"""

# Paths are strings here, and libraries are loaded where something needs them: a prompt waits.
# ruff: noqa: PTH111, PTH118
import json
import os
import sqlite3
import sys

from franking.attribution import here, reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["made", "whose"]


def whose(home: str, directory: str) -> "tuple[list[str | None], Mapping[str, reading.Signature]]":
    """The project that requests from there are stamped with and their repository, None for what there is none of; and
    the files that this rests on, none where it may not be remembered.
    """
    watch = reading.Watch()
    return list(here.look(directory, os.environ, _sidecar(home, watch), watch)), watch.seen


def made(whose: "list[str | None]", ledger: sqlite3.Connection, *, defined: bool) -> "dict[str, Any]":
    """The plan for these requests. defined: there are projects or budgets in the ledger."""
    project, repository = whose
    if defined:
        from franking.cli import prompt_budgets

        return prompt_budgets.plan(ledger, project, repository)
    parts = [["scopes", "s.project_id = ?", [project]]] if project is not None else []
    return {"project": project, "parts": parts, "budgets": [], "until": None}


def _sidecar(home: str, watch: reading.Watch) -> here.Sidecar:
    """The configuration's word and the running sidecar's; what is wrong with either is for others to say."""
    said = _table(_configuration(), watch, _toml).get("attribution")
    said = said if isinstance(said, dict) else {}
    running = _table(os.path.join(home, "state.json"), watch, json.loads)
    running = running if running and _runs(home) else {}
    style = os.environ.get("FRANKING_ATTRIBUTION__PROJECT_ID") or said.get("project_id")
    project = os.environ.get("FRANKING_ATTRIBUTION__PROJECT") or said.get("project")
    beside = running.get("project_dir")
    return here.Sidecar(
        "owner/repo" if style == "owner/repo" else "repo",
        project if isinstance(project, str) else None,
        beside if isinstance(beside, str) else None,
    )


def _configuration() -> str:
    """The configuration's file, as ``paths`` says; where it is simple without it, since platformdirs is slow."""
    if sys.platform == "linux" and not os.environ.get("FRANKING_CONFIG"):
        folder = os.environ.get("XDG_CONFIG_HOME", "").strip() or os.path.expanduser("~/.config")
        return os.path.join(folder, "franking", "config.toml")
    from franking import paths

    return str(paths.config_file())


def _runs(home: str) -> bool:
    from pathlib import Path

    from franking.supervisor import lock

    return lock.is_held(Path(home))


def _toml(text: str) -> "Any":
    import tomllib

    return tomllib.loads(text)


def _table(file: str, watch: reading.Watch, read: "Callable[[str], Any]") -> "dict[str, Any]":
    watch.note(file)
    try:
        found = read(reading.read(file).decode("utf-8-sig"))
    except (FileNotFoundError, reading.UnreadableError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
