"""``frank costs``: what requests cost, by whatever they are grouped by."""

from typing import TYPE_CHECKING, Annotated

import typer

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
    period: Annotated[
        str | None, typer.Option(metavar="week|month|year|all", help="The past week, month (default), year, or all.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, yesterday, 7d, or with a time.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only your own requests.")] = False,
    project: Annotated[list[str] | None, typer.Option(metavar="P", help="Only this project; '' is none.")] = None,
    feature: Annotated[list[str] | None, typer.Option(metavar="F", help="Only this feature; '' is none.")] = None,
    model: Annotated[list[str] | None, typer.Option(metavar="M", help="Only this model.")] = None,
    user: Annotated[list[str] | None, typer.Option(metavar="U", help="Only this user; '' is none.")] = None,
    client: Annotated[list[str] | None, typer.Option(metavar="C", help="Only this client; '' is none.")] = None,
    top: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the N dearest; the others are one row, (other).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: {period, by, rows, total}.")] = False,
    drift: Annotated[bool, typer.Option("--drift", help="Where reported and estimated cost part, by model.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for spreadsheets.")] = False,
) -> None:
    """What requests cost: by project, feature, model, user, day …

    Without a period it is the past month. A filter may be given more than once. Requests that nobody is known for are
    shown as a row of their own, requests without a known price are counted as unpriced and never as free.

    In JSON money is a decimal string of US dollars, null is "not known", and times are ISO 8601 UTC.
    """
    asked = _dimensions(by)
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    if as_csv and drift:
        raise typer.BadParameter("it cannot be combined with --csv", param_hint="--drift")

    from franking.cli import costs_text, costs_view, selection
    from franking.ledger import queries, reader

    meant = selection.period(period, since, until)
    chosen = selection.filters(
        meant, mine=mine, project=project or (), feature=feature or (), model=model or (), user=user or (),
        client=client or (),
    )  # fmt: skip
    if drift:
        _show_drift(chosen, meant, as_json)
        return
    try:
        with reader.opened() as ledger:
            found = queries.costs(ledger, chosen, asked, top=top)
            empty = not found.total.requests and not ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone()
    except reader.LedgerMissingError:
        found, empty = queries.Costs(asked, (), queries.Group(())), True
    if as_json:
        typer.echo(costs_text.as_json(found, meant))
    elif as_csv:
        typer.echo(costs_text.as_csv(found), nl=False)
    else:
        costs_view.show(found, meant, empty=empty, filtered=bool(chosen.include))


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
