"""``frank features``: the coverage matrix."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import sqlite3

    from franking.cli.coverage_view import Coverage

__all__ = ["features"]

_WEEK = 7 * 86_400 * 1_000_000


def features(
    period: Annotated[
        str | None, typer.Option(metavar="week|month|year|all", help="The past week, month (default), year, or all.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, yesterday, 7d.")] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: {period, features, rejected, share}.")] = False,
) -> None:
    """Which features are seen: how each is set, when last, how often, by how many in the past week.

    Below stand the values that the allow-list rejects, the requests without a feature, and how many requests are
    attributed, and of those how many were found without the client's help.
    """
    from franking import settings
    from franking.attribution.features import Features
    from franking.cli import coverage_view, selection
    from franking.ledger import reader

    meant = selection.period(period, since, until)
    listed = Features.load(settings.load()).listed
    try:
        with reader.opened() as ledger:
            found = _read(ledger, meant.since, meant.until)
    except reader.LedgerMissingError:
        found = coverage_view.Coverage()
    if as_json:
        typer.echo(coverage_view.as_json(listed, found, meant))
    else:
        coverage_view.show(listed, found, meant)


def _read(ledger: "sqlite3.Connection", since: int | None, until: int | None) -> "Coverage":
    from franking.cli import coverage_view, selection
    from franking.ledger import coverage
    from franking.ledger.filters import Filters

    meant = Filters(since, until)
    active = coverage.features(ledger, Filters(since=selection.now() - _WEEK))
    return coverage_view.Coverage(
        used=tuple(coverage.features(ledger, meant)),
        weekly={entry.feature: entry.users for entry in active},
        rejected=tuple(coverage.rejected(ledger, meant)),
        share=coverage.share(ledger, meant),
    )
