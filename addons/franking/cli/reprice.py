"""``frank reprice``: estimates computed again with today's prices."""

from typing import Annotated

import typer

__all__ = ["reprice"]


def reprice(
    since: Annotated[
        str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, 7d; all requests without.")
    ] = None,
    model: Annotated[list[str] | None, typer.Option(metavar="M", help="Only this model.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: {dry_run, looked_at, changed, …, models}.")] = False,
) -> None:
    """Computes the estimated cost again, from each request's tokens, with today's price list or your prices file.

    Each request is priced as of its own day. A cost that the gateway reported is never touched; a cost that was an
    estimate follows it. A request that has no price today keeps what it has. A sidecar may run meanwhile.
    """
    from franking import paths, settings
    from franking.cli import reprice_view, selection
    from franking.cli.progress import Progress
    from franking.ledger import reader, repricing
    from franking.metering.pricing import Pricer

    meant = selection.period(None, since, None) if since else None
    chosen = selection.filters(meant, model=model or ())
    pricer = Pricer(settings.load().prices.file, paths.prices_file())
    pricer.warm()
    try:
        with Progress(doing="Computing prices"), reader.opened() as ledger:
            outcome = repricing.look(ledger, chosen, pricer)
        if not dry_run and (outcome.changed or outcome.renamed):
            with Progress(doing="Writing prices"):
                outcome = repricing.reprice(paths.ledger_file(), chosen, pricer)
    except reader.LedgerMissingError:
        outcome = repricing.Outcome()
    if as_json:
        typer.echo(reprice_view.as_json(outcome, dry_run=dry_run))
    else:
        reprice_view.show(outcome, dry_run=dry_run)
