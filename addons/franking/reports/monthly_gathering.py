"""The reports of a month, from the ledger: as few questions as there are dimensions, however many projects. Read-only.

All of them see the ledger at one moment, so that projects add up to everything, and every table to its report.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Literal

from franking.ledger.filters import BENEATH, Filters, Value, where
from franking.ledger.groups import Group
from franking.projects import questions, store
from franking.reports.monthly import Figures, Report, Split, Subject, split
from franking.reports.monthly_budgets import covers, kept
from franking.reports.months import Month

__all__ = ["DIMENSIONS", "gathered"]

DIMENSIONS = ("client", "feature", "model", "user", "branch")
"""What a report tells apart."""


class _Whole(Enum):
    """Every project together, where a project's name stands."""

    ALL = "all"


_ALL = _Whole.ALL
_Of = Value | Literal[_Whole.ALL]

_NO_USAGE = """
SELECT s.project_id, {repository}, COUNT(*)
FROM entries AS e LEFT JOIN scopes AS s ON s.id = e.scope LEFT JOIN callers AS c ON c.id = e.caller
WHERE {inside} AND e.status = 'ok' AND e.input_tokens IS NULL AND e.output_tokens IS NULL GROUP BY 1, 2
"""


def gathered(ledger: sqlite3.Connection, month: Month, at: int, projects: Sequence[str] = ()) -> list[Report]:
    """Everything together, each project with requests, the dearest first, and what is unattributed; or the named ones.

    projects: names, ``""`` is what is unattributed. ledger: in no transaction. Raises ProjectsError: no such project.
    """
    ledger.execute("BEGIN")
    try:
        return _Gathering(ledger, month, at, projects).reports()
    finally:
        ledger.execute("ROLLBACK")


class _Gathering:
    def __init__(self, ledger: sqlite3.Connection, month: Month, at: int, projects: Sequence[str]) -> None:
        self._ledger, self._month, self._at = ledger, month, at
        self._names = questions.names(ledger)
        self._wanted: tuple[Value, ...] = tuple(
            dict.fromkeys(questions.named(ledger, name, self._names).name if name else None for name in projects)
        )
        self._include = {"project": self._wanted} if projects else {}
        self._found = {name: self._asked(month, name) for name in (*DIMENSIONS, "day", "organization")}
        self._before = self._asked(month.before, "gateway")
        self._budgets = kept(ledger, self._names, month, at)
        self._without = self._no_usage()
        self._titles = {project.name: project.title for project in self._names.projects.values()}

    def reports(self) -> list[Report]:
        """In their order."""
        if self._wanted:
            return [self._report(project) for project in self._wanted]
        seen = {project: _together(held.values()) for project, held in self._found["day"].items()}
        order = sorted(seen, key=lambda one: (one is None, -(seen[one].cost or 0), -seen[one].requests, one or ""))
        return [self._report(_ALL), *(self._report(project) for project in order)]

    def _asked(self, month: Month, dimension: str) -> Mapping[Value, Mapping[Value, Figures]]:
        """Project → the dimension's value → figures."""
        filters = Filters(month.since, month.until, self._include)
        found: dict[Value, dict[Value, Figures]] = {}
        asked = questions.costs(self._ledger, filters, ("project", dimension), month.zone, names=self._names)
        for group in asked.groups:
            project, value = group.key
            found.setdefault(project, {})[value] = _figures(group)
        return found

    def _report(self, project: _Of) -> Report:
        figures = _together(self._of("day", project).values())
        figures.no_usage = sum(count for name, count in self._without.items() if project in (name, _ALL))
        days = self._of("day", project)
        splits = [self._split(name, self._of(name, project)) for name in DIMENSIONS]
        if project is _ALL:
            splits.insert(0, self._by_project())
        return Report(
            subject=self._subject(project),
            month=self._month,
            made_at=self._at,
            figures=figures,
            before=_together(held for name, parts in self._before.items() if project in (name, _ALL)
                             for held in parts.values()),
            users=sum(value is not None for value in self._of("user", project)),
            days=tuple(days.get(day, Figures()) for day in self._month.days),
            splits=tuple(splits),
            budgets=tuple(
                one for one in self._budgets
                if project is _ALL or covers(one.state.budget, project, project and self._owner(project))
            ),
        )  # fmt: skip

    def _of(self, dimension: str, project: _Of) -> Mapping[Value, Figures]:
        if project is not _ALL:
            return self._found[dimension].get(project, {})
        whole: dict[Value, Figures] = {}
        for parts in self._found[dimension].values():
            for value, held in parts.items():
                whole.setdefault(value, Figures()).add(held)
        return whole

    def _split(self, dimension: str, parts: Mapping[Value, Figures]) -> Split:
        return split(dimension, [(value, value or "", held) for value, held in parts.items()])

    def _by_project(self) -> Split:
        return split(
            "project",
            [
                (project, self._titles.get(project or "", project or ""), _together(parts.values()))
                for project, parts in self._found["day"].items()
            ],
        )

    def _subject(self, project: _Of) -> Subject:
        if project is _ALL:
            return Subject("all")
        if project is None:
            return Subject("unattributed", title="Unattributed")
        owner = self._owner(project)
        known = {one.name: one.title for one in store.organizations(self._ledger)}
        return Subject("project", project, self._titles.get(project, project), owner and known.get(owner, owner))

    def _owner(self, project: str) -> Value:
        """Its organization; else what its requests were stamped with, where they agree."""
        if (owner := self._names.organization(project)) is not None:
            return owner
        stamped = self._of("organization", project)
        return next(iter(stamped)) if len(stamped) == 1 else None

    def _no_usage(self) -> Mapping[Value, int]:
        """Project → its requests that ended well and told no tokens."""
        inside, parameters = where(Filters(self._month.since, self._month.until), BENEATH)
        repository = "c.repository" if self._names.by_repository else "NULL"
        said = _NO_USAGE.format(repository=repository, inside=inside)
        found: dict[Value, int] = {}
        for project_id, place, count in self._ledger.execute(said, parameters):
            project = self._names.of(project_id, place)
            found[project] = found.get(project, 0) + count
        return found


def _together(parts: Iterable[Figures]) -> Figures:
    whole = Figures()
    for part in parts:
        whole.add(part)
    return whole


def _figures(group: Group) -> Figures:
    return Figures(
        requests=group.requests, cost=group.cost, unpriced=group.unpriced_ok, failed=group.errors,
        running=group.running, input_tokens=group.input_tokens, output_tokens=group.output_tokens,
    )  # fmt: skip
