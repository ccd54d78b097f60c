"""Projects and organizations as the ledger keeps them, read. A ledger from before there were any has none."""

import json
import sqlite3
from typing import Any

from franking.projects.values import Member, Organization, Project

__all__ = ["organization", "organizations", "project", "projects", "seen"]

_LOOKS = "display_name, description, colour, icon, metadata, created_at, changed_at"


def projects(ledger: sqlite3.Connection) -> list[Project]:
    """Those that were defined, also archived ones and those merged into others; by name."""
    if not _there(ledger, "projects"):
        return []
    numbers: dict[int, str] = {}
    members: dict[int, list[Member]] = {}
    for number, project_id, repository, pattern in ledger.execute(
        "SELECT project, project_id, repository, pattern FROM project_members ORDER BY number"
    ):
        members.setdefault(number, []).append(Member(project_id, repository, bool(pattern)))
    owners = dict(ledger.execute("SELECT number, name FROM organizations"))
    rows = ledger.execute(
        f"SELECT number, name, {_LOOKS}, organization, merged_into, archived_at FROM projects ORDER BY name"  # noqa: S608
    ).fetchall()
    numbers = {row[0]: row[1] for row in rows}
    return [
        Project(
            number=row[0], name=row[1], **_looks(row[2:9]), organization=owners.get(row[9]),
            merged_into=numbers.get(row[10]), archived_at=row[11], members=tuple(members.get(row[0], ())),
        )
        for row in rows
    ]  # fmt: skip


def project(ledger: sqlite3.Connection, name: str) -> Project | None:
    """The one that was defined under exactly this name."""
    return next((found for found in projects(ledger) if found.name == name), None)


def organizations(ledger: sqlite3.Connection) -> list[Organization]:
    """Those that were defined, by name."""
    if not _there(ledger, "organizations"):
        return []
    rows = ledger.execute(f"SELECT name, {_LOOKS} FROM organizations ORDER BY name")  # noqa: S608 - our own names
    return [Organization(row[0], **_looks(row[1:])) for row in rows]


def organization(ledger: sqlite3.Connection, name: str) -> Organization | None:
    """The one of exactly this name."""
    return next((found for found in organizations(ledger) if found.name == name), None)


def seen(ledger: sqlite3.Connection) -> list[str]:
    """Every project id that a request was stored with."""
    said = "SELECT DISTINCT project_id FROM scopes WHERE project_id IS NOT NULL ORDER BY project_id"
    return [row[0] for row in ledger.execute(said)]


def _looks(row: tuple[Any, ...]) -> dict[str, Any]:
    named = dict(zip(_LOOKS.split(", "), row, strict=True))
    return named | {"metadata": json.loads(named["metadata"])}


def _there(ledger: sqlite3.Connection, table: str) -> bool:
    said = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return ledger.execute(said, (table,)).fetchone() is not None
