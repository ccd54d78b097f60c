"""``frank explain``: why a request carries what it carries, or would."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from franking.views.explained import Told

__all__ = ["explain"]


def explain(
    request: Annotated[
        str | None, typer.Argument(metavar="[REQUEST_ID]", help="A request's id, its beginning, or last.")
    ] = None,
    cwd: Annotated[Path | None, typer.Option(metavar="DIR", help="A tool started in this directory.")] = None,
    pid: Annotated[int | None, typer.Option(metavar="PID", min=1, help="A process that runs.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON: {subject, stamped, fields, sources, faults}.")
    ] = False,
) -> None:
    """Why a request carries its project and feature: every source in order, which won, why the others did not.

    With a request's id (frank tail --json tells it; `last` is the newest) it tells what was stamped. With --cwd or
    --pid it tells what would be, and without any of these for a tool started here.
    """
    if sum(given is not None for given in (request, cwd, pid)) > 1:
        raise typer.BadParameter("choose one of REQUEST_ID, --cwd and --pid")

    from franking.cli import explain_now, explain_view

    if request is not None:
        told = _of_request(request)
    elif pid is not None:
        told = explain_now.of_process(pid)
    else:
        told = explain_now.of_directory(cwd or Path.cwd(), os.environ)
    if as_json:
        typer.echo(explain_view.as_json(told))
    else:
        explain_view.show(told)


def _of_request(named: str) -> "Told":
    from franking.cli.errors import Failure
    from franking.ledger import backfill_told, listings, reader
    from franking.views import explained

    try:
        with reader.opened() as ledger:
            found = listings.named(ledger, named)
            later = backfill_told.later(ledger, found[0]) if len(found) == 1 else ()
    except reader.LedgerMissingError:
        found = []
    if not found:
        missing = "there is no request yet" if named == "last" else f"no request's id begins with {named!r}"
        raise Failure(f"{missing}. `frank tail --json` shows the newest; `frank explain --cwd .` needs none.")
    if len(found) > 1:
        some = ", ".join(str(row["id"]) for row in found[:5])
        raise Failure(f"several requests' ids begin with {named!r}: {some}{' …' if len(found) > 5 else ''}")
    return explained.of_row(found[0], later)
