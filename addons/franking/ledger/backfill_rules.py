"""The rules of ``frank backfill``: ``config/backfill.toml``, with a user's ``ledger.backfill_rules`` before it. Frozen.

``BackfillRules.load(settings)`` reads, checks and compiles them; a file that cannot be used raises SettingsError, which
names the file and the key.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from franking import paths
from franking.attribution import rules_file
from franking.attribution.features import Features
from franking.attribution.rules import Rules
from franking.attribution.values import INFERRED
from franking.settings import Settings, SettingsError

__all__ = ["COLUMNS", "FIELDS", "BackfillRules", "Field", "Neighbour", "Pattern"]

Field = Literal["project", "feature"]
FIELDS: tuple[Field, ...] = ("project", "feature")

_SHARED = (
    "editor_name", "client", "client_version", "command", "gateway", "user", "organization_id", "session_id",
    "machine_id", "repository", "branch", "worktree", "rejected_feature", "pid",
)  # fmt: skip
"""The columns in which neighbours may have to be the same."""

COLUMNS = (*_SHARED, "path", "host")
"""The columns that patterns may look at."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file, closed to unknown keys."""


class _PatternEntry(_Entry, frozen=True):
    name: str
    match: Mapping[str, str]
    project: str | None = None
    feature: str | None = None


class _NeighbourEntry(_Entry, frozen=True):
    name: str
    field: Field
    seconds: int
    same: tuple[str, ...]
    alike: tuple[str, ...] = ()


class _File(_Entry, frozen=True):
    pattern: tuple[_PatternEntry, ...] = ()
    neighbour: tuple[_NeighbourEntry, ...] = ()
    silent: Mapping[Literal["project", "project_source", "feature", "feature_source"], tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A value that a row's own columns tell; None ends the patterns for the field."""

    source: str
    field: Field
    value: str | None
    conditions: tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whose value a row may take: began within ``width`` microseconds, has the same columns."""

    source: str
    field: Field
    same: tuple[str, ...]
    alike: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class BackfillRules:
    """own: the user's patterns; after them attribution's say counts, and then the shipped ones.

    silent: column → values that tell nothing about a row's neighbours.
    """

    own: tuple[Pattern, ...]
    attribution: Rules
    shipped: tuple[Pattern, ...]
    neighbours: tuple[Neighbour, ...]
    silent: Mapping[str, frozenset[str]]

    @property
    def reach(self) -> int:
        """The largest distance of a neighbour, in microseconds."""
        return max((rule.width for rule in self.neighbours), default=0)

    @classmethod
    def load(cls, settings: Settings | None = None) -> "BackfillRules":
        """The rules in force. Raises SettingsError."""
        files = [paths.shipped("backfill.toml")]
        if settings is not None and settings.ledger.backfill_rules is not None:
            files.insert(0, settings.ledger.backfill_rules)
        tables = [(file, rules_file.checked(file, _File, "ledger.backfill_rules")) for file in files]
        attribution = Rules.load(settings)
        patterns = [tuple(_patterns(file, table, attribution.features)) for file, table in tables]
        keys = sorted({key for _, table in tables for key in table.silent})
        return cls(
            own=tuple(pattern for listed in patterns[:-1] for pattern in listed),
            attribution=attribution,
            shipped=patterns[-1],
            neighbours=tuple(_neighbours(tables)),
            silent={key: frozenset(v for _, table in tables for v in table.silent.get(key, ())) for key in keys},
        )


def _patterns(file: Path, table: _File, features: Features) -> Iterator[Pattern]:
    for number, entry in enumerate(table.pattern):
        key = f"{file}: pattern[{number}]"
        _check(key, entry.name, entry.match, COLUMNS)
        conditions = tuple(
            (column, rules_file.pattern(f"{key}.match.{column}", match)) for column, match in entry.match.items()
        )
        if not conditions or (entry.project is None and entry.feature is None):
            raise SettingsError(f"{key}: expected match, and project or feature")
        if entry.feature and features.normalise(entry.feature)[0] != entry.feature:
            raise SettingsError(f"{key}.feature: {entry.feature!r} is not on the list of features")
        for field, value in (("project", entry.project), ("feature", entry.feature)):
            if value is not None:
                yield Pattern(f"{INFERRED}{entry.name}", "project" if field == "project" else "feature", value or None,
                              conditions)  # fmt: skip


def _neighbours(tables: Iterable[tuple[Path, _File]]) -> Iterator[Neighbour]:
    seen: set[tuple[str, str]] = set()
    for file, table in tables:
        for number, entry in enumerate(table.neighbour):
            key = f"{file}: neighbour[{number}]"
            _check(key, entry.name, (*entry.same, *entry.alike), _SHARED)
            if not entry.same or not 0 <= entry.seconds <= 3600:
                raise SettingsError(f"{key}: expected same with a column at least, and seconds from 0 to 3600")
            if (entry.name, entry.field) not in seen and entry.seconds:
                source = f"{INFERRED}neighbour-{entry.name}"
                yield Neighbour(source, entry.field, entry.same, entry.alike, entry.seconds * 1_000_000)
            seen.add((entry.name, entry.field))


def _check(key: str, name: str, columns: Iterable[str], known: tuple[str, ...]) -> None:
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{key}.name: {name!r}: expected small letters, digits and hyphens")
    if unknown := sorted(set(columns) - set(known)):
        raise SettingsError(f"{key}: {unknown[0]}: unknown column; expected {', '.join(known)}")
