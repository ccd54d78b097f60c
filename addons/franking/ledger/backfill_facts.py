"""What a row's side rows say for ``frank backfill``: which fields it has for its neighbours, which it lacks, and what
its own columns tell of these. Rows with the same scope, caller and kind share it all.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from franking.attribution import command
from franking.attribution.values import INFERRED
from franking.ledger.backfill_rules import FIELDS, BackfillRules, Field, Neighbour, Pattern
from franking.ledger.schema_2 import CALLER, SCOPE

__all__ = ["Fact", "Facts", "Gap", "Inference", "Key"]

_REMEMBERED = 20_000

_VALUE = {"project": "project_id", "feature": "feature"}
_CALLER = CALLER[:-1]
_KIND = ("path", "host")

Key = tuple[object, ...]
"""A group of neighbours: the rule's number and the values that they share."""


class Inference(NamedTuple):
    """A value, the source that it gets, where it was found, and the entry that it is from, None for the row itself."""

    value: str
    source: str
    where: str
    neighbour: int | None = None


class Gap(NamedTuple):
    """A field that a row lacks. groups: where its neighbours are looked for, in order.

    rejected: it has a feature that is not on the list, so that neighbours have no say.
    """

    field: Field
    rejected: bool
    groups: tuple[tuple[Neighbour, Key], ...]


class Fact(NamedTuple):
    """What a row tells its neighbours: the group, its width, the value; None is an explicit none."""

    key: Key
    width: int
    value: str | None


@dataclass(frozen=True, slots=True)
class _Shared:
    columns: Mapping[str, Any]
    facts: tuple[Fact, ...]
    gaps: tuple[Gap, ...]


class Facts:
    """Of one ledger. A side row never changes, but may be dropped once nothing needs it, and its number used again."""

    def __init__(self, ledger: sqlite3.Connection, rules: BackfillRules) -> None:
        self._ledger = ledger
        self._rules = rules
        self._shared: dict[tuple[int, int], _Shared] = {}
        self._side_rows: dict[tuple[str, int], Mapping[str, Any]] = {}
        self._own: dict[tuple[int, int, int, Field], Inference | None] = {}
        self._numbered = tuple(enumerate(rules.neighbours))

    def of(self, scope: int, caller: int) -> _Shared:
        """What rows with this scope and caller say. Raises sqlite3.Error."""
        place = (scope, caller)
        if (found := self._shared.get(place)) is None:
            if len(self._shared) >= _REMEMBERED:
                self._shared.clear()
            found = self._shared[place] = self._read(scope, caller)
        return found

    def own(self, scope: int, caller: int, kind: int, gap: Gap) -> Inference | None:
        """What the row's own columns tell of a field that it lacks. Raises sqlite3.Error."""
        place = (scope, caller, kind, gap.field)
        if place not in self._own:
            if len(self._own) >= _REMEMBERED:
                self._own.clear()
            columns = {**self.of(scope, caller).columns, **self._columns("kinds", _KIND, kind)}
            self._own[place] = _told(self._rules, gap, columns)
        return self._own[place]

    def forget(self) -> None:
        """Look everything up again."""
        for remembered in (self._side_rows, self._shared, self._own):
            remembered.clear()

    def _read(self, scope: int, caller: int) -> _Shared:
        columns = {**self._columns("scopes", SCOPE, scope), **self._columns("callers", _CALLER, caller)}
        facts: list[Fact] = []
        gaps: list[Gap] = []
        for field in FIELDS:
            value, source = columns[_VALUE[field]], columns[f"{field}_source"]
            groups = self._groups(field, columns)
            rejected = field == "feature" and columns["rejected_feature"] is not None
            if value is None and (source is None or rejected):
                gaps.append(Gap(field, rejected, groups))
            if (value is not None or source is not None) and not self._silent(field, value, source):
                facts += [Fact(key, rule.width, value) for rule, key in groups]
        return _Shared(columns, tuple(facts), tuple(gaps))

    def _groups(self, field: Field, columns: Mapping[str, Any]) -> tuple[tuple[Neighbour, Key], ...]:
        return tuple(
            (rule, (number, *(columns[name] for name in (*rule.same, *rule.alike))))
            for number, rule in self._numbered
            if rule.field == field and all(columns[name] is not None for name in rule.same)
        )

    def _silent(self, field: Field, value: str | None, source: str | None) -> bool:
        silent = self._rules.silent
        return (
            (source or "").startswith(INFERRED)
            or value in silent.get(field, ())
            or source in silent.get(f"{field}_source", ())
        )

    def _columns(self, table: str, names: tuple[str, ...], number: int) -> Mapping[str, Any]:
        place = (table, number)
        if (known := self._side_rows.get(place)) is None:
            if len(self._side_rows) >= _REMEMBERED:
                self._side_rows.clear()
            listed = ", ".join(f'"{name}"' for name in names)
            found = self._ledger.execute(f"SELECT {listed} FROM {table} WHERE id = ?", (number,)).fetchone()  # noqa: S608
            known = self._side_rows[place] = dict(zip(names, found or (None,) * len(names), strict=True))
        return known


def _told(rules: BackfillRules, gap: Gap, columns: Mapping[str, Any]) -> Inference | None:
    """The user's patterns, attribution's say, the shipped patterns: the first that has a word, be it that of none."""
    for pattern in rules.own:
        if _matches(pattern, gap, columns):
            return _inferred(pattern, columns)
    if gap.field == "feature" and not gap.rejected and (said := _attributed(rules, columns)):
        source, column, feature = said
        value = rules.attribution.features.normalise(feature)[0]
        return Inference(value, f"{INFERRED}{source}", f"{column} {columns[column]}") if value else None
    for pattern in rules.shipped:
        if _matches(pattern, gap, columns):
            return _inferred(pattern, columns)
    return None


def _attributed(rules: BackfillRules, columns: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """What attribution's rules say today: (source, column, feature); an empty feature says that there is none."""
    if (said := columns["command"]) is not None:
        feature = command.read(said.split(), rules.attribution).feature
        if feature:
            return "command", "command", feature
    if (editor := columns["editor_name"]) is not None:
        for match, feature in rules.attribution.editors:
            if match.search(editor):
                return "editor", "editor_name", feature
    return None


def _matches(pattern: Pattern, gap: Gap, columns: Mapping[str, Any]) -> bool:
    if pattern.field != gap.field or (gap.rejected and not _on_rejected(pattern)):
        return False
    return all(
        columns[name] is not None and match.search(str(columns[name])) is not None for name, match in pattern.conditions
    )


def _on_rejected(pattern: Pattern) -> bool:
    return any(name == "rejected_feature" for name, _ in pattern.conditions)


def _inferred(pattern: Pattern, columns: Mapping[str, Any]) -> Inference | None:
    where = ", ".join(f"{name} {columns[name]}" for name, _ in pattern.conditions)
    return Inference(pattern.value, pattern.source, where) if pattern.value else None
