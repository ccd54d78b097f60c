"""To which project a request counts, told from its project id and its repository. Pure; a look-up takes microseconds.

The first of these that has a say: a member with a repository (an exact one before one with ``*``, with an id before
without one), a member's exact id and a defined project's own name, a pattern (the longest first), and else the id
itself. A project that was merged counts as the one it is part of. A request without a project stays without one:
nothing here guesses.
"""

import re

from franking.attribution.remotes import address

TYPE_CHECKING = False  # a prompt waits for this
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from franking.projects.values import Member, Project

    _Rule = tuple[re.Pattern[str] | None, re.Pattern[str] | None, str]
    """What the id and the address of the repository must be, and the project then."""

__all__ = ["Names"]

_REMEMBERED = 20_000


class Names:
    """The projects' names at one moment.

    seen: project ids of the ledger. places: of those ids whose requests a member with a repository catches, the
    repositories caught, as they stand in the ledger.
    """

    def __init__(
        self,
        projects: "Iterable[Project]" = (),
        seen: "Iterable[str]" = (),
        places: "Mapping[str, Sequence[str]] | None" = None,
    ) -> None:
        self.projects: Mapping[str, Project] = {project.name: project for project in projects}
        self.seen = tuple(sorted(set(seen)))
        self.places: Mapping[str, Sequence[str]] = places or {}
        self._ids: dict[str, str] = {}
        placed: list[tuple[Member, str]] = []
        patterns: list[tuple[Member, str]] = []
        for project in self.projects.values():
            final = self._final(project.name)
            self._ids[project.name] = final
            for member in project.members:
                if member.repository is not None:
                    placed.append((member, final))
                elif member.pattern:
                    patterns.append((member, final))
                else:
                    self._ids.setdefault(member.project_id or "", final)
        self._placed = [_rule(*each) for each in sorted(placed, key=_rank)]
        self._patterns = [_rule(*each) for each in sorted(patterns, key=_rank)]
        self._known: dict[tuple[str, str | None], str] = {}

    @property
    def trivial(self) -> bool:
        """True where every id is its own project, and none has an organization of its own."""
        return not self.projects

    @property
    def by_repository(self) -> bool:
        """True where some project is told by a repository."""
        return bool(self._placed)

    def of(self, project_id: str | None, repository: str | None = None) -> str | None:
        """The project that a request with these counts to; None for one without a project."""
        if project_id is None or not self.projects:
            return project_id
        if not self._placed:
            repository = None
        found = self._known.get((project_id, repository))
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[project_id, repository] = self._told(project_id, repository)
        return found

    def caught(self, project_id: str, repository: str) -> bool:
        """Is it the repository that tells the project?"""
        return _first(self._placed, project_id, repository) is not None

    def resolved(self, name: str) -> str:
        """The project behind a name: its own, an earlier one, an id's, or one of what was merged into it."""
        return self._told(name, None)

    def organization(self, project: str | None) -> str | None:
        """The organization that a project was given; None where it was given none."""
        found = self.projects.get(project) if project is not None else None
        return found.organization if found else None

    def _told(self, project_id: str, repository: str | None) -> str:
        found = _first(self._placed, project_id, repository) if repository is not None else None
        return found or self._ids.get(project_id) or _first(self._patterns, project_id, "") or project_id

    def _final(self, name: str) -> str:
        passed = {name}
        into = self.projects[name].merged_into
        while into is not None and into in self.projects and into not in passed:
            passed.add(name := into)
            into = self.projects[name].merged_into
        return name


def _first(rules: "Sequence[_Rule]", project_id: str, repository: str) -> str | None:
    where = address(repository).lower() if rules and repository else ""
    for ids, places, project in rules:
        if (ids is None or ids.fullmatch(project_id)) and (places is None or places.fullmatch(where)):
            return project
    return None


def _rule(member: "Member", project: str) -> "_Rule":
    return (
        _matcher(member.project_id, wild=member.pattern),
        _matcher(member.repository and member.repository.lower(), wild=True),
        project,
    )


def _matcher(text: str | None, *, wild: bool) -> re.Pattern[str] | None:
    if text is None:
        return None
    parts = text.split("*") if wild else [text]
    return re.compile(".*".join(re.escape(part) for part in parts), re.DOTALL)


def _rank(each: "tuple[Member, str]") -> tuple[int, int, int, str]:
    """Exact repositories first, then exact ids, then the longer text."""
    member, project = each
    repository, ids = member.repository or "", member.project_id or ""
    exact = 0 if member.project_id is not None and not member.pattern else 1 if ids else 2
    return "*" in repository, exact, -len(repository) - len(ids), project
