"""Whose an id or a remote is: no two projects may claim the same. Pure; raises ProjectsError."""

from collections.abc import Iterable
from shlex import quote

from franking.projects import checks
from franking.projects.values import Member, Project, ProjectsError

__all__ = ["apart", "free", "own", "without"]


def own(project: Project) -> tuple[Member, ...]:
    """A project's members as they are kept: each once, and without its own name, which is its id anyhow."""
    kept = [checks.member(each.project_id, each.repository, pattern=each.pattern) for each in project.members]
    return tuple(dict.fromkeys(each for each in kept if each != Member(project.name)))


def without(project: Project, dropped: Iterable[Member]) -> tuple[Member, ...]:
    """Its members without these; a dropped repository goes with every id that it is named with."""
    kept = project.members
    for member in dropped:
        gone = checks.member(member.project_id, member.repository, pattern=member.pattern)
        left = tuple(each for each in kept if each != gone and (gone.project_id or each.repository != gone.repository))
        if left == kept:
            raise ProjectsError(f"project {project.name!r} has no {gone}; `frank projects show` tells what it has")
        kept = left
    return kept


def free(defined: Iterable[Project], name: str) -> None:
    """May a project be called so?"""
    for project in defined:
        if project.name == name:
            raise ProjectsError(f"there is a project {name!r} already")
        if Member(name) in project.members:
            raise ProjectsError(
                f"{name!r} is an id of project {project.name!r}; first: "
                f"frank projects edit {quote(project.name)} --drop-id {quote(name)}"
            )


def apart(others: Iterable[Project], project: Project) -> None:
    """Do its members belong to no other project?"""
    for other in others:
        for member in project.members:
            if member in other.members:
                raise ProjectsError(f"{member} belongs to project {other.name!r}")
            if member == Member(other.name):
                raise ProjectsError(
                    f"{other.name!r} is a project of its own; to put both together: "
                    f"frank projects merge {quote(other.name)} --into {quote(project.name)}"
                )
