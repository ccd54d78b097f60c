"""``frank projects rename``, ``merge``, ``split``, ``archive``, ``organizations``: how projects hang together."""

from typing import Annotated, Any

import typer

from franking.cli import project_options as options
from franking.cli.taking import taking

__all__ = ["archive", "merge", "organization", "organizations", "rename", "split", "unarchive"]


def rename(
    name: options.Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name that it is to have.")],
) -> None:
    """Give a project another name. Its history follows, and the old name still leads to it."""
    from franking.cli import selection
    from franking.projects import changes

    with options.writing() as ledger:
        renamed = changes.rename(ledger, name, new, selection.now())
    typer.echo(f"project {renamed.name}: renamed, {name} leads here")


def merge(
    names: Annotated[list[str], typer.Argument(metavar="PROJECT…", help="Which become part of the other.")],
    into: Annotated[str, typer.Option("--into", metavar="OTHER", help="The project that they become part of.")],
) -> None:
    """Make projects part of another one.

    From now on they are listed, counted and budgeted as it, with all their history. To undo it:
    frank projects split PROJECT
    """
    from franking.cli import selection
    from franking.projects import merging

    with options.writing() as ledger:
        for name in names:
            merged = merging.merge(ledger, name, into, selection.now())
            typer.echo(f"project {merged.name}: now part of {merged.merged_into}")


def split(name: options.Name) -> None:
    """Undo a merge, or part repositories of one id.

    A project that was merged is its own again. Of an id that came from several repositories each becomes a project.
    """
    from franking.cli import selection
    from franking.projects import merging, questions

    with options.writing() as ledger:
        places = questions.ambiguous(ledger).get(name, ())
        for own in merging.split(ledger, name, selection.now(), places):
            typer.echo(f"project {own}: its own now")


def archive(name: options.Name) -> None:
    """Leave a project out of listings.

    Its costs are told as before.
    """
    from franking.cli import selection
    from franking.projects import changes

    with options.writing() as ledger:
        typer.echo(f"project {changes.archive(ledger, name, selection.now()).name}: archived")


def unarchive(name: options.Name) -> None:
    """Bring an archived project back."""
    from franking.cli import selection
    from franking.projects import changes

    with options.writing() as ledger:
        typer.echo(f"project {changes.unarchive(ledger, name, selection.now()).name}: back in the listings")


def organizations(
    period: options.Period = None,
    since: options.Since = None,
    until: options.Until = None,
    as_json: options.Json = False,
) -> None:
    """All organizations and what they cost.

    Those that were defined, and those that requests were stamped with.
    """
    from franking.cli import organizations_view, selection
    from franking.ledger import reader

    meant = selection.period(period, since, until)
    try:
        with reader.opened() as ledger:
            found = organizations_view.found(ledger, meant)
    except reader.LedgerMissingError:
        found = []
    if as_json:
        typer.echo(organizations_view.as_json(found, meant))
    else:
        organizations_view.show(found, meant)


@taking(options.looks)
def organization(
    name: Annotated[str, typer.Argument(metavar="ORGANIZATION", help="Its name.")],
    *,
    said: dict[str, Any],
    metadata: options.Set = None,
    unset: options.Unset = None,
) -> None:
    """Define or change an organization.

    Projects join it by: frank projects edit PROJECT --organization NAME
    """
    from franking.cli import selection
    from franking.projects import changes, store

    with options.writing() as ledger:
        held = store.organization(ledger, name)
        kept = options.metadata(held.metadata if held else {}, metadata, unset)
        edited = changes.edit_organization(ledger, name, selection.now(), **said, metadata=kept)
    typer.echo(f"organization {edited.name}: {'changed' if held else 'defined'}")
