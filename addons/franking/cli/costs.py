"""``frank costs``: what requests cost, by whatever they are grouped by."""

from typing import Annotated

import typer

from franking.cli import request_options as options
from franking.cli.taking import taking
from franking.ledger.filters import DIMENSIONS, TIMES

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


@taking(options.said)
def costs(
    by: Annotated[
        str, typer.Option(metavar="DIM[,DIM]", help=f"Group by one or two of: {', '.join(_ALL)}.")
    ] = "project",
    *,
    said: options.Said,
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

    from franking.cli import costs_text, costs_view
    from franking.cli.progress import Progress
    from franking.ledger import queries, reader
    from franking.projects import questions

    if drift:
        _show_drift(said, as_json)
        return
    try:
        with Progress(doing="Adding up"), reader.opened() as ledger:
            found = questions.costs(ledger, said.filters, asked, top=top)
            empty = not found.total.requests and not ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone()
    except reader.LedgerMissingError:
        found, empty = queries.Costs(asked, (), queries.Group(())), True
    if as_json:
        typer.echo(costs_text.as_json(found, said.period))
    elif as_csv:
        typer.echo(costs_text.as_csv(found), nl=False)
    else:
        costs_view.show(found, said.period, empty=empty, filtered=bool(said.filters.include or said.filters.exclude))


def _show_drift(said: options.Said, as_json: bool) -> None:
    from franking.cli import drift_view
    from franking.ledger import pricing_facts, reader
    from franking.projects import folding, questions

    try:
        with reader.opened() as ledger:
            found = pricing_facts.drift(ledger, folding.matched(questions.names(ledger), said.filters))
    except reader.LedgerMissingError:
        found = []
    if as_json:
        typer.echo(drift_view.as_json(found, said.period))
    else:
        drift_view.show(found, said.period)
