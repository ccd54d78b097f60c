"""The form of a rules file (``config/attribution.toml``, a user's ``attribution.rules``), read and checked. Frozen."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from franking.settings import SettingsError
from franking.settings_faults import why_unread

__all__ = [
    "HEADER_FIELDS",
    "ClientRule",
    "CommandRule",
    "EditorRule",
    "OrganizationRule",
    "PathRule",
    "RulesFile",
    "WorkspaceRule",
    "Wrapper",
    "checked",
    "pattern",
    "read",
]

HEADER_FIELDS = (
    "feature",
    "project",
    "organization",
    "user",
    "session",
    "task",
    "client",
    "editor",
    "machine",
    "tags",
    "context",
    "context_project",
)
"""What a header can say; the keys of ``[headers]``."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file, closed to unknown keys."""


class EditorRule(_Entry, frozen=True):
    """An editor's name, and the extension's feature in it; an empty feature says that it is not the extension."""

    match: str
    feature: str


class PathRule(_Entry, frozen=True):
    """A path, and the feature of callers known by nothing else."""

    match: str
    feature: str


class OrganizationRule(_Entry, frozen=True):
    """A path that names the organization, in the group ``id``."""

    match: str


class ClientRule(_Entry, frozen=True):
    """A header's value, and the client that it tells.

    match: may have groups ``name`` and ``version``.  name: empty says that the header tells nothing.
    library: it is what a tool is built with, so that the tool's own name says more.
    """

    match: str
    name: str
    header: str = "user-agent"
    library: bool = False


class WorkspaceRule(_Entry, frozen=True):
    """A header in JSON that tells the remote of the repository at work. remote: the keys to it; ``*`` is any."""

    header: str
    remote: tuple[str, ...]


class Wrapper(_Entry, frozen=True):
    """A program that stands before the one that counts."""

    names: tuple[str, ...]
    values: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    module: str | None = None
    positionals: int = 0
    assignments: bool = False


class CommandRule(_Entry, frozen=True):
    """A program: what it is called, its sub-commands, the features they mean, and which of them are daemons.

    background: sub-commands that the tool starts by itself and keeps, with the first session's environment.
    """

    names: tuple[str, ...]
    paths: tuple[str, ...] = ()
    client: str | None = None
    values: frozenset[str] = frozenset()
    subcommands: frozenset[str] = frozenset()
    feature: str | None = None
    features: Mapping[str, str] = {}
    daemons: frozenset[str] = frozenset()
    background: frozenset[str] = frozenset()


class RulesFile(_Entry, frozen=True):
    """A whole file; every table may be left out."""

    headers: Mapping[str, tuple[str, ...]] = {}
    operations: Mapping[str, str] = {}
    path: tuple[PathRule, ...] = ()
    organization: tuple[OrganizationRule, ...] = ()
    editor: tuple[EditorRule, ...] = ()
    extension: EditorRule | None = None
    client: tuple[ClientRule, ...] = ()
    workspace: tuple[WorkspaceRule, ...] = ()
    wrapper: tuple[Wrapper, ...] = ()
    command: tuple[CommandRule, ...] = ()


def read(file: Path) -> RulesFile:
    """A file's rules. Raises SettingsError, naming file and key."""
    rules = checked(file, RulesFile, "attribution.rules")
    if unknown := rules.headers.keys() - set(HEADER_FIELDS):
        raise SettingsError(f"{file}: headers.{min(unknown)}: unknown key; expected {', '.join(HEADER_FIELDS)}")
    return rules


def checked[T](file: Path, form: type[T], named_by: str) -> T:
    """A TOML file in its form. named_by: the setting that names it. Raises SettingsError, naming file and key."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file}: cannot be read ({named_by} names it): {why_unread(fault)}") from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file}: not valid TOML: {fault}") from None
    try:
        return msgspec.convert(table, form)
    except msgspec.ValidationError as fault:
        words, _, place = str(fault).partition(" - at ")
        key = place.strip("`").removeprefix("$").removeprefix(".") or "the file's top"
        raise SettingsError(f"{file}: {key}: {words}") from None


def pattern(where: str, match: str) -> re.Pattern[str]:
    """A rule's pattern, searched without regard to case. where: file and key, for the SettingsError that is raised."""
    try:
        return re.compile(match, re.IGNORECASE)
    except re.error as fault:
        raise SettingsError(f"{where}: no regular expression: {fault}") from None
