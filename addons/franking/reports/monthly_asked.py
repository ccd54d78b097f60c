"""What the reports of a month ask the ledger, each question once and only when its answer is needed. Read-only."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Literal

from franking.ledger.filters import BENEATH, Filters, Value, where
from franking.ledger.groups import Group
from franking.projects import questions, store
from franking.reports.monthly import Figures
from franking.reports.months import Month

__all__ = ["ALL", "Asked", "Of", "together"]


class _Whole(Enum):
    """Every project together, where a project's name stands."""

    ALL = "all"


ALL = _Whole.ALL

Of = Value | Literal[_Whole.ALL]
"""Whose report it is: a project's, None for what is unattributed, ALL."""

_NO_USAGE = """
SELECT s.project_id, {repository}, COUNT(*)
FROM entries AS e LEFT JOIN scopes AS s ON s.id = e.scope LEFT JOIN callers AS c ON c.id = e.caller
WHERE {inside} AND e.status = 'ok' AND e.input_tokens IS NULL AND e.output_tokens IS NULL GROUP BY 1, 2
"""


class Asked:
    """Of one month, and of one moment of the ledger.

    projects: names, ``""`` is what is unattributed; none is all of them. Raises ProjectsError: there is no such one.
    """

    def __init__(self, ledger: sqlite3.Connection, month: Month, projects: Sequence[str]) -> None:
        self._ledger, self._month = ledger, month
        self.names = questions.names(ledger)
        self.wanted: tuple[Value, ...] = tuple(
            dict.fromkeys(questions.named(ledger, name, self.names).name if name else None for name in projects)
        )
        self._found: dict[str, Mapping[Value, Mapping[Value, Figures]]] = {}

    def by(self, dimension: str) -> Mapping[Value, Mapping[Value, Figures]]:
        """Project → the dimension's value → figures."""
        if dimension not in self._found:
            self._found[dimension] = self._costs(self._month, dimension)
        return self._found[dimension]

    def of(self, dimension: str, project: Of) -> Mapping[Value, Figures]:
        """The same, of one project or of all."""
        if project is not ALL:
            return self.by(dimension).get(project, {})
        whole: dict[Value, Figures] = {}
        for parts in self.by(dimension).values():
            for value, held in parts.items():
                whole.setdefault(value, Figures()).add(held)
        return whole

    def before(self, project: Of) -> Figures:
        """The month before."""
        return together(held for name, parts in self._before.items() if project in (name, ALL)
                        for held in parts.values())  # fmt: skip

    def no_usage(self, project: Of) -> int:
        """Requests that ended well and told no tokens: every row of the month is read for it."""
        return sum(count for name, count in self._no_usage.items() if project in (name, ALL))

    def owner(self, project: Of) -> Value:
        """A project's organization; else what its requests were stamped with, where they agree."""
        if project is None or project is ALL:
            return None
        if (owner := self.names.organization(project)) is not None:
            return owner
        stamped = self.of("organization", project)
        return next(iter(stamped)) if len(stamped) == 1 else None

    @cached_property
    def organizations(self) -> Mapping[str, str]:
        """Organization → what it is called."""
        return {one.name: one.title for one in store.organizations(self._ledger)}

    def _costs(self, month: Month, dimension: str) -> Mapping[Value, Mapping[Value, Figures]]:
        filters = Filters(month.since, month.until, {"project": self.wanted} if self.wanted else {})
        found: dict[Value, dict[Value, Figures]] = {}
        asked = questions.costs(self._ledger, filters, ("project", dimension), month.zone, names=self.names)
        for group in asked.groups:
            project, value = group.key
            found.setdefault(project, {})[value] = _figures(group)
        return found

    @cached_property
    def _before(self) -> Mapping[Value, Mapping[Value, Figures]]:
        return self._costs(self._month.before, "gateway")

    @cached_property
    def _no_usage(self) -> Mapping[Value, int]:
        inside, parameters = where(Filters(self._month.since, self._month.until), BENEATH)
        repository = "c.repository" if self.names.by_repository else "NULL"
        said = _NO_USAGE.format(repository=repository, inside=inside)
        found: dict[Value, int] = {}
        for project_id, place, count in self._ledger.execute(said, parameters):
            project = self.names.of(project_id, place)
            found[project] = found.get(project, 0) + count
        return found


def together(parts: Iterable[Figures]) -> Figures:
    """All of them as one."""
    whole = Figures()
    for part in parts:
        whole.add(part)
    return whole


def _figures(group: Group) -> Figures:
    return Figures(
        requests=group.requests, cost=group.cost, unpriced=group.unpriced_ok, failed=group.errors,
        running=group.running, input_tokens=group.input_tokens, output_tokens=group.output_tokens,
    )  # fmt: skip
