"""What ``frank statusline`` has to ask for a directory, made once and remembered by ``prompt_memory``.

A plan is plain JSON: ``project`` (its name, None where there is none), ``parts`` (kind, condition, parameters: SQL on
``scopes AS s``, or on ``requests`` where the kind is ``rows``, which together mean the project's requests), ``budgets``
(those for the project or for everything, each with ``name``, ``amount``, ``since``, ``parts`` and ``unknown_cost``),
``until`` (microseconds UTC; None holds on).
"""

import json
import os
import sqlite3
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from franking import paths
from franking.attribution import here, reading
from franking.supervisor import lock

__all__ = ["made"]


def made(
    home: str, directory: str, ledger: sqlite3.Connection, *, defined: bool
) -> tuple[dict[str, Any], Mapping[str, reading.Signature]]:
    """The plan and the files that it rests on; none where it may not be remembered.

    defined: there are projects or budgets in the ledger.
    """
    watch = reading.Watch()
    project, repository = here.look(directory, os.environ, _sidecar(Path(home), watch), watch)
    if defined:
        from franking.cli import prompt_budgets

        return prompt_budgets.plan(ledger, project, repository), watch.seen
    parts = [["scopes", "s.project_id = ?", [project]]] if project is not None else []
    return {"project": project, "parts": parts, "budgets": [], "until": None}, watch.seen


def _sidecar(home: Path, watch: reading.Watch) -> here.Sidecar:
    """The configuration's word and the running sidecar's; what is wrong with either is for others to say."""
    said = _table(str(paths.config_file()), watch, tomllib.loads).get("attribution")
    said = said if isinstance(said, dict) else {}
    running = _table(str(home / "state.json"), watch, json.loads)
    running = running if lock.is_held(home) else {}
    style = os.environ.get("FRANKING_ATTRIBUTION__PROJECT_ID") or said.get("project_id")
    project = os.environ.get("FRANKING_ATTRIBUTION__PROJECT") or said.get("project")
    beside = running.get("project_dir")
    return here.Sidecar(
        "owner/repo" if style == "owner/repo" else "repo",
        project if isinstance(project, str) else None,
        beside if isinstance(beside, str) else None,
    )


def _table(file: str, watch: reading.Watch, read: Callable[[str], Any]) -> dict[str, Any]:
    watch.note(file)
    try:
        found = read(reading.read(file).decode("utf-8-sig"))
    except (FileNotFoundError, reading.UnreadableError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
