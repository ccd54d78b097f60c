"""The rules of attribution: data from ``config/attribution.toml``, with a user's ``attribution.rules`` before it.

``Rules.load(settings)`` reads, checks and compiles them once; a file that cannot be used raises SettingsError, which
names the file and the key. Everything here is frozen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from franking import paths
from franking.attribution.features import Features
from franking.attribution.rules_file import (
    HEADER_FIELDS,
    CommandRule,
    EditorRule,
    PathRule,
    RulesFile,
    Wrapper,
    pattern,
    read,
)
from franking.settings import Gateway, Settings, SettingsError

__all__ = ["Rules"]

_Patterns = tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, compiled.

    headers: field → header names, the first sent counts.  operations: route operation → feature.
    editors, paths: pattern → feature.  extension: the old extension's user agent and feature.
    clients: (header, pattern, name, is it a library).  workspaces: (header, keys to a remote in its JSON).
    commands, wrappers: by name; command_paths: by part of the path.
    relevant_headers: every header that attribution looks at.  project_style: ``repo`` or ``owner/repo``.
    """

    features: Features
    headers: Mapping[str, tuple[str, ...]]
    operations: Mapping[str, str]
    paths: _Patterns
    organizations: tuple[re.Pattern[str], ...]
    editors: _Patterns
    extension: tuple[re.Pattern[str], str] | None
    clients: tuple[tuple[str, re.Pattern[str], str, bool], ...]
    workspaces: tuple[tuple[str, tuple[str, ...]], ...]
    commands: Mapping[str, CommandRule]
    command_paths: tuple[tuple[str, CommandRule], ...]
    wrappers: Mapping[str, Wrapper]
    project_style: Literal["repo", "owner/repo"] = "repo"
    relevant_headers: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def load(cls, settings: Settings | None = None) -> "Rules":
        """The shipped rules, a user's file before them, and the gateways' own headers. Raises SettingsError."""
        files = [paths.shipped("attribution.toml")]
        gateways: Iterable[Gateway] = ()
        if settings is not None:
            gateways = settings.gateway
            if settings.attribution.rules is not None:
                files.insert(0, settings.attribution.rules)
        tables = [(file, read(file)) for file in files]
        headers = {name: _headers(name, (table for _, table in tables), gateways) for name in HEADER_FIELDS}
        clients = tuple(
            (rule.header.lower(), _pattern(file, "client", number, rule.match), rule.name, rule.library)
            for file, table in tables
            for number, rule in enumerate(table.client)
        )
        workspaces = tuple((rule.header.lower(), rule.remote) for _, table in tables for rule in table.workspace)
        extensions = [
            (_pattern(file, "extension", None, table.extension.match), table.extension.feature)
            for file, table in tables
            if table.extension
        ]
        commands = [rule for _, table in tables for rule in table.command]
        return cls(
            features=Features.load(settings),
            headers=headers,
            operations={key: value for _, table in reversed(tables) for key, value in table.operations.items()},
            paths=_patterns("path", ((file, table.path) for file, table in tables)),
            organizations=tuple(
                _pattern(file, "organization", number, rule.match, group="id")
                for file, table in tables
                for number, rule in enumerate(table.organization)
            ),
            editors=_patterns("editor", ((file, table.editor) for file, table in tables)),
            extension=extensions[0] if extensions else None,
            clients=clients,
            workspaces=workspaces,
            commands={name: rule for rule in reversed(commands) for name in rule.names},
            command_paths=tuple((part, rule) for rule in commands for part in rule.paths),
            wrappers={name: rule for _, table in reversed(tables) for rule in table.wrapper for name in rule.names},
            project_style=settings.attribution.project_id if settings else "repo",
            relevant_headers=frozenset(
                [
                    *(name for names in headers.values() for name in names),
                    *(header for header, *_ in clients),
                    *(header for header, _ in workspaces),
                ]
            ),
        )


def _headers(field_name: str, files: Iterable[RulesFile], gateways: Iterable[Gateway]) -> tuple[str, ...]:
    listed = [header.lower() for table in files for header in table.headers.get(field_name, ())]
    stamped = [gateway.stamp[field_name].lower() for gateway in gateways if field_name in gateway.stamp]
    return tuple(dict.fromkeys([*listed, *stamped]))


def _patterns(key: str, listed: Iterable[tuple[Path, Iterable[PathRule | EditorRule]]]) -> _Patterns:
    return tuple(
        (_pattern(file, key, number, rule.match), rule.feature)
        for file, rules in listed
        for number, rule in enumerate(rules)
    )


def _pattern(file: Path, key: str, number: int | None, match: str, group: str | None = None) -> re.Pattern[str]:
    where = f"{file}: {key}{'' if number is None else f'[{number}]'}.match"
    compiled = pattern(where, match)
    if group and group not in compiled.groupindex:
        raise SettingsError(f"{where}: expected a group (?P<{group}>…)")
    return compiled
