"""git, run by tests: to make repositories, and to say what git itself makes of them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from support.sidecar import clean_environment

__all__ = ["commit", "git"]


def git(
    folder: Path,
    *arguments: str,
    home: Path | None = None,
    may_fail: bool = False,
    variables: Mapping[str, str] | None = None,
) -> str:
    """git's output, without its last newline. home: whose global settings count; without one there are none."""
    settings = {"GIT_CONFIG_SYSTEM": "/dev/null"}
    if home is None:
        settings["GIT_CONFIG_GLOBAL"] = "/dev/null"
    else:
        settings |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    environment = clean_environment(**(settings | dict(variables or {})))
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, check=not may_fail, capture_output=True, text=True, timeout=60
    )
    return done.stdout.rstrip("\n")


def commit(folder: Path) -> str:
    """An empty commit, by nobody in particular; its hash."""
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
    git(folder, *who, "commit", "--quiet", "--allow-empty", "--message=empty")
    return git(folder, "rev-parse", "HEAD")
