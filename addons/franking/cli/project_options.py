"""The options that several of ``frank projects``' commands have, and how they open the ledger to write."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import sqlite3

    from franking.projects.values import Member

__all__ = [
    "Belongs",
    "DropIds",
    "DropPatterns",
    "DropRemotes",
    "Ids",
    "Json",
    "Listing",
    "Name",
    "Patterns",
    "Period",
    "Remotes",
    "Set",
    "Since",
    "Unset",
    "Until",
    "listing",
    "looks",
    "members",
    "metadata",
    "writing",
]

Name = Annotated[str, typer.Argument(metavar="PROJECT", help="Its name, an earlier one, or an id of it.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Period = Annotated[
    str | None,
    typer.Option(metavar="week|month|year|all", help="Costs of the past week, month (default), year, or all."),
]
Since = Annotated[str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, yesterday, 7d.")]
Until = Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")]

Belongs = Annotated[str | None, typer.Option("--organization", metavar="O", help="Whose it is; '' is nobody's.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Metadata: client_name, billable, billing_rate, … or any key."),
]
Unset = Annotated[list[str] | None, typer.Option("--unset", metavar="KEY", help="Take this metadata away.")]
Ids = Annotated[list[str] | None, typer.Option("--id", metavar="ID", help="Requests with this project id too.")]
Remotes = Annotated[
    list[str] | None,
    typer.Option("--remote", metavar="R", help="Requests from this repository, such as acme/api; * is any part."),
]
Patterns = Annotated[
    list[str] | None, typer.Option("--pattern", metavar="P", help="Requests whose project id is such as 'acme-*'.")
]

DropIds = Annotated[list[str] | None, typer.Option("--drop-id", metavar="ID", help="This id is its own no more.")]
DropRemotes = Annotated[list[str] | None, typer.Option("--drop-remote", metavar="R", help="Nor is this repository.")]
DropPatterns = Annotated[list[str] | None, typer.Option("--drop-pattern", metavar="P", help="Nor is this pattern.")]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which projects are listed, and how. organization: only of this one; archived: those too."""

    period: str | None
    since: str | None
    until: str | None
    organization: str | None
    archived: bool
    as_json: bool


def listing(
    period: Period = None,
    since: Since = None,
    until: Until = None,
    organization: Annotated[
        str | None, typer.Option("--organization", metavar="O", help="Only of this organization.")
    ] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones too.")] = False,
    as_json: Json = False,
) -> Listing:
    """For a command that is ``taking`` these options."""
    return Listing(period, since, until, organization, archived, as_json)


def looks(
    display_name: Annotated[
        str | None, typer.Option("--display-name", metavar="TEXT", help="What pages call it; '' is none.")
    ] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="A description; '' is none.")] = None,
    colour: Annotated[str | None, typer.Option(metavar="#RRGGBB", help="Its colour in charts; '' is none.")] = None,
    icon: Annotated[
        str | None, typer.Option(metavar="TEXT", help="A letter or emoji before its name; '' is none.")
    ] = None,
) -> dict[str, Any]:
    """Fields of a project or an organization that are given, for a command that is ``taking`` these options."""
    said = {"display_name": display_name, "description": description, "colour": colour, "icon": icon}
    return {field: value for field, value in said.items() if value is not None}


def members(
    ids: Sequence[str] | None, remotes: Sequence[str] | None, patterns: Sequence[str] | None
) -> tuple["Member", ...]:
    """What the options name."""
    from franking.projects.values import Member

    return (
        *(Member(each) for each in ids or ()),
        *(Member(repository=each) for each in remotes or ()),
        *(Member(each, pattern=True) for each in patterns or ()),
    )


def metadata(
    held: "Mapping[str, str | bool]", said: Sequence[str] | None, unset: Sequence[str] | None = None
) -> dict[str, str | bool]:
    """What was held, with what the options say."""
    from franking.projects import checks

    kept = {key: value for key, value in held.items() if key not in (unset or ())}
    return kept | dict(checks.pair(each) for each in said or ())


@contextmanager
def writing() -> Iterator["sqlite3.Connection"]:
    """The ledger to write in, beside a sidecar; made where there is none yet."""
    from franking import paths
    from franking.ledger.connection import patient

    paths.ensure_home()
    with closing(patient(paths.ledger_file())) as ledger:
        yield ledger
