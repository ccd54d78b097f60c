"""What is asked about projects: their names at this moment, what they cost, which ids need telling apart. Read-only."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import tzinfo

from franking.attribution.remotes import address, project_of
from franking.ledger import largest, queries
from franking.ledger.adding import Brief
from franking.ledger.filters import Filters
from franking.projects import folding, store
from franking.projects.names import Names
from franking.projects.naming import names, repositories
from franking.projects.values import Project, ProjectsError

__all__ = ["ambiguous", "costs", "known", "largest_sessions", "named", "names"]


def costs(
    ledger: sqlite3.Connection,
    filters: Filters,
    by: Sequence[str],
    zone: tzinfo | None = None,
    top: int | None = None,
    names: Names | None = None,
    *,
    users: queries.Users = "each",
    brief: Brief | None = None,
) -> queries.Costs:
    """As ``queries.folded``, with projects and organizations as they are named now, in filters and in keys.

    A name that a filter gives may also be an earlier one, an id, or one of a project that was merged.
    """
    names = _names(ledger) if names is None else names
    return queries.folded(ledger, folding.parts(names, filters, by), by, zone, top, users=users, brief=brief)


def largest_sessions(
    ledger: sqlite3.Connection, filters: Filters, size: str, count: int, names: Names
) -> tuple[str, ...] | None:
    """As ``largest.sessions``, with projects as they are named now; None also where several questions become one."""
    parts = folding.parts(names, filters)
    return largest.sessions(ledger, parts[0][0], size, count) if len(parts) == 1 else None


def known(ledger: sqlite3.Connection, names: Names | None = None) -> list[Project]:
    """Every project: those defined that are part of no other, and those that only requests name; by name."""
    names = _names(ledger) if names is None else names
    found = {project.name: project for project in names.projects.values() if project.merged_into is None}
    for id_ in names.seen if not names.trivial else store.seen(ledger):
        name = names.of(id_) or id_
        found.setdefault(name, Project(name))
    return [found[name] for name in sorted(found)]


def named(ledger: sqlite3.Connection, name: str, names: Names | None = None) -> Project:
    """The project behind a name: its own, an earlier one, an id's, or of one merged into it. Raises ProjectsError."""
    names = _names(ledger) if names is None else names
    resolved = names.resolved(name)
    found = next((project for project in known(ledger, names) if project.name == resolved), None)
    if found is None:
        raise ProjectsError(f"there is no project {name!r}: none is defined so, and no request has it")
    return found


def ambiguous(ledger: sqlite3.Connection, names: Names | None = None) -> Mapping[str, tuple[str, ...]]:
    """Project id → a remote of each of the several repositories whose last part it is, where no member names them.

    An id that was chosen, and is used in several repositories, is one project on purpose.
    """
    names = _names(ledger) if names is None else names
    found: dict[str, dict[str, str]] = {}
    for repository in repositories(ledger):
        id_ = project_of(repository)
        if id_ is not None and not names.caught(id_, repository):
            found.setdefault(id_, {}).setdefault(address(repository), repository)
    several = {
        id_: tuple(remote for remote in remotes.values() if _used(ledger, id_, remote))
        for id_, remotes in sorted(found.items())
        if len(remotes) > 1
    }
    return {id_: remotes for id_, remotes in several.items() if len(remotes) > 1}


_names = names


def _used(ledger: sqlite3.Connection, project_id: str, repository: str) -> bool:
    """Has any request of the repository that id? CROSS: in this order, so that the first one found ends it."""
    said = (
        "SELECT 1 FROM callers AS c CROSS JOIN entries AS e ON e.caller = c.id CROSS JOIN scopes AS s ON s.id = e.scope"
        " WHERE c.repository = ? AND s.project_id = ? LIMIT 1"
    )
    return ledger.execute(said, (repository, project_id)).fetchone() is not None
