"""Organizations, their projects, and what they cost; for people and for programs."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from franking.cli import tables
from franking.cli.projects_view import figures
from franking.cli.tables import Column
from franking.ledger.filters import Filters
from franking.ledger.queries import Group
from franking.periods import Period
from franking.projects import questions, store
from franking.projects.values import Organization
from franking.words import count, iso, money, percent

__all__ = ["Entry", "as_json", "found", "show"]


@dataclass(frozen=True, slots=True)
class Entry:
    """projects: the names of those that were given to it."""

    organization: Organization
    projects: tuple[str, ...]
    group: Group


def found(ledger: sqlite3.Connection, meant: Period) -> list[Entry]:
    """Those that are defined, and those that requests were stamped with; the dearest first."""
    names = questions.names(ledger)
    costs = questions.costs(ledger, Filters(meant.since, meant.until), ("organization",), names=names)
    sums = {group.key[0]: group for group in costs.groups if group.key[0] is not None}
    defined = {each.name: each for each in store.organizations(ledger)}
    projects = questions.known(ledger, names)
    entries = [
        Entry(
            defined.get(name, Organization(name)),
            tuple(project.name for project in projects if project.organization == name),
            sums.get(name, Group((name,))),
        )
        for name in {*sums, *defined}
    ]
    return sorted(entries, key=lambda entry: (-(entry.group.cost or 0), entry.organization.name))


def as_json(entries: Sequence[Entry], period: Period) -> str:
    """``{period, organizations: [{name, display_name, …, projects: [name], cost, requests, users, …}]}``."""
    listed = [
        {
            "name": entry.organization.name,
            "display_name": entry.organization.display_name,
            "description": entry.organization.description,
            "colour": entry.organization.colour,
            "icon": entry.organization.icon,
            "metadata": dict(entry.organization.metadata),
            "projects": list(entry.projects),
        }
        | figures(entry.group)
        for entry in entries
    ]
    shape = {"period": {"since": iso(period.since), "until": iso(period.until)}, "organizations": listed}
    return json.dumps(shape, indent=2)


def show(entries: Sequence[Entry], period: Period) -> None:
    """Print the list."""
    out = tables.console()
    out.print(Text.assemble(("Organizations", "bold"), (f", {period.words}", "dim")))
    out.print()
    if not entries:
        out.print("No organizations yet. Give a project one: frank projects edit PROJECT --organization NAME")
        return
    whole = sum(entry.group.cost or 0 for entry in entries)
    columns = [
        Column("Organization", [entry.organization.title for entry in entries], least=20),
        Column("Cost", [money(entry.group.cost) for entry in entries], "right"),
        Column("Share", [percent(entry.group.cost or 0, whole) for entry in entries], "right", keep=4),
        Column("Requests", [count(entry.group.requests) for entry in entries], "right", keep=5),
        Column("Users", [count(entry.group.users) for entry in entries], "right", keep=3),
        Column("Projects", [", ".join(entry.projects) for entry in entries], keep=2, least=16),
    ]
    out.print(tables.render(columns, out.width))
