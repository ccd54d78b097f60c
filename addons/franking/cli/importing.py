"""``frank import``: another ledger's requests, or a CSV or JSON Lines file's requests and totals."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from franking.words import clean

if TYPE_CHECKING:
    import sqlite3

    from franking.ledger.imports.opening import Choice
    from franking.ledger.imports.values import Refused

__all__ = ["GatewayOption", "LayoutOption", "MapOption", "ZoneOption", "chosen", "import_file", "refusal"]

LayoutOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="How the file is written; else its header tells. See imports.toml.")
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=FIELD", help="What a column is, such as 'Spend=cost:micro-dollars'."),
]
GatewayOption = Annotated[str | None, typer.Option(metavar="NAME", help="Where the requests went.")]
ZoneOption = Annotated[
    str | None, typer.Option(metavar="ZONE", help="Of days, and of times without one: UTC, local, Europe/Berlin …")
]


def chosen(layout: str | None, maps: list[str] | None, gateway: str | None, zone: str | None) -> "Choice":
    """The options that say how a file is read."""
    from franking import settings
    from franking.ledger.imports.opening import Choice

    return Choice(layout, maps or (), gateway, zone, settings.load().ledger.layouts)


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or JSON Lines file, or another ledger.db.")],
    layout: LayoutOption = None,
    maps: MapOption = None,
    gateway: GatewayOption = None,
    zone: ZoneOption = None,
    allow_overlap: Annotated[
        bool, typer.Option("--allow-overlap", help="Take what the ledger seems to count already; it then counts twice.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come in, and change nothing.")] = False,
) -> None:
    """Adds the requests of another ledger, or of a gateway's export, to this one.

    A line that is a request becomes one, once, however often the file or a longer one comes. A line that says how many
    there were in a day becomes a total, which every cost view counts; a newer export of the day replaces it. Lines that
    cannot be taken are named one by one, and the exit status is 1. A sidecar may run meanwhile.
    """
    from franking.cli.errors import Failure
    from franking.ledger.imports import opening

    if not file.exists():
        raise Failure(f"{file}: there is no such file")
    if opening.form(file) == "ledger":
        if layout or maps or gateway or zone or allow_overlap:
            raise typer.BadParameter("a ledger is taken as it is: only --dry-run may be said", param_hint="FILE")
        _import_ledger(file, dry_run)
    else:
        _import_lines(file, chosen(layout, maps, gateway, zone), allow_overlap, dry_run)


def _import_ledger(file: Path, dry_run: bool) -> None:
    from contextlib import closing

    from franking import paths
    from franking.cli.errors import Failure
    from franking.ledger import importing, reader
    from franking.ledger.connection import patient

    own = paths.ledger_file()
    if own.exists() and own.samefile(file):
        raise Failure(f"{file} is this home's own ledger")
    try:
        with reader.opened(file) as source, closing(patient(own)) as ledger:
            found = importing.import_rows(source, ledger, dry_run=dry_run)
            totals = importing.import_totals(source, ledger, refusal(file), dry_run=dry_run)
    except reader.LedgerMissingError:
        typer.echo("0 requests added; 0 were here already")
        return
    added = "would be added" if dry_run else "added"
    typer.echo(f"{found.added:,} requests {added}; {found.known:,} were here already")
    if totals.added or totals.known or totals.refused:
        typer.echo(f"{totals.added:,} totals {added}; {totals.known:,} were here already; {totals.refused:,} refused")
    if totals.refused:
        raise typer.Exit(1)


def refusal(file: Path) -> "Callable[[Refused], None]":
    """Names a line, or a total of a ledger, that is not taken."""

    def tell(refused: "Refused") -> None:
        line = f":{refused.line}" if refused.line else ""
        column = f": {refused.column}" if refused.column else ""
        typer.echo(clean(f"{file}{line}{column}: {refused.why}"), err=True)

    return tell


def _import_lines(file: Path, choice: "Choice", allow_overlap: bool, dry_run: bool) -> None:
    from contextlib import closing

    from franking.cli.errors import Failure
    from franking.cli.progress import Progress
    from franking.ledger.imports.bringing import bring
    from franking.ledger.imports.lines import Bad, Line, UnreadableError
    from franking.ledger.imports.opening import opened
    from franking.words import plural

    tell = refusal(file)
    try:
        with (
            opened(file, choice) as source,
            closing(_ledger(dry_run)) as ledger,
            Progress("line", source.size) as progress,
        ):

            def lines() -> Iterator[Line | Bad]:
                for number, line in enumerate(source.lines, 1):
                    progress.at(number, source.lines.read)
                    yield line

            def refuse(refused: "Refused") -> None:
                progress.clear()
                tell(refused)

            found = bring(ledger, source.parser, lines(), refuse, allow_overlap=allow_overlap, dry_run=dry_run)
    except UnreadableError as fault:
        raise Failure(str(fault)) from None
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--layout/--map/--zone") from None
    noun = "total" if source.parser.layout.kind == "totals" else "request"
    would = "would be " if dry_run else ""
    parts = [f"{plural(found.added, noun)} {would}added"]
    if found.replaced:
        parts.append(f"{found.replaced:,} {would}replaced by other sums")
    parts.append(f"{found.known:,} {'were' if noun == 'request' else 'stood'} here already")
    if found.empty:
        parts.append(f"{found.empty:,} of no request")
    parts.append(f"{found.refused:,} refused")
    typer.echo(f"{plural(found.lines, 'line')} as {source.parser.layout.name}: {'; '.join(parts)}")
    if source.parser.unused:
        typer.echo(clean(f"not used: {', '.join(source.parser.unused)}"))
    if found.refused:
        raise typer.Exit(1)


def _ledger(dry_run: bool) -> "sqlite3.Connection":
    """The ledger; in a dry run for reading, and where there is none an empty one that is nowhere."""
    import sqlite3
    from urllib.parse import quote

    from franking import paths
    from franking.ledger.connection import patient
    from franking.ledger.schema import MIGRATIONS

    file = paths.ledger_file()
    if not dry_run:
        return patient(file)
    if file.exists() and file.stat().st_size:
        return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=5)
    empty = sqlite3.connect(":memory:")
    for statement in (statement for migration in MIGRATIONS for statement in migration):
        empty.execute(statement)
    return empty
