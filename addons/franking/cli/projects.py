"""``frank projects``: what projects there are, and which requests are whose.

Nothing here changes a request: a project's history follows its definition, and everything can be undone.
"""

from typing import Any

import typer

from franking.cli import project_naming
from franking.cli import project_options as options
from franking.cli.taking import taking

__all__ = ["app"]

app = typer.Typer()


@app.callback(invoke_without_command=True)
@taking(options.listing)
def projects(
    context: typer.Context,
    *,
    said: options.Listing,
) -> None:
    """Projects and organizations: list, define, rename, put together and take apart.

    Without a command: every project, defined or seen, and what it cost. A project appears with its first request.
    """
    if context.invoked_subcommand is None:
        _list(said)


@app.command("list")
@taking(options.listing)
def list_(said: options.Listing) -> None:
    """All projects and what they cost.

    A project appears with its first request. Without a period it is the past month.
    """
    _list(said)


def _list(said: options.Listing) -> None:
    from franking.cli import projects_view, selection
    from franking.ledger import reader

    meant = selection.period(said.period, said.since, said.until)
    try:
        with reader.opened() as ledger:
            found = projects_view.found(ledger, meant, organization=said.organization, archived=said.archived)
    except reader.LedgerMissingError:
        found = projects_view.Found()
    if said.as_json:
        typer.echo(projects_view.as_json(found, meant))
    else:
        projects_view.show(found, meant)


@app.command()
def show(name: options.Name, as_json: options.Json = False) -> None:
    """One project: what it is, what is its own.

    Its definition, which requests are its own, and what they cost in all time.
    """
    from franking import periods
    from franking.cli import project_view, projects_view
    from franking.ledger import reader
    from franking.projects import questions

    with reader.opened() as ledger:
        project = questions.named(ledger, name)
        found = projects_view.found(ledger, periods.Period(None, None, "all time"), archived=True, only=project)
    if as_json:
        typer.echo(project_view.as_json(found, project))
    else:
        project_view.show(found, project, asked=name)


@app.command()
@taking(options.looks)
def create(
    name: options.Name,
    *,
    said: dict[str, Any],
    organization: options.Belongs = None,
    metadata: options.Set = None,
    id_: options.Ids = None,
    remote: options.Remotes = None,
    pattern: options.Patterns = None,
) -> None:
    """Define a project.

    Requests with its name as their id are its own, and those that --id, --remote and --pattern name. It need not have
    any yet.
    """
    from franking.cli import selection
    from franking.projects import changes
    from franking.projects.values import Project

    project = Project(
        name,
        **said,
        organization=organization,
        metadata=options.metadata({}, metadata),
        members=options.members(id_, remote, pattern),
    )
    with options.writing() as ledger:
        made = changes.create(ledger, project, selection.now())
    typer.echo(f"project {made.name}: defined")


@app.command()
@taking(options.looks)
def edit(
    name: options.Name,
    *,
    said: dict[str, Any],
    organization: options.Belongs = None,
    metadata: options.Set = None,
    unset: options.Unset = None,
    id_: options.Ids = None,
    remote: options.Remotes = None,
    pattern: options.Patterns = None,
    drop_id: options.DropIds = None,
    drop_remote: options.DropRemotes = None,
    drop_pattern: options.DropPatterns = None,
) -> None:
    """Change what a project is, and what is its own."""
    from franking.cli import selection
    from franking.projects import changes, members, questions

    changed = said if organization is None else said | {"organization": organization}
    with options.writing() as ledger:
        held = questions.named(ledger, name)
        stay = members.without(held, options.members(drop_id, drop_remote, drop_pattern))
        changed["members"] = (*stay, *options.members(id_, remote, pattern))
        changed["metadata"] = options.metadata(held.metadata, metadata, unset)
        edited = changes.edit(ledger, held.name, selection.now(), **changed)
    typer.echo(f"project {edited.name}: changed")


for command in (
    project_naming.rename,
    project_naming.merge,
    project_naming.split,
    project_naming.archive,
    project_naming.unarchive,
    project_naming.organizations,
    project_naming.organization,
):
    app.command()(command)
