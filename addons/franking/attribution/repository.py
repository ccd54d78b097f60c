"""The git repository around a directory, through GitPython, without ever starting ``git``.

GitPython opens the repository (see ``git_folders``); ``git_settings`` reads the settings, since GitPython's reader
departs from git's (see ``git_config``). Nothing is run that a setting names, so a repository of another owner, which
git refuses as "dubious ownership", is read like any other.
"""

# Paths are strings here, as the kernel gave them.
# ruff: noqa: PTH118, PTH119, PTH120
import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from franking.attribution import git_folders, git_settings, reading, remotes
from franking.attribution.place_values import Fault, Repository

__all__ = ["Found", "find", "look", "prepare"]

prepare = git_folders.prepare


class Found(NamedTuple):
    """A repository, or None; and what could not be read on the way, the repository's own faults included."""

    repository: Repository | None = None
    faults: tuple[Fault, ...] = ()


def find(directory: str, environment: Mapping[str, str]) -> Repository | None:
    """The repository that git would find from a directory. environment: the caller's. Never raises."""
    return look(directory, environment, reading.Watch()).repository


def look(
    directory: str,
    environment: Mapping[str, str],
    watch: reading.Watch,
    head: git_folders.Head = git_folders.by_gitpython,
) -> Found:
    """As ``find()``, with the faults; ``watch`` is told every file that the answer rests on. Never raises.

    head: how HEAD is read; ``git_head.branch`` needs no GitPython.
    """
    faults: list[Fault] = []
    try:
        opened = git_folders.locate(directory, environment, watch, faults, head)
        if opened is None:
            return Found(None, tuple(faults))
        repository = _described(opened, directory, environment, watch, faults)
    except (OSError, ValueError, RecursionError) as fault:
        return Found(None, (*faults, Fault(reading.shown(directory), f"git's files could not be read: {fault}")))
    return Found(repository._replace(fault=faults[0]) if faults else repository, tuple(faults))


def _described(
    opened: git_folders.Opened,
    directory: str,
    environment: Mapping[str, str],
    watch: reading.Watch,
    faults: list[Fault],
) -> Repository:
    settings = git_settings.load(opened.git_dir, opened.common_dir, opened.branch, environment, watch)
    faults.extend(settings.faults)
    linked = os.path.realpath(opened.git_dir) != os.path.realpath(opened.common_dir)
    origin = settings.origin()
    top = None if settings.flag("core.bare") and not linked else opened.top
    if work_tree := environment.get("GIT_WORK_TREE"):
        top = os.path.realpath(os.path.join(directory, work_tree))
    elif (work_tree := settings.get("core.worktree")) and not linked:
        top = os.path.normpath(os.path.join(opened.git_dir, work_tree))
    main = settings.get("core.worktree") if linked else None
    if main:  # a worktree of a submodule: its main working tree stands elsewhere
        name = os.path.basename(os.path.normpath(os.path.join(opened.common_dir, main)))
    else:
        name = _folder_name(opened.common_dir) if linked or top is None else os.path.basename(top)
    return Repository(
        toplevel=top or opened.git_dir,
        name=reading.shown(name),
        remote=reading.shown(remotes.without_credentials(origin)) if origin else None,
        branch=reading.shown(opened.branch) if opened.branch else None,
        worktree=reading.shown(os.path.basename(opened.git_dir)) if linked else None,
        user=reading.shown(settings.get("user.email") or "").strip() or None,
    )


def _folder_name(common_dir: str) -> str:
    """A repository's name by its git folder: ``shop`` for ``shop/.git``, ``shop/.bare`` and ``shop.git``."""
    folder = os.path.basename(common_dir)
    if folder.startswith("."):
        return os.path.basename(os.path.dirname(common_dir))
    return re.sub(r"\.git\Z", "", folder, flags=re.IGNORECASE)
