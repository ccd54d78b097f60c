"""``frank export``: requests as a file for other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from franking.cli import request_options as options

if TYPE_CHECKING:
    from franking.ledger.queries import Group

__all__ = ["export"]

_FORMATS = ("csv", "jsonl", "parquet", "focus")


def export(
    form: Annotated[str, typer.Option("--format", metavar="|".join(_FORMATS), help="How it is written.")] = "csv",
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is standard output.")
    ] = Path("-"),
    period: options.Period = None,
    since: options.Since = None,
    until: options.Until = None,
    mine: options.Mine = False,
    project: options.Project = None,
    feature: options.Feature = None,
    model: options.Model = None,
    user: options.User = None,
    client: options.Client = None,
    organization: options.Organization = None,
    gateway: options.Gateway = None,
    branch: options.Branch = None,
    session: options.Session = None,
    repository: options.Repository = None,
    not_project: options.NotProject = None,
    not_feature: options.NotFeature = None,
    not_model: options.NotModel = None,
    not_user: options.NotUser = None,
    not_client: options.NotClient = None,
    not_organization: options.NotOrganization = None,
    not_gateway: options.NotGateway = None,
    not_branch: options.NotBranch = None,
    not_session: options.NotSession = None,
    not_repository: options.NotRepository = None,
) -> None:
    """Writes requests as CSV, JSON Lines, Parquet or FOCUS 1.2, one line a request.

    Which are meant is said as in `frank costs`. CSV and JSON Lines have the ledger's columns, money in dollars and
    times in ISO 8601, and `frank import` reads them again; in CSV, what a spreadsheet would take for a formula has an
    apostrophe before it. FOCUS is the FinOps Foundation's form of cost data, as CSV. Prompts are in it only where
    privacy.prompts had them stored. Requests on their way are left out. A file is there whole or not at all.
    """
    if form not in _FORMATS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(_FORMATS)}", param_hint="--format")

    from franking.cli import selection
    from franking.cli.errors import Failure
    from franking.cli.progress import Progress
    from franking.ledger import reader
    from franking.projects import folding, questions
    from franking.reports import exports, files, parquet

    if output == files.STDOUT and form == "parquet" and typer.get_binary_stream("stdout").isatty():
        raise typer.BadParameter("Parquet is no text; name a file with --output", param_hint="--format")
    chosen = selection.filters(
        selection.period(period, since, until), mine=mine, project=project, feature=feature, model=model, user=user,
        client=client, organization=organization, gateway=gateway, branch=branch, session=session,
        repository=repository,
        without={
            "project": not_project, "feature": not_feature, "model": not_model, "user": not_user, "client": not_client,
            "organization": not_organization, "gateway": not_gateway, "branch": not_branch, "session": not_session,
            "repository": not_repository,
        },
    )  # fmt: skip
    try:
        with reader.opened() as ledger:
            meant = folding.matched(questions.names(ledger), chosen)
            whole = exports.expected(ledger, meant)
            with Progress("request", None if whole is None else whole.requests, doing="Exporting") as work:
                count = exports.export(ledger, meant, form, output, work.advance)
    except reader.LedgerMissingError as fault:
        raise Failure(f"there is nothing to export: {fault}") from None
    except parquet.MissingError as fault:
        raise Failure(str(fault)) from None
    _tell(count, form, output, whole)


def _tell(count: int, form: str, output: Path, whole: "Group | None") -> None:
    """How many, and which were left out; on stderr."""
    from franking.cli.text import plural

    said = [plural(count, "request")]
    if whole is not None:
        if whole.running:
            said.append(f"{whole.running:,} on their way are left out")
        left = whole.requests - whole.running - count
        if left > 0 and form == "focus":
            said.append(f"{left:,} are left out: FOCUS has no unknown cost, nor totals without requests")
        elif left > 0:
            said.append(f"{left:,} are left out: of them only totals are known")
    typer.echo(f"{'' if str(output) == '-' else f'{output}: '}{'; '.join(said)}", err=True)
