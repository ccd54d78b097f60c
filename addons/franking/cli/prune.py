"""``frank prune``: drops old requests from the ledger."""

from typing import Annotated

import typer

__all__ = ["prune"]


def prune(
    older_than: Annotated[str, typer.Option("--older-than", metavar="DAYS", help="Such as 90d: kept are 90 days.")],
    keep_totals: Annotated[
        bool, typer.Option("--keep-totals", help="What they cost stays in every view by day, project, model, branch …")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many there are, and drop nothing.")] = False,
) -> None:
    """Drops requests that are older than so many days, counted in UTC, for good.

    It goes in small steps: a sidecar may run meanwhile, and an interrupted prune is simply called again. The setting
    ledger.retention_days does the same by itself and keeps the totals.
    """
    days = older_than.removesuffix("d")
    if not (days.isascii() and days.isdigit()) or not 1 <= int(days) <= 36_500:
        raise typer.BadParameter("expected a number of days, such as 90d", param_hint="--older-than")

    from contextlib import closing

    from franking import paths
    from franking.cli import selection
    from franking.cli.progress import Progress
    from franking.ledger import pruning, reader
    from franking.ledger.connection import patient

    before = pruning.limit(selection.now(), int(days))
    try:
        with Progress(doing="Counting"), reader.opened() as ledger:
            found = pruning.older(ledger, before)
    except reader.LedgerMissingError:
        found = 0
    if dry_run or not found:
        typer.echo(f"{found:,} requests are older than {days} days" + ("; none was dropped" if found else ""))
        return
    gone = 0
    with (
        closing(patient(paths.ledger_file())) as writing,
        Progress("request", found, doing="Dropping requests") as work,
    ):
        while dropped := pruning.step(writing, before, keep_totals=keep_totals):
            gone += dropped
            work.advance(dropped)
        pruning.tidy(writing)
    typer.echo(f"{gone:,} requests dropped" + (", their totals kept" if keep_totals else ""))
