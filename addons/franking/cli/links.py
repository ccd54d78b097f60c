"""``frank links``: addresses that show a client one project's page, and nothing else, until they end."""

from typing import Annotated

import typer

from franking.cli.errors import Failure

__all__ = ["app"]

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `frank links` lists it.")]


@app.callback(invoke_without_command=True)
def links(context: typer.Context, as_json: Json = False) -> None:
    """Links for clients: one project's page, read-only, until the link ends or is revoked.

    Without a command: every link that was made, for whom, until when, and when its page was last seen.
    """
    if context.invoked_subcommand is None:
        list_(as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All links, the newest first.

    Each is open, expired, revoked, or void: signed by an earlier key, or its project is part of another one now.
    """
    from franking.cli import links_view, selection
    from franking.ledger import reader
    from franking.projects import link_tokens
    from franking.projects import links as kept

    try:
        with reader.opened() as ledger:
            listed = kept.listed(ledger, link_tokens.key_if_there(), selection.now())
    except reader.LedgerMissingError:
        listed = []
    if as_json:
        typer.echo(links_view.as_json(listed))
    else:
        links_view.show(listed)


@app.command()
def create(
    project: Annotated[
        str, typer.Argument(metavar="PROJECT", help="The project's name, an earlier one, or an id of it.")
    ],
    days: Annotated[
        int, typer.Option(metavar="DAYS", min=1, max=730, help="For how many days it opens, 1 to 730.")
    ] = 30,
    period: Annotated[
        str, typer.Option(metavar="week|month|year|all", help="What the page opens with; its reader may choose others.")
    ] = "month",
    base: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where a client reaches the dashboard, such as https://costs.example.com."),
    ] = None,
    with_users: Annotated[
        bool, typer.Option("--with-users", help="Show the users too, by their names or e-mail addresses.")
    ] = False,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="For whom it is; shown in the list alone.")] = None,
    as_json: Json = False,
) -> None:
    """Make a link to a project's page.

    Whoever has the address sees what the project cost, over time and by model, tool and feature, and its own budgets;
    no request, no prompt, no other project, and no other page. The address is kept nowhere; `show` tells it again.
    """
    from franking.cli import links_view, selection
    from franking.cli.project_options import writing
    from franking.projects import link_tokens, link_values
    from franking.projects import links as kept
    from franking.projects.values import ProjectsError

    selection.period(period, None, None)
    try:
        address = link_values.origin(base) if base is not None else _reached()
    except ProjectsError as fault:
        raise typer.BadParameter(str(fault), param_hint="--base") from None
    terms = link_values.Terms(address, days, period, with_users, note)
    with writing() as ledger:
        made = kept.make(ledger, link_tokens.key(), project, terms, selection.now())
    links_view.tell(made, as_json=as_json)


@app.command()
def show(id_: Id, as_json: Json = False) -> None:
    """The address of a link that is open, once more."""
    from franking.cli import links_view, selection
    from franking.ledger import reader
    from franking.projects import link_tokens
    from franking.projects import links as kept

    with reader.opened() as ledger:
        listed = kept.listed(ledger, link_tokens.key_if_there(), selection.now())
    shown = next((each for each in listed if each.link.id == id_), None)
    if shown is None:
        raise Failure(f"there is no link {id_!r}; `frank links` lists those that there are")
    if shown.url is None:
        raise Failure(f"the link {id_} is {shown.status}; make another one: frank links create PROJECT")
    links_view.tell(shown, as_json=as_json)


@app.command()
def revoke(id_: Id) -> None:
    """End a link now."""
    from franking.cli import selection
    from franking.cli.project_options import writing
    from franking.projects import links as kept

    with writing() as ledger:
        link = kept.revoke(ledger, id_, selection.now())
    typer.echo(f"link {link.id}: revoked")


@app.command()
def rotate() -> None:
    """Make a new key for signing.

    Every link that was made until now opens nothing any more, of whichever ledger in this home.
    """
    from franking.projects import link_tokens

    link_tokens.rotate()
    typer.echo("a new key signs links from now on; all earlier ones are void")


def _reached() -> str:
    """Where the dashboard is, as far as this machine knows."""
    from franking import settings as configuration
    from franking.supervisor.state import read_state

    state = read_state()
    if state is not None and state.web_url is not None:
        return state.web_url
    host, port = configuration.split_address(configuration.load().listen.web)
    if port == 0:
        raise Failure("listen.web names no port, and no dashboard runs; say where it is reached: --base URL")
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
