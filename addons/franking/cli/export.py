"""``frank export``: requests as a file for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from franking.cli import request_options as options
from franking.cli.taking import taking

__all__ = ["export"]

_FORMATS = ("csv", "jsonl", "parquet", "focus")


@taking(options.said)
def export(
    form: Annotated[str, typer.Option("--format", metavar="|".join(_FORMATS), help="How it is written.")] = "csv",
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is standard output.")
    ] = Path("-"),
    *,
    said: options.Said,
) -> None:
    """Writes requests as CSV, JSON Lines, Parquet or FOCUS 1.2, one line a request.

    Which are meant is said as in `frank costs`. CSV and JSON Lines have the ledger's columns, money in dollars and
    times in ISO 8601, and `frank import` reads them again; in CSV, what a spreadsheet would take for a formula has an
    apostrophe before it. FOCUS is the FinOps Foundation's form of cost data, as CSV. Prompts are in it only where
    privacy.prompts had them stored. Requests on their way are left out. A file is there whole or not at all.
    """
    if form not in _FORMATS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(_FORMATS)}", param_hint="--format")

    from franking.cli.errors import Failure
    from franking.cli.progress import Progress
    from franking.ledger import reader
    from franking.projects import folding, questions
    from franking.reports import exports, files, parquet
    from franking.words import plural

    if output == files.STDOUT and form == "parquet" and typer.get_binary_stream("stdout").isatty():
        raise typer.BadParameter("Parquet is no text; name a file with --output", param_hint="--format")
    try:
        with reader.opened() as ledger:
            meant = folding.matched(questions.names(ledger), said.filters)
            whole = exports.expected(ledger, meant).whole
            with Progress("request", whole.requests, doing="Exporting") as work:
                count = exports.export(ledger, meant, form, output, work.advance)
    except reader.LedgerMissingError as fault:
        raise Failure(f"there is nothing to export: {fault}") from None
    except parquet.MissingError as fault:
        raise Failure(str(fault)) from None
    told = "; ".join([plural(count, "request"), *exports.left_out(whole, count, form)])
    typer.echo(told if output == files.STDOUT else f"{output}: {told}", err=True)
