"""git's settings as they hold in one repository: all levels, with their includes, as ``git config`` gives them.

Order, later wins: system, XDG, ``~/.gitconfig``, the repository's ``config``, its ``config.worktree`` where that is
switched on. ``include.path`` and ``includeIf`` (``gitdir``, ``gitdir/i``, ``onbranch``, ``hasconfig:remote.*.url``) are
read where they stand. Not read: ``GIT_CONFIG_COUNT`` and ``git -c``, which belong to one command only.
"""

# Paths are strings here, as git wrote them.
# ruff: noqa: PTH111, PTH117, PTH118, PTH120
import os
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from franking.attribution import git_config, reading
from franking.attribution.place_values import Fault
from franking.attribution.wildmatch import wildmatch

__all__ = ["GitSettings", "load"]

DEEPEST = 10  # git's own bound on includes within includes
MOST_FILES = 100
SYSTEM = {
    "darwin": ("/opt/homebrew/etc/gitconfig", "/usr/local/etc/gitconfig", "/etc/gitconfig"),
    "win32": ("C:/Program Files/Git/etc/gitconfig",),
}


class GitSettings:
    """The settings and what was wrong while they were read. own: how many entries stand before the repository's own."""

    def __init__(self) -> None:
        self.entries: list[git_config.Entry] = []
        self.own = 0
        self.faults: list[Fault] = []
        self.files = 0

    def all(self, name: str) -> list[str]:
        """Every value of a key, in order; a key without ``=`` counts as ``true``."""
        return [entry.value if entry.value is not None else "true" for entry in self.entries if entry.name == name]

    def origin(self) -> str | None:
        """The first URL of ``origin``, rewritten. Like ``git remote``, one that only global files name is none."""
        if not any(entry.name == "remote.origin.url" for entry in self.entries[self.own :]):
            return None
        url = next((url for url in self.all("remote.origin.url") if url), None)
        return self.rewritten(url) if url else None

    def get(self, name: str) -> str | None:
        """The value in force: the last one."""
        return next(iter(reversed(self.all(name))), None)

    def flag(self, name: str) -> bool:
        """A yes or no; no where it is not set."""
        value = (self.get(name) or "").lower()
        return value in ("true", "yes", "on") or (value.lstrip("+-").isdigit() and int(value) != 0)

    def rewritten(self, url: str) -> str:
        """A URL after ``url.*.insteadOf``: the longest match wins."""
        longest, base = "", ""
        for entry in self.entries:
            if not (entry.value and entry.name.startswith("url.") and entry.name.endswith(".insteadof")):
                continue
            if url.startswith(entry.value) and len(entry.value) > len(longest):
                longest, base = entry.value, entry.name[len("url.") : -len(".insteadof")]
        return base + url[len(longest) :] if longest else url


class _Reader(NamedTuple):
    git_dir: str
    branch: str | None
    environment: Mapping[str, str]
    watch: reading.Watch
    remotes: tuple[str, ...] | None = None  # None: conditions on remotes do not hold yet

    @property
    def home(self) -> str:
        return self.environment.get("HOME") or os.path.expanduser("~")

    def file(self, path: str, into: GitSettings, depth: int = 0) -> None:
        """A file's entries, each include in its place. An absent file is fine; an unreadable one is a fault."""
        if path == os.devnull:  # the usual way to say that there is none
            return
        self.watch.note(path)
        try:
            text = reading.read(path).decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            return
        except reading.UnreadableError as fault:
            into.faults.append(Fault(reading.shown(path), str(fault)))
            return
        into.files += 1
        try:
            entries = git_config.parse(text)
        except git_config.MalformedError as fault:
            entries = fault.entries
            into.faults.append(Fault(f"{reading.shown(path)}:{fault.line}", "git does not understand this line"))
        for entry in entries:
            into.entries.append(entry)
            within = depth < DEEPEST and into.files < MOST_FILES
            if entry.value and within and self._included(entry.name, path):
                self.file(self._path(entry.value, os.path.dirname(path)), into, depth + 1)

    def _path(self, value: str, folder: str) -> str:
        if value.startswith("~/"):
            return os.path.join(self.home, value[2:])
        if value.startswith("~"):
            return os.path.expanduser(value)
        return os.path.join(folder, value)

    def _included(self, name: str, path: str) -> bool:
        if name == "include.path":
            return True
        if not (name.startswith("includeif.") and name.endswith(".path")):
            return False
        kind, _, pattern = name[len("includeif.") : -len(".path")].partition(":")
        match kind:
            case "gitdir" | "gitdir/i":
                return self._in_git_dir(pattern, path, ignore_case=kind.endswith("/i"))
            case "onbranch":
                return self.branch is not None and wildmatch(_whole(pattern), self.branch)
            case "hasconfig" if pattern.startswith("remote.*.url:") and self.remotes is not None:
                return any(wildmatch(pattern.removeprefix("remote.*.url:"), url) for url in self.remotes)
            case _:
                return False

    def _in_git_dir(self, pattern: str, path: str, *, ignore_case: bool) -> bool:
        """The rules of git-config(1), "Conditional includes"; both names of a folder behind a symbolic link count."""
        folder = ""
        if pattern.startswith("./"):
            folder, pattern = os.path.dirname(os.path.realpath(path)), pattern[2:]
        elif pattern.startswith("~/"):
            folder, pattern = os.path.realpath(self.home), pattern[2:]
        elif not os.path.isabs(pattern):
            pattern = "**/" + pattern
        for text in dict.fromkeys((os.path.realpath(self.git_dir), self.git_dir)):
            if folder:
                if not text.startswith(folder + "/"):
                    continue
                text = text[len(folder) + 1 :]
            if wildmatch(_whole(pattern), text.replace(os.sep, "/"), ignore_case=ignore_case):
                return True
        return False


def _whole(pattern: str) -> str:
    return pattern + "**" if pattern.endswith("/") else pattern


def load(
    git_dir: str, common_dir: str, branch: str | None, environment: Mapping[str, str], watch: reading.Watch
) -> GitSettings:
    """The settings of a repository. environment: the caller's; without HOME, the sidecar's."""
    reader = _Reader(git_dir, branch, environment, watch)
    settings = _levels(reader, common_dir)
    if any(entry.name.startswith("includeif.hasconfig:") for entry in settings.entries):
        urls = (e.value for e in settings.entries if e.name.startswith("remote.") and e.name.endswith(".url"))
        known = tuple(url for url in urls if url)
        settings = _levels(_Reader(git_dir, branch, environment, watch, known), common_dir)
    return settings


def _levels(reader: _Reader, common_dir: str) -> GitSettings:
    settings = GitSettings()
    for path in _global_files(reader):
        reader.file(path, settings)
    settings.own = len(settings.entries)
    reader.file(os.path.join(common_dir, "config"), settings)
    if settings.flag("extensions.worktreeconfig"):
        reader.file(os.path.join(reader.git_dir, "config.worktree"), settings)
    return settings


def _global_files(reader: _Reader) -> Iterator[str]:
    environment = reader.environment
    if environment.get("GIT_CONFIG_NOSYSTEM", "").lower() not in ("1", "true", "yes", "on"):
        if named := environment.get("GIT_CONFIG_SYSTEM"):
            yield named
        else:
            yield from SYSTEM.get(sys.platform, ("/etc/gitconfig",))
    if (named := environment.get("GIT_CONFIG_GLOBAL")) is not None:
        if named:
            yield named
        return
    folder = environment.get("XDG_CONFIG_HOME") or os.path.join(reader.home, ".config")
    yield os.path.join(folder, "git", "config")
    yield os.path.join(reader.home, ".gitconfig")
