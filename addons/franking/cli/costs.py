"""``frank costs``: what requests cost, by whatever they are grouped by."""

from typing import TYPE_CHECKING, Annotated

import typer

from franking.cli import request_options as options
from franking.ledger.filters import DIMENSIONS, TIMES

if TYPE_CHECKING:
    from franking.cli.periods import Period
    from franking.ledger.filters import Filters

__all__ = ["costs"]

_ALL = (*TIMES, *DIMENSIONS)


def _dimensions(by: str) -> tuple[str, ...]:
    asked = tuple(part.strip() for part in by.split(",") if part.strip())
    for part in asked:
        if part not in _ALL:
            raise typer.BadParameter(f"{part!r} is none of {', '.join(_ALL)}", param_hint="--by")
    if not 1 <= len(asked) <= 2 or len(set(asked)) != len(asked):
        raise typer.BadParameter("expected one dimension, or two different ones, such as project,model")
    return asked


def costs(
    by: Annotated[
        str, typer.Option(metavar="DIM[,DIM]", help=f"Group by one or two of: {', '.join(_ALL)}.")
    ] = "project",
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
    top: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the N dearest; the others are one row, (other).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: {period, by, rows, total}.")] = False,
    drift: Annotated[bool, typer.Option("--drift", help="Where reported and estimated cost part, by model.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for spreadsheets.")] = False,
) -> None:
    """What requests cost: by project, feature, model, user, day …

    Without a period it is the past month. Each option that says which requests are meant has an opposite that leaves
    them out: --not-project P, --not-model M … All may be given more than once, and '' stands for those of which it is
    not known. Requests that nobody is known for are shown as a row of their own, requests without a known price are
    counted as unpriced and never as free.

    In JSON money is a decimal string of US dollars, null is "not known", and times are ISO 8601 UTC.
    """
    asked = _dimensions(by)
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    if as_csv and drift:
        raise typer.BadParameter("it cannot be combined with --csv", param_hint="--drift")

    from franking.cli import costs_text, costs_view, selection
    from franking.cli.progress import Progress
    from franking.ledger import queries, reader
    from franking.projects import questions

    meant = selection.period(period, since, until)
    chosen = selection.filters(
        meant, mine=mine, project=project, feature=feature, model=model, user=user, client=client,
        organization=organization, gateway=gateway, branch=branch, session=session, repository=repository,
        without={
            "project": not_project, "feature": not_feature, "model": not_model, "user": not_user, "client": not_client,
            "organization": not_organization, "gateway": not_gateway, "branch": not_branch, "session": not_session,
            "repository": not_repository,
        },
    )  # fmt: skip
    if drift:
        _show_drift(chosen, meant, as_json)
        return
    try:
        with Progress(doing="Adding up"), reader.opened() as ledger:
            found = questions.costs(ledger, chosen, asked, top=top)
            empty = not found.total.requests and not ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone()
    except reader.LedgerMissingError:
        found, empty = queries.Costs(asked, (), queries.Group(())), True
    if as_json:
        typer.echo(costs_text.as_json(found, meant))
    elif as_csv:
        typer.echo(costs_text.as_csv(found), nl=False)
    else:
        costs_view.show(found, meant, empty=empty, filtered=bool(chosen.include or chosen.exclude))


def _show_drift(chosen: "Filters", meant: "Period", as_json: bool) -> None:
    from franking.cli import drift_view
    from franking.ledger import pricing_facts, reader

    try:
        with reader.opened() as ledger:
            found = pricing_facts.drift(ledger, chosen)
    except reader.LedgerMissingError:
        found = []
    if as_json:
        typer.echo(drift_view.as_json(found, meant))
    else:
        drift_view.show(found, meant)
