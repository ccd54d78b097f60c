"""Real git repositories, made in a temporary folder."""

import subprocess
from pathlib import Path

from support.sidecar import clean_environment

__all__ = ["make"]


def make(folder: Path, *, origin: str | None = None, project_file: str | None = None) -> Path:
    """A repository at ``folder``, with a remote ``origin`` and a ``.kilocode/config.json`` where they are given."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    if origin:
        _git(folder, "remote", "add", "origin", origin)
    if project_file is not None:
        (folder / ".kilocode").mkdir()
        (folder / ".kilocode" / "config.json").write_text(project_file, encoding="utf-8")
    return folder


def _git(folder: Path, *arguments: str) -> None:
    environment = clean_environment(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, timeout=60)
