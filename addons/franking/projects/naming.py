"""The names of projects at this moment, read from the ledger. No more is loaded than a shell's prompt can wait for."""

import sqlite3

from franking.projects import store
from franking.projects.names import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["names", "repositories"]


def names(ledger: sqlite3.Connection) -> Names:
    """How ids and repositories are named now."""
    defined = store.projects(ledger)
    if not defined:
        return Names()
    seen = store.seen(ledger)
    bare = Names(defined, seen)
    return Names(defined, seen, _places(ledger, bare)) if bare.by_repository else bare


def repositories(ledger: sqlite3.Connection) -> list[str]:
    """Every repository that a caller's request came from."""
    said = "SELECT DISTINCT repository FROM callers WHERE repository IS NOT NULL ORDER BY repository"
    return [row[0] for row in ledger.execute(said)]


def _places(ledger: sqlite3.Connection, names: Names) -> dict[str, list[str]]:
    """Of each id the repositories that tell its project, as the ledger has them.

    A member without an id may be meant for any: of its repositories the rows say with which ids they came.
    """
    found: dict[str, list[str]] = {}
    wide: list[str] = []
    for repository in repositories(ledger):
        if names.caught("", repository):
            wide.append(repository)
            continue
        for id_ in names.seen:
            if names.caught(id_, repository):
                found.setdefault(id_, []).append(repository)
    for id_, repository in _pairs(ledger, wide) if wide else ():
        found.setdefault(id_, []).append(repository)
    return {id_: sorted(repositories) for id_, repositories in sorted(found.items())}


def _pairs(ledger: sqlite3.Connection, repositories: "Sequence[str]") -> "Iterable[tuple[str, str]]":
    """With which ids requests of these repositories came.

    What is kept of a caller tells its project, so that one of its requests speaks for all; where it does not, each is
    looked at. CROSS: in this order.
    """
    inside = f"c.repository IN ({', '.join('?' * len(repositories))}) AND s.project_id IS NOT NULL"
    told = """COALESCE(instr(c.provenance, '"field":"project"'), 0)"""
    return ledger.execute(
        "SELECT s.project_id, c.repository FROM callers AS c CROSS JOIN scopes AS s"  # noqa: S608 - question marks only
        " ON s.id = (SELECT e.scope FROM entries AS e WHERE e.caller = c.id LIMIT 1)"
        f" WHERE {inside} AND {told} > 0"
        " UNION SELECT s.project_id, c.repository FROM callers AS c CROSS JOIN entries AS e ON e.caller = c.id"
        f" CROSS JOIN scopes AS s ON s.id = e.scope WHERE {inside} AND {told} = 0",
        [*repositories, *repositories],
    )
