"""One project: its definition, which requests are its own, what they cost; for people and for programs."""

import json
from collections.abc import Iterator

from rich.text import Text

from franking.cli import tables
from franking.cli.projects_view import Entry, Found, described, figures, warnings
from franking.projects.values import Project
from franking.words import clean, count, local, money, plural, short

__all__ = ["as_json", "show"]

_WIDTH = 14


def _entry(told: Found) -> Entry | None:
    return told.entries[0] if told.entries else None


def _parts(told: Found, project: Project) -> list[str]:
    """The names of what was merged into it."""
    return sorted(
        each.name
        for each in told.names.projects.values()
        if each.name != project.name and told.names.resolved(each.name) == project.name
    )


def as_json(told: Found, project: Project) -> str:
    """``{name, …, merged: [name], cost, requests, …, first_seen, last_seen, ambiguous: [remote]}``; of all time."""
    entry = _entry(told)
    shape = described(project) | {"merged": _parts(told, project)}
    if entry is not None:
        shape |= figures(entry.group) | {"first_seen": entry.first_seen, "last_seen": entry.last_seen}
    return json.dumps(shape | {"ambiguous": list(told.ambiguous.get(project.name, ()))}, indent=2)


def show(told: Found, project: Project, *, asked: str) -> None:
    """Print it. asked: the name that was asked for, which may be another one of its names."""
    out = tables.console()
    out.print(Text(clean(project.title), style="bold"))
    if asked != project.name:
        out.print(Text(clean(f"{asked} leads here"), style="dim"))
    out.print()
    for label, value in (*_definition(told, project), *_figures(told)):
        for number, line in enumerate(value.split("\n")):
            out.print(Text(f"{label if number == 0 else '':<{_WIDTH}}{clean(line)}"), soft_wrap=True)
    for warning in warnings({id_: places for id_, places in told.ambiguous.items() if id_ == project.name}):
        out.print()
        out.print(Text(warning, style="yellow"))


def _definition(told: Found, project: Project) -> Iterator[tuple[str, str]]:
    yield "name", project.name
    looks = (("description", project.description), ("organization", project.organization), ("colour", project.colour),
             ("icon", project.icon))  # fmt: skip
    yield from ((label, value) for label, value in looks if value)
    yield from ((key, value if isinstance(value, str) else str(value).lower()) for key, value in _sorted(project))
    if project.members:
        yield "its own", "\n".join(str(member) for member in (*project.members,))
    if parts := _parts(told, project):
        yield "merged", "\n".join(parts)
    if project.archived_at is not None:
        yield "archived", local(project.archived_at, form="%Y-%m-%d %H:%M")
    if project.number is None:
        yield "definition", "none: it appeared with its first request"


def _sorted(project: Project) -> list[tuple[str, str | bool]]:
    return sorted(project.metadata.items())


def _figures(told: Found) -> Iterator[tuple[str, str]]:
    entry = _entry(told)
    if entry is None or not entry.group.requests:
        yield "requests", "none yet"
        return
    group = entry.group
    unpriced = f", {plural(group.unpriced, 'request')} unpriced" if group.unpriced else ""
    yield "cost", f"{money(group.cost)}{unpriced}"
    yield "requests", f"{count(group.requests)}, by {plural(group.users, 'known user')}"
    yield "tokens", f"{short(group.input_tokens)} in, {short(group.output_tokens)} out"
    yield "seen", f"{entry.first_seen} to {entry.last_seen}"
