"""Links that show one project's page to somebody outside, read-only, until they end or are revoked.

What is kept is who may see what until when (table ``links``); the address itself is made of it and of this home's key
(``link_tokens.py``) and kept nowhere. A link follows its project to a new name. It opens nothing while its project is
merged into another one: that would show the other's requests.

ledger: in autocommit mode where something is changed. Raises ProjectsError where it cannot be done, and sqlite3.Error.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from franking.ledger.connection import transaction
from franking.projects import checks, questions, saving, store
from franking.projects.link_tokens import Key, Named
from franking.projects.link_values import DAYS, PERIODS, Link, Listed, Terms, at_moment, origin
from franking.projects.names import Names
from franking.projects.values import Project, ProjectsError

__all__ = ["behind", "due", "listed", "make", "revoke", "used"]

_DAY = 86_400_000_000
_MINUTE = 60_000_000

_COLUMNS = "id, project, address, note, period, with_users, key, made_at, expires_at, revoked_at, used_at"


def listed(ledger: sqlite3.Connection, key: Key | None, at: int) -> list[Listed]:
    """Every link that was made, the newest first. A ledger from before there were any has none."""
    said = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'links'"
    if ledger.execute(said).fetchone() is None:
        return []
    projects = {project.number: project for project in store.projects(ledger)}
    rows = ledger.execute(f"SELECT {_COLUMNS} FROM links ORDER BY made_at DESC, id").fetchall()  # noqa: S608 - our own names
    return [at_moment(link, projects.get(link.project), key, at) for link in map(_link, rows)]


def make(ledger: sqlite3.Connection, key: Key, name: str, terms: Terms, at: int) -> Listed:
    """A link to a project, which is defined now if it was only seen. name: its own, an earlier one, or an id of it."""
    if terms.days not in DAYS:
        raise ProjectsError(f"{terms.days} days: a link is for {DAYS[0]} to {DAYS[-1]} days")
    if terms.period not in PERIODS:
        raise ProjectsError(f"{terms.period!r} is no period; expected {', '.join(PERIODS)}")
    address, note = origin(terms.address), checks.line(terms.note, "note")
    with transaction(ledger):
        names = questions.names(ledger)
        whole = questions.named(ledger, name, names).name
        if Names(each._replace(merged_into=None) for each in names.projects.values()).resolved(name) != whole:
            raise ProjectsError(f"{name!r} is part of {whole!r}; a link to that would show all of it")
        _, project = saving.found(ledger, whole, at)
        link = Link(
            secrets.token_hex(6), project.number or 0, address, note, terms.period, terms.with_users, key.mark,
            at, at + terms.days * _DAY, None, None,
        )  # fmt: skip
        values = [getattr(link, column) for column in _COLUMNS.split(", ")]
        ledger.execute(f"INSERT INTO links ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
    return at_moment(link, project, key, at)


def revoke(ledger: sqlite3.Connection, id_: str, at: int) -> Link:
    """It opens nothing from now on; one that was revoked stays as it is."""
    with transaction(ledger):
        ledger.execute("UPDATE links SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (at, id_))
        link = _found(ledger, id_)
    if link is None:
        raise ProjectsError(f"there is no link {id_!r}; `frank links` lists those that there are")
    return link


def behind(ledger: sqlite3.Connection, key: Key | None, named: Named | None, at: int) -> tuple[Link, Project] | None:
    """The link and the project that a token (``link_tokens.read``) opens now; None where it opens nothing."""
    link = _found(ledger, named.id) if named is not None and at < named.expires_at else None
    if link is None or named != Named(link.id, link.project, link.expires_at):
        return None
    project = next((each for each in store.projects(ledger) if each.number == link.project), None)
    return (link, project) if project is not None and link.status(at, key, project) == "open" else None


def due(link: Link, at: int) -> bool:
    """Is it to be noted that its page is seen now? Once a minute will do."""
    return link.used_at is None or link.used_at <= at - _MINUTE


def used(ledger: sqlite3.Connection, link: Link, at: int) -> None:
    """Note that its page was seen."""
    ledger.execute("UPDATE links SET used_at = ? WHERE id = ?", (at, link.id))


def _found(ledger: sqlite3.Connection, id_: str) -> Link | None:
    row = ledger.execute(f"SELECT {_COLUMNS} FROM links WHERE id = ?", (id_,)).fetchone()  # noqa: S608 - our own names
    return None if row is None else _link(row)


def _link(row: Sequence[Any]) -> Link:
    return replace(Link(*row), with_users=bool(row[_COLUMNS.split(", ").index("with_users")]))
