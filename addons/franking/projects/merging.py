"""Projects put together and taken apart. Each is one short transaction, and no request is touched.

ledger: in autocommit mode. Raises ProjectsError where it cannot be done, and sqlite3.Error.
"""

import sqlite3
from collections.abc import Sequence
from shlex import quote

from franking.attribution.remotes import address, project_of
from franking.ledger.connection import transaction
from franking.projects import members, saving, store
from franking.projects.values import Member, Project, ProjectsError

__all__ = ["merge", "split"]


def merge(ledger: sqlite3.Connection, name: str, into: str, at: int) -> Project:
    """Make a project part of another; it keeps its definition, so that ``split`` gives it back."""
    with transaction(ledger):
        _, project = saving.found(ledger, name, at)
        defined, target = saving.found(ledger, into, at)
        if target.number == project.number:
            raise ProjectsError(f"{into!r} and {name!r} are one project already")
        above = {each.name: each.merged_into for each in defined}
        passed = target.name
        while (next_ := above.get(passed)) is not None:
            if next_ == project.name:
                raise ProjectsError(
                    f"{into!r} is itself a part of {name!r}; first: frank projects split {quote(target.name)}"
                )
            passed = next_
        ledger.execute(
            "UPDATE projects SET merged_into = ?, changed_at = ? WHERE number = ?", (target.number, at, project.number)
        )
        return project._replace(merged_into=target.name)


def split(ledger: sqlite3.Connection, name: str, at: int, places: Sequence[str] = ()) -> list[str]:
    """Undo a merge; else make each of these repositories of the id a project of its own. The projects' names."""
    with transaction(ledger):
        defined = store.projects(ledger)
        merged = next((each for each in defined if each.name == name and each.merged_into is not None), None)
        if merged is not None:
            ledger.execute(
                "UPDATE projects SET merged_into = NULL, changed_at = ? WHERE number = ?", (at, merged.number)
            )
            return [name]
        if len(places) < 2:
            raise ProjectsError(f"there is nothing to split: {name!r} is not merged, and all of it is one repository")
        names: list[str] = []
        for own, where in _named(places).items():
            member = Member(name, where)
            held = next((each for each in defined if each.name == own), None)
            if held is None:
                members.free(defined, own)
                saving.added(ledger, defined, Project(own, members=(member,)), at)
            else:
                saving.saved(ledger, defined, held._replace(members=(*held.members, member)), at)
            defined = store.projects(ledger)
            names.append(own)
        return names


def _named(places: Sequence[str]) -> dict[str, str]:
    """A project's name for each repository → its address: ``acme/api``, and the whole address where that is of two."""
    short = {address(place): project_of(place, "owner/repo") or address(place) for place in places}
    names = list(short.values())
    return {(name if names.count(name) == 1 else where): where for where, name in short.items()}
