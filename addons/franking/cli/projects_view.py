"""Projects and what they cost: the list, for people and for programs."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from shlex import quote
from typing import Any

from rich.text import Text

from franking.attribution.remotes import address
from franking.cli import tables
from franking.cli.tables import Column
from franking.ledger.filters import Filters
from franking.ledger.queries import Group
from franking.periods import Period
from franking.projects import questions
from franking.projects.names import Names
from franking.projects.values import Project
from franking.words import clean, count, dollars, iso, money, percent

__all__ = ["Entry", "Found", "as_json", "described", "figures", "found", "show", "warnings"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A project, what it came to in the time asked for, and the local days on which it was first and last seen."""

    project: Project
    group: Group
    first_seen: str | None = None
    last_seen: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """ambiguous: project id → a remote of each of its several repositories."""

    entries: tuple[Entry, ...] = ()
    names: Names = field(default_factory=Names)
    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def found(
    ledger: sqlite3.Connection,
    meant: Period,
    *,
    organization: str | None = None,
    archived: bool = False,
    only: Project | None = None,
) -> Found:
    """Every project that is defined or has requests, the dearest first; of one organization, or only the one."""
    names = questions.names(ledger)
    within = Filters(meant.since, meant.until, {} if only is None else {"project": (only.name,)})
    ever = Filters(include=within.include)
    sums = {group.key[0]: group for group in questions.costs(ledger, within, ("project",), names=names).groups}
    days: dict[str | None, list[str]] = {}
    for group in questions.costs(ledger, ever, ("project", "day"), names=names).groups:
        days.setdefault(group.key[0], []).append(group.key[1] or "")
    entries = [
        Entry(project, sums.get(project.name, Group((project.name,))), *_ends(days.get(project.name)))
        for project in questions.known(ledger, names)
        if (project.number is not None or project.name in days)
        and (archived or project.archived_at is None)
        and (organization is None or project.organization == organization)
        and (only is None or project.name == only.name)
    ]
    entries.sort(key=lambda entry: (-(entry.group.cost or 0), -entry.group.requests, entry.project.name))
    return Found(tuple(entries), names, questions.ambiguous(ledger, names))


def _ends(days: list[str] | None) -> tuple[str | None, str | None]:
    return (min(days), max(days)) if days else (None, None)


def described(project: Project) -> dict[str, Any]:
    """A project's definition under its public names."""
    return {
        "name": project.name,
        "display_name": project.display_name,
        "description": project.description,
        "colour": project.colour,
        "icon": project.icon,
        "organization": project.organization,
        "metadata": dict(project.metadata),
        "ids": [each.project_id for each in project.members if each.repository is None and not each.pattern],
        "remotes": [
            {"remote": each.repository, "id": each.project_id}
            for each in project.members
            if each.repository is not None
        ],
        "patterns": [each.project_id for each in project.members if each.repository is None and each.pattern],
        "defined": project.number is not None,
        "merged_into": project.merged_into,
        "archived_at": iso(project.archived_at),
    }


def figures(group: Group) -> dict[str, Any]:
    """What it came to under public names."""
    return {
        "cost": dollars(group.cost), "requests": group.requests, "unpriced": group.unpriced, "users": group.users,
        "input_tokens": group.input_tokens, "output_tokens": group.output_tokens,
    }  # fmt: skip


def as_json(told: Found, period: Period) -> str:
    """``{period, projects: [{name, …, cost, requests, users, first_seen, last_seen}], ambiguous: {id: [remote]}}``."""
    listed = [
        described(entry.project) | figures(entry.group) | {"first_seen": entry.first_seen, "last_seen": entry.last_seen}
        for entry in told.entries
    ]
    shape = {
        "period": {"since": iso(period.since), "until": iso(period.until)},
        "projects": listed,
        "ambiguous": {id_: list(places) for id_, places in told.ambiguous.items()},
    }
    return json.dumps(shape, indent=2)


def show(told: Found, period: Period) -> None:
    """Print the list, and which ids mean several repositories."""
    out = tables.console()
    out.print(Text.assemble(("Projects", "bold"), (f", {period.words}", "dim")))
    out.print()
    if not told.entries:
        out.print("No projects yet. One appears with its first request: frank run -- COMMAND")
        out.print("Or define it before: frank projects create NAME")
        return
    entries = told.entries
    whole = sum(entry.group.cost or 0 for entry in entries)
    owners = [entry.project.organization or "" for entry in entries]
    columns = [
        Column("Project", [_title(entry.project) for entry in entries], least=20),
        Column("Cost", [money(entry.group.cost) for entry in entries], "right"),
        Column("Share", [percent(entry.group.cost or 0, whole) for entry in entries], "right", keep=4),
        Column("Requests", [count(entry.group.requests) for entry in entries], "right", keep=8),
        Column("Users", [count(entry.group.users) for entry in entries], "right", keep=3),
        Column("Last seen", [entry.last_seen or "never" for entry in entries], keep=7),
        Column("First seen", [entry.first_seen or "never" for entry in entries], keep=1),
    ]
    if any(owners):
        columns.insert(1, Column("Organization", owners, keep=6, least=12))
    if any(entry.project.billable for entry in entries):
        columns.append(Column("Billable", ["yes" if entry.project.billable else "" for entry in entries], keep=5))
    if any(entry.project.archived_at is not None for entry in entries):
        columns.append(Column("", ["archived" if entry.project.archived_at else "" for entry in entries], keep=2))
    out.print(tables.render(columns, out.width))
    for warning in warnings(told.ambiguous):
        out.print()
        out.print(Text(warning, style="yellow"))


def _title(project: Project) -> str:
    shown = project.name if project.display_name in (None, project.name) else f"{project.display_name} ({project.name})"
    return f"{project.icon} {shown}" if project.icon else shown


def warnings(ambiguous: Mapping[str, tuple[str, ...]]) -> list[str]:
    """In words which ids mean several repositories, and the command that tells them apart."""
    return [
        clean(
            f"{id_} is {len(places)} repositories: {', '.join(address(place) for place in places)}. "
            f"Each its own project: frank projects split {quote(id_)}"
        )
        for id_, places in ambiguous.items()
    ]
