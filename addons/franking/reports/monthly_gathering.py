"""The reports of a month, from the ledger: as few questions as there are dimensions, however many projects. Read-only.

All of them see the ledger at one moment, so that projects add up to everything, and every table to its report.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from franking.ledger.filters import Value
from franking.ledger.queries import one_moment
from franking.reports.monthly import Figures, Outline, Report, Split, Subject, split
from franking.reports.monthly_asked import ALL, Asked, Of, together
from franking.reports.monthly_budgets import Kept, covers, kept
from franking.reports.months import Month

__all__ = ["DIMENSIONS", "gathered", "outlined"]

DIMENSIONS = ("client", "feature", "model", "user", "branch")
"""What a report tells apart."""


def gathered(ledger: sqlite3.Connection, month: Month, at: int, projects: Sequence[str] = ()) -> list[Report]:
    """Everything together, each project with requests, the dearest first, and what is unattributed; or the named ones.

    projects: names, ``""`` is what is unattributed. Raises ProjectsError: there is no such project.
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
    told: "Callable[[_Gathering, Of], Told]",
) -> list[Told]:
    with one_moment(ledger):
        gathering = _Gathering(ledger, month, at, projects)
        return [told(gathering, project) for project in gathering.meant()]


class _Gathering:
    def __init__(self, ledger: sqlite3.Connection, month: Month, at: int, projects: Sequence[str]) -> None:
        self._ledger, self._month, self._at = ledger, month, at
        self._asked = Asked(ledger, month, projects)
        self._titles = {project.name: project.title for project in self._asked.names.projects.values()}

    def meant(self) -> list[Of]:
        """Whose reports there are, in their order."""
        if self._asked.wanted:
            return [*self._asked.wanted]
        seen = {project: together(held.values()) for project, held in self._asked.by("day").items()}
        order = sorted(seen, key=lambda one: (one is None, -(seen[one].cost or 0), -seen[one].requests, one or ""))
        return [ALL, *order]

    def outline(self, project: Of) -> Outline:
        """What a list shows of it."""
        figures = together(self._asked.of("day", project).values())
        return Outline(
            subject=self._subject(project),
            month=self._month,
            requests=figures.requests,
            cost=figures.cost,
            before=self._asked.before(project).cost,
            unpriced=figures.unpriced,
        )

    def report(self, project: Of) -> Report:
        """All of it."""
        asked, owner = self._asked, self._asked.owner(project)
        days = asked.of("day", project)
        figures = together(days.values())
        figures.no_usage = asked.no_usage(project)
        splits = [_split(name, asked.of(name, project)) for name in DIMENSIONS]
        if project is ALL:
            splits.insert(0, self._by_project())
        return Report(
            subject=replace(self._subject(project), organization=owner and asked.organizations.get(owner, owner)),
            month=self._month,
            made_at=self._at,
            figures=figures,
            before=asked.before(project),
            users=sum(value is not None for value in asked.of("user", project)),
            days=tuple(days.get(day, Figures()) for day in self._month.days),
            splits=tuple(splits),
            budgets=tuple(one for one in self._budgets if project is ALL or covers(one.state.budget, project, owner)),
        )

    def _by_project(self) -> Split:
        return split(
            "project",
            [
                (project, self._titles.get(project or "", project or ""), together(parts.values()))
                for project, parts in self._asked.by("day").items()
            ],
        )

    def _subject(self, project: Of) -> Subject:
        if project is ALL:
            return Subject("all")
        if project is None:
            return Subject("unattributed", title="Unattributed")
        return Subject("project", project, self._titles.get(project, project))

    @cached_property
    def _budgets(self) -> Sequence[Kept]:
        return kept(self._ledger, self._asked.names, self._month, self._at)


def _split(dimension: str, parts: Mapping[Value, Figures]) -> Split:
    return split(dimension, [(value, value or "", held) for value, held in parts.items()])
