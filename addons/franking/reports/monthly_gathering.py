"""The reports of a month, from the ledger: as few questions as there are dimensions, however many projects. Read-only.

All of them see the ledger at one moment, so that projects add up to everything, and every table to its report.
What no list of reports shows is asked for a report alone; one question of it reads every row of the month.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from functools import cached_property
from typing import Literal

from franking.ledger.filters import BENEATH, Filters, Value, where
from franking.ledger.groups import Group
from franking.projects import questions, store
from franking.reports.monthly import Figures, Outline, Report, Split, Subject, split
from franking.reports.monthly_budgets import Kept, covers, kept
from franking.reports.months import Month

__all__ = ["DIMENSIONS", "gathered", "outlined"]

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
    return _each(ledger, month, at, projects, _Gathering.report)


def outlined(ledger: sqlite3.Connection, month: Month, at: int, projects: Sequence[str] = ()) -> list[Outline]:
    """As ``gathered``, what a list shows of each."""
    return _each(ledger, month, at, projects, _Gathering.outline)


def _each[Told](
    ledger: sqlite3.Connection,
    month: Month,
    at: int,
    projects: Sequence[str],
    told: "Callable[[_Gathering, _Of], Told]",
) -> list[Told]:
    ledger.execute("BEGIN")
    try:
        gathering = _Gathering(ledger, month, at, projects)
        return [told(gathering, project) for project in gathering.meant()]
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
        self._found: dict[str, Mapping[Value, Mapping[Value, Figures]]] = {}
        self._titles = {project.name: project.title for project in self._names.projects.values()}

    def meant(self) -> list[_Of]:
        """Whose reports there are, in their order."""
        if self._wanted:
            return [*self._wanted]
        seen = {project: _together(held.values()) for project, held in self._by("day").items()}
        order = sorted(seen, key=lambda one: (one is None, -(seen[one].cost or 0), -seen[one].requests, one or ""))
        return [_ALL, *order]

    def outline(self, project: _Of) -> Outline:
        """What a list shows of it."""
        figures = _together(self._of("day", project).values())
        return Outline(
            subject=self._subject(project),
            month=self._month,
            requests=figures.requests,
            cost=figures.cost,
            before=self._of_before(project).cost,
            unpriced=figures.unpriced,
        )

    def report(self, project: _Of) -> Report:
        """All of it."""
        figures = _together(self._of("day", project).values())
        figures.no_usage = sum(count for name, count in self._without.items() if project in (name, _ALL))
        days = self._of("day", project)
        splits = [self._split(name, self._of(name, project)) for name in DIMENSIONS]
        if project is _ALL:
            splits.insert(0, self._by_project())
        owner = self._owner(project)
        return Report(
            subject=replace(self._subject(project), organization=owner and self._organizations.get(owner, owner)),
            month=self._month,
            made_at=self._at,
            figures=figures,
            before=self._of_before(project),
            users=sum(value is not None for value in self._of("user", project)),
            days=tuple(days.get(day, Figures()) for day in self._month.days),
            splits=tuple(splits),
            budgets=tuple(one for one in self._budgets if project is _ALL or covers(one.state.budget, project, owner)),
        )

    def _asked(self, month: Month, dimension: str) -> Mapping[Value, Mapping[Value, Figures]]:
        """Project → the dimension's value → figures."""
        filters = Filters(month.since, month.until, self._include)
        found: dict[Value, dict[Value, Figures]] = {}
        asked = questions.costs(self._ledger, filters, ("project", dimension), month.zone, names=self._names)
        for group in asked.groups:
            project, value = group.key
            found.setdefault(project, {})[value] = _figures(group)
        return found

    def _by(self, dimension: str) -> Mapping[Value, Mapping[Value, Figures]]:
        """As ``_asked`` of the month, asked once."""
        if dimension not in self._found:
            self._found[dimension] = self._asked(self._month, dimension)
        return self._found[dimension]

    def _of(self, dimension: str, project: _Of) -> Mapping[Value, Figures]:
        if project is not _ALL:
            return self._by(dimension).get(project, {})
        whole: dict[Value, Figures] = {}
        for parts in self._by(dimension).values():
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
                for project, parts in self._by("day").items()
            ],
        )

    def _subject(self, project: _Of) -> Subject:
        if project is _ALL:
            return Subject("all")
        if project is None:
            return Subject("unattributed", title="Unattributed")
        return Subject("project", project, self._titles.get(project, project))

    def _owner(self, project: _Of) -> Value:
        """A project's organization; else what its requests were stamped with, where they agree."""
        if project is None or project is _ALL:
            return None
        if (owner := self._names.organization(project)) is not None:
            return owner
        stamped = self._of("organization", project)
        return next(iter(stamped)) if len(stamped) == 1 else None

    def _of_before(self, project: _Of) -> Figures:
        """The month before."""
        return _together(
            held for name, parts in self._before.items() if project in (name, _ALL) for held in parts.values()
        )

    @cached_property
    def _before(self) -> Mapping[Value, Mapping[Value, Figures]]:
        return self._asked(self._month.before, "gateway")

    @cached_property
    def _budgets(self) -> Sequence[Kept]:
        return kept(self._ledger, self._names, self._month, self._at)

    @cached_property
    def _organizations(self) -> Mapping[str, str]:
        return {one.name: one.title for one in store.organizations(self._ledger)}

    @cached_property
    def _without(self) -> Mapping[Value, int]:
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
