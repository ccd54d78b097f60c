"""A project or an organization brought into its tables, and found there. Within the caller's transaction.

Raises ProjectsError where another one stands against it, and sqlite3.Error.
"""

import json
import sqlite3
from collections.abc import Sequence

from franking.projects import checks, members, store
from franking.projects.values import Member, Organization, Project, ProjectsError

__all__ = ["added", "checked", "found", "looking", "organization", "saved", "write_looks"]


def found(ledger: sqlite3.Connection, name: str, at: int) -> tuple[list[Project], Project]:
    """The defined projects, and the one of that name, which is defined now if it was only seen."""
    defined = store.projects(ledger)
    for project in defined:
        if project.name == name or Member(name) in project.members:
            return defined, project
    if name not in store.seen(ledger):
        raise ProjectsError(f"there is no project {name!r}: none is defined so, and no request has it")
    project = added(ledger, defined, Project(name), at)
    return [*defined, project], project


def added(ledger: sqlite3.Connection, defined: Sequence[Project], project: Project, at: int) -> Project:
    """A new one, with its number."""
    members.apart(defined, project)
    row = ledger.execute(
        "INSERT INTO projects (name, created_at, changed_at) VALUES (?, ?, ?) RETURNING number", (project.name, at, at)
    ).fetchone()
    project = project._replace(number=int(row[0]), created_at=at)
    saved(ledger, defined, project, at)
    return project


def saved(ledger: sqlite3.Connection, defined: Sequence[Project], project: Project, at: int) -> None:
    """All of a project that has its number. defined: all that there are."""
    members.apart([other for other in defined if other.number != project.number], project)
    owner = None if project.organization is None else organization(ledger, project.organization, at)
    ledger.execute(
        "UPDATE projects SET name = ?, organization = ? WHERE number = ?", (project.name, owner, project.number)
    )
    write_looks(ledger, "projects", project, at)
    ledger.execute("DELETE FROM project_members WHERE project = ?", (project.number,))
    ledger.executemany(
        "INSERT INTO project_members (project, project_id, repository, pattern) VALUES (?, ?, ?, ?)",
        [(project.number, each.project_id, each.repository, each.pattern) for each in project.members],
    )


def organization(ledger: sqlite3.Connection, name: str, at: int) -> int:
    """Its number; an organization appears with the first project that names it."""
    ledger.execute(
        "INSERT INTO organizations (name, created_at, changed_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
        (name, at, at),
    )
    return int(ledger.execute("SELECT number FROM organizations WHERE name = ?", (name,)).fetchone()[0])


def write_looks(ledger: sqlite3.Connection, table: str, what: Project | Organization, at: int) -> None:
    """How a project or an organization is shown."""
    ledger.execute(
        f"UPDATE {table} SET display_name = ?, description = ?, colour = ?, icon = ?, metadata = ?, changed_at = ?"  # noqa: S608
        " WHERE name = ?",
        (what.display_name, what.description, what.colour, what.icon, json.dumps(dict(what.metadata)), at, what.name),
    )


def checked(project: Project) -> Project:
    """The project with every field as it is kept."""
    owner = project.organization
    return looking(project)._replace(
        name=project.name if project.number is not None else checks.name(project.name),
        organization=None if owner is None or not owner.strip() else checks.name(owner, "organization"),
        members=members.own(project),
    )


def looking[Looks: (Project, Organization)](what: Looks) -> Looks:
    """The fields that both have, as they are kept."""
    return what._replace(
        display_name=checks.line(what.display_name, "display name"),
        description=checks.line(what.description, "description"),
        colour=checks.colour(what.colour),
        icon=checks.line(what.icon, "icon"),
        metadata=checks.metadata(what.metadata),
    )
