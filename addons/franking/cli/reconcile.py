"""``frank reconcile``: a gateway's export beside the ledger."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from franking.cli.importing import GatewayOption, LayoutOption, MapOption, ZoneOption, chosen, refusal

__all__ = ["reconcile"]


def reconcile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The gateway's export: CSV or JSON Lines.")],
    by: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Such as day,user,model or request; else as the file tells.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="week|month|year|all", help="Only the past week, month or year of the file.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, 7d.")] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")] = None,
    tolerance: Annotated[
        str, typer.Option(metavar="DOLLARS", help="Costs of a row that part by no more are equal, such as 0.01.")
    ] = "0",
    top: Annotated[int, typer.Option(metavar="N", min=1, help="Rows of the table; JSON and CSV have all.")] = 20,
    layout: LayoutOption = None,
    maps: MapOption = None,
    gateway: GatewayOption = None,
    zone: ZoneOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: {file, by, rows, total, only_in_file, …}.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for spreadsheets.")] = False,
) -> None:
    """Compares a gateway's export with the ledger: requests, cost and tokens on both sides, and where they part.

    Totals are compared by day, user, model or what else the file tells apart, requests one by one. Exit status 0: all
    is equal; 1: something differs, or a line could not be read. Nothing is changed.
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    allowed = _nano(tolerance)

    from franking.cli import reconcile_view, selection
    from franking.cli.errors import Failure
    from franking.cli.progress import Progress
    from franking.ledger import reader, reconciling
    from franking.ledger.comparing import Comparison
    from franking.ledger.imports.lines import Bad, Line, UnreadableError
    from franking.ledger.imports.opening import opened
    from franking.ledger.imports.values import Refused
    from franking.ledger.reconciling_ledger import Span

    if not file.exists():
        raise Failure(f"{file}: there is no such file")
    meant = selection.period(period or (None if since or until else "all"), since, until)
    tell = refusal(file)
    refusals = 0
    try:
        with (
            opened(file, chosen(layout, maps, gateway, zone)) as source,
            reader.opened() as ledger,
            Progress("line", source.size) as progress,
            Comparison(allowed) as comparison,
        ):
            words = tuple(part.strip() for part in by.split(",")) if by else reconciling.granularity(source.parser)
            columns = reconciling.columns(words, source.parser)

            def lines() -> Iterator[Line | Bad]:
                for number, line in enumerate(source.lines, 1):
                    progress.at(number, source.lines.read)
                    yield line

            def refuse(refused: Refused) -> None:
                nonlocal refusals
                refusals += 1
                progress.clear()
                tell(refused)

            span = Span(meant.since, meant.until)
            reconciling.compare(ledger, source.parser, lines(), words, span, comparison, refuse)
            progress.clear()
            verdict = comparison.verdict()
            about = reconcile_view.About(file.name, source.parser.layout, columns, span, allowed, refusals)
            if as_json:
                for part in reconcile_view.as_json(about, verdict, comparison.rows()):
                    typer.echo(part, nl=False)
            elif as_csv:
                for part in reconcile_view.as_csv(about, comparison.rows()):
                    typer.echo(part, nl=False)
            else:
                reconcile_view.show(about, verdict, list(comparison.rows(top)))
    except UnreadableError as fault:
        raise Failure(str(fault)) from None
    except reader.LedgerMissingError as fault:
        raise Failure(f"{fault}. There is nothing to compare with.") from None
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--by/--layout/--map/--zone") from None
    if refusals or verdict.equal < verdict.keys:
        raise typer.Exit(1)


def _nano(dollars: str) -> int:
    try:
        found = Decimal(dollars) * 10**9
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 <= found < 10**18:
        raise typer.BadParameter("expected US dollars, such as 0.01", param_hint="--tolerance")
    return int(found)
