"""Projects and organizations defined, edited, renamed, archived. Each is one short transaction.

Nothing here touches a request, so all of it can be undone. A project that is only seen is defined by its first change.
ledger: in autocommit mode. Everything raises ProjectsError where it cannot be done, and sqlite3.Error.
"""

import sqlite3
from shlex import quote
from typing import Any

from franking.ledger.connection import transaction
from franking.projects import checks, members, saving, store
from franking.projects.values import Member, Organization, Project, ProjectsError

__all__ = ["archive", "create", "edit", "edit_organization", "rename", "unarchive"]


def create(ledger: sqlite3.Connection, project: Project, at: int) -> Project:
    """Define a project. Its name may be an id that requests already have; then these are its own."""
    project = saving.checked(project)
    with transaction(ledger):
        defined = store.projects(ledger)
        members.free(defined, project.name)
        return saving.added(ledger, defined, project, at)


def edit(ledger: sqlite3.Connection, name: str, at: int, /, **changes: Any) -> Project:
    """Change fields of Project: display_name, description, colour, icon, organization, metadata, members."""
    with transaction(ledger):
        defined, project = saving.found(ledger, name, at)
        edited = saving.checked(project._replace(**changes))
        saving.saved(ledger, defined, edited, at)
        return edited


def rename(ledger: sqlite3.Connection, name: str, new: str, at: int) -> Project:
    """Another name. The old one stays an id of the project: its history follows, and the old name leads here."""
    new = checks.name(new)
    with transaction(ledger):
        defined, project = saving.found(ledger, name, at)
        if new == project.name:
            raise ProjectsError(f"{new!r} is its name already")
        if Member(new) not in project.members:
            members.free(defined, new)
            if new in store.seen(ledger):
                raise ProjectsError(
                    f"requests are stored under {new!r} already; to put both together: "
                    f"frank projects merge {quote(project.name)} --into {quote(new)}"
                )
        kept = tuple(member for member in project.members if member != Member(new))
        renamed = project._replace(name=new, members=(*kept, Member(project.name)))
        saving.saved(ledger, [other for other in defined if other.number != project.number], renamed, at)
        return renamed


def archive(ledger: sqlite3.Connection, name: str, at: int) -> Project:
    """Leave it out of listings; costs still tell it."""
    return _archived(ledger, name, at, at)


def unarchive(ledger: sqlite3.Connection, name: str, at: int) -> Project:
    """Bring it back to the listings."""
    return _archived(ledger, name, at, None)


def edit_organization(ledger: sqlite3.Connection, name: str, at: int, /, **changes: Any) -> Organization:
    """Change fields of Organization, which is defined where it was not: display_name, description …, metadata."""
    with transaction(ledger):
        found = store.organization(ledger, name) or Organization(checks.name(name, "organization"))
        edited = saving.looking(found._replace(**changes))
        saving.organization(ledger, edited.name, at)
        saving.write_looks(ledger, "organizations", edited, at)
        return edited


def _archived(ledger: sqlite3.Connection, name: str, at: int, archived_at: int | None) -> Project:
    with transaction(ledger):
        _, project = saving.found(ledger, name, at)
        ledger.execute(
            "UPDATE projects SET archived_at = ?, changed_at = ? WHERE number = ?", (archived_at, at, project.number)
        )
        return project._replace(archived_at=archived_at)
