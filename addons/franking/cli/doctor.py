"""``frank doctor``: proves the set-up."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import sqlite3

    from franking.health.values import Finding
    from franking.settings import Settings

__all__ = ["doctor"]


Check = Callable[["sqlite3.Connection"], "Finding"]


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="First make the ledger's totals anew from its requests, where they differ.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON: {ok, checks: [{name, verdict, says, todo}]}.")
    ] = False,
) -> None:
    """Proves the set-up: configuration, ports, trust in each runtime found, ledger, prices, attribution.

    Each runtime on PATH (curl, Python, Node, Go, Java) is really started and connects through a proxy on loopback; that
    takes some seconds. Exit status 1 when a check failed; a warning is no failure.
    """
    if repair:
        _repair()
    import dataclasses
    import json

    from franking.cli import doctor_view, progress

    view = doctor_view.View()
    found = []
    for finding in progress.each(_findings(), "Checking"):
        found.append(finding)
        if not as_json:
            view.tell(finding)
    failed = sum(finding.verdict == "fail" for finding in found)
    if as_json:
        checks = [dataclasses.asdict(finding) for finding in found]
        typer.echo(json.dumps({"ok": not failed, "checks": checks}, indent=2))
    else:
        view.conclude(found)
    if failed:
        raise typer.Exit(1)


def _repair() -> None:
    """Make the roll-ups anew; a sidecar beside keeps its rows for that long."""
    from contextlib import closing

    from franking import paths
    from franking.cli.errors import Failure
    from franking.cli.progress import Progress
    from franking.ledger import rollups
    from franking.ledger.connection import patient, transaction

    if not paths.ledger_file().exists():
        return
    with (
        Progress(doing="Proving the totals"),
        closing(patient(paths.ledger_file())) as ledger,
        transaction(ledger),
    ):
        try:
            apart = rollups.differences(ledger)
        except rollups.BeyondError as fault:
            raise Failure(f"the totals cannot be made anew: {fault}; nothing was changed") from None
        if apart:
            rollups.rebuild(ledger)
        typer.echo(
            f"{apart:,} of the ledger's totals differed, and were made anew" if apart else "no totals differ", err=True
        )


def _findings() -> "Iterator[Finding]":
    """Every check in its order, each as soon as it is done."""
    from franking.health import books, setting_up

    finding, settings = setting_up.configuration()
    yield finding
    yield setting_up.home()
    yield setting_up.sidecar()
    if settings is not None:
        yield _way_out(settings)
        yield setting_up.authority(settings)
        yield from _runtimes(settings)
    yield books.refusals()
    yield setting_up.git()
    yield books.integrity()
    yield books.waiting()
    yield books.budgets()
    yield books.prices()
    yield from _recorded()


def _way_out(settings: "Settings") -> "Finding":
    import os

    from franking.health import way_out
    from franking.supervisor.state import read_state

    state = read_state()
    return way_out.way_out(settings, os.environ, state.proxy if state else None)


def _runtimes(settings: "Settings") -> "Iterator[Finding]":
    import os

    from franking import paths
    from franking.cli import environment
    from franking.health import runtimes
    from franking.proxy import authority

    hosts = [host for gateway in settings.gateway for host in gateway.hosts]
    held = authority.load(paths.ca_folder(), hosts)
    host = next((name for name in hosts if held and not name.startswith("*.") and held.newest.permits(name)), None)
    if held is None or host is None:
        return

    def variables(url: str) -> dict[str, str]:
        bundles = environment.bundles(held.files, os.environ)
        return dict(os.environ) | environment.variables(url, held.files, os.environ, bundles)

    yield from runtimes.check(held.newest, host, variables)


def _recorded() -> "Iterator[Finding]":
    """What the ledger tells; one that is missing, broken or of another version has been reported already."""
    from franking import paths
    from franking.health import books
    from franking.ledger import reader

    try:
        with reader.opened() as ledger:
            reader.explain(ledger, paths.ledger_file())
            for check in (books.totals, books.attribution, books.callers, books.rejections, books.priced):
                yield _checked(check, ledger)
    except (reader.LedgerMissingError, reader.LedgerBrokenError):
        return


def _checked(check: Check, ledger: "sqlite3.Connection") -> "Finding":
    """A check that the ledger refuses stops no other."""
    import sqlite3

    from franking.health.values import Finding

    try:
        return check(ledger)
    except sqlite3.Error as fault:
        says = f"the ledger could not be asked: {fault}"
        return Finding(getattr(check, "__name__", "ledger"), "fail", says, "frank stop, and restore a backup")
