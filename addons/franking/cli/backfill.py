"""``frank backfill``: fills in the project and the feature of older requests, and takes that back."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from franking.ledger.backfill import Outcome
    from franking.ledger.backfill_runs import Run, Undone
    from franking.ledger.filters import Filters

__all__ = ["backfill"]


def backfill(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="With --undo: a run's number, or all; else the last one.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, yesterday, 7d.")] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last run back, or RUN, or all of them.")] = False,
    runs: Annotated[bool, typer.Option("--runs", help="List the runs.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON: {run, dry_run, looked_at, requests, changes, left} or {runs}.")
    ] = False,
) -> None:
    """Fills in the project and the feature of older requests that have none, where rules or neighbours tell them.

    The rules are in backfill.toml; ledger.backfill_rules names your own. A value that is there never changes, and an
    explicit "none" stays. What is filled in is marked as inferred (frank explain), and --undo takes it back. A sidecar
    may run meanwhile.
    """
    if run is not None and not undo:
        raise typer.BadParameter("it says which run to take back; say --undo as well", param_hint="RUN")
    if (runs and (undo or dry_run)) or ((undo or runs) and (since or until)):
        raise typer.BadParameter(
            "it cannot be combined with the other options", param_hint="--runs" if runs else "--undo"
        )

    from franking.cli import backfill_view, selection
    from franking.ledger import reader
    from franking.ledger.filters import Filters

    try:
        if runs:
            backfill_view.show_runs(_runs(), as_json=as_json)
        elif undo:
            backfill_view.show_undone(_undo(run or "last", dry_run), dry_run=dry_run, as_json=as_json)
        else:
            meant = selection.period(None, since, until) if since or until else None
            filters = Filters(meant.since, meant.until) if meant else Filters()
            backfill_view.show(_fill(filters, dry_run), dry_run=dry_run, as_json=as_json)
    except reader.LedgerMissingError:
        backfill_view.show_nothing(as_json=as_json)


def _fill(filters: "Filters", dry_run: bool) -> "Outcome":
    from franking import paths, settings
    from franking.cli.progress import Progress
    from franking.ledger import backfill, reader
    from franking.ledger.backfill_rules import BackfillRules

    rules = BackfillRules.load(settings.load())
    with reader.opened() as ledger:
        total = backfill.whole(ledger, rules, filters)
        if dry_run:
            with Progress("Looking at requests", total) as work:
                return backfill.look(ledger, rules, filters, work.advance)
    with Progress("Filling in requests", total) as work:
        return backfill.fill(paths.ledger_file(), rules, filters, work.advance)


def _runs() -> "list[Run]":
    from franking.ledger import backfill_runs, reader

    with reader.opened() as ledger:
        return backfill_runs.runs(ledger)


def _undo(named: str, dry_run: bool) -> "list[tuple[Run, Undone]]":
    """The runs that are taken back, the newest first, and what became of each."""
    import time
    from contextlib import closing

    from franking import paths
    from franking.cli.progress import Progress
    from franking.ledger import backfill_runs, reader
    from franking.ledger.connection import patient

    chosen = _chosen(_runs(), named)
    if dry_run:
        with reader.opened() as ledger:
            return [(run, backfill_runs.Undone(backfill_runs.held(ledger, run))) for run in chosen]
    total = sum(run.requests for run in chosen)
    with closing(patient(paths.ledger_file())) as ledger, Progress("Taking requests back", total) as work:
        return [(run, backfill_runs.undo(ledger, run, time.time_ns() // 1000, work.advance)) for run in chosen]


def _chosen(runs: "list[Run]", named: str) -> "list[Run]":
    from franking.cli.errors import Failure

    standing = [run for run in runs if run.undone_at is None]
    if named in {"last", "all"}:
        if not standing:
            raise Failure("no run of frank backfill is there to be taken back")
        return standing if named == "all" else standing[:1]
    if not (named.isascii() and named.isdigit()):
        raise typer.BadParameter(f"{named!r}: expected a run's number, last or all", param_hint="RUN")
    if not (found := [run for run in runs if run.run == int(named)]):
        raise Failure(f"there is no run {named}; `frank backfill --runs` lists them")
    if found[0].undone_at is not None:
        raise Failure(f"run {named} was taken back already")
    return found
