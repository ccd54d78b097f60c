"""``frank report``: each project's month as a file, and sent to a channel; which scheduled ones were taken."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from franking.reports.monthly import Report
    from franking.reports.monthly_files import Maker
    from franking.reports.months import Month
    from franking.settings import Settings

__all__ = ["report"]

_FORMATS = ("html", "pdf")


def report(
    monthly: Annotated[bool, typer.Option("--monthly", help="Write each project's month.")] = False,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Which one; left out, the last that has ended.")
    ] = None,
    project: Annotated[
        list[str] | None, typer.Option(metavar="P", help="Only this one (repeatable); '' is what is unattributed.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="html|pdf", help="Of the files; else as FILE ends, or HTML.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR|FILE", help="Where to; FILE or - (standard output) for one alone."),
    ] = None,
    send: Annotated[
        list[str] | None, typer.Option(metavar="CHANNEL", help="Send them now to this channel of [[alerts]].")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON; files only with -o or --send.")] = False,
) -> None:
    """Writes each project's month, with charts: cost by day, tool, feature, model, user and branch.

    Each project with requests in the month has a file of its own, self-contained; and so has everything together, and
    what is unattributed. Without -o they go to the folder franking-YYYY-MM here, with --send to reports/ in franking's
    home. Days are those of the configuration's invoice.zone. Without --monthly: the scheduled reports ([[reports]] of
    the configuration), and which channel took which.
    """
    if not monthly:
        if month or project or form or output or send:
            raise typer.BadParameter("say it with the other options", param_hint="--monthly")
        _scheduled(as_json=as_json)
        return
    suffix = output.suffix[1:].lower() if output else ""
    form = form or (suffix if suffix in _FORMATS else "html")
    if form not in _FORMATS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(_FORMATS)}", param_hint="--format")

    from franking import settings as configuration
    from franking.cli import report_view
    from franking.reports.monthly_files import Maker

    settings = configuration.load()
    channels = _channels(settings, send or ())
    meant, reports = _gathered(settings, month, project or ())
    maker = Maker(form, settings.invoice.fonts)
    files = _written(reports, meant, maker, output, sending=bool(channels), as_json=as_json)
    if as_json:
        typer.echo(report_view.as_json(reports, files))
    elif output is None or str(output) != "-":
        report_view.show(reports, files)
    if maker.missing:
        said = f"{len(maker.missing)} letters that no font has are written as escapes"
        typer.echo(f"note: {said}; invoice.fonts names further TrueType fonts", err=True)
    if channels:
        _sent(settings, channels, reports, files)


def _scheduled(*, as_json: bool) -> None:
    from franking import settings as configuration
    from franking.cli import report_view
    from franking.ledger import reader
    from franking.reports import sent

    known = configuration.load().reports
    try:
        with reader.opened() as ledger:
            found = sent.listed(ledger)
    except reader.LedgerMissingError:
        found = []
    report_view.show_scheduled(known, found, as_json=as_json)


def _channels(settings: "Settings", names: Sequence[str]) -> list[str]:
    from franking.cli.errors import Failure

    known = [channel.name for channel in settings.alerts]
    for name in names:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "none is configured"
            raise Failure(f"there is no channel {name!r} to send to; {there}: channels are configured as [[alerts]]")
    return list(dict.fromkeys(names))


def _gathered(settings: "Settings", month: str | None, projects: Sequence[str]) -> "tuple[Month, list[Report]]":
    from franking.cli import selection
    from franking.cli.progress import Progress
    from franking.ledger import reader
    from franking.reports import configured, monthly_gathering, months, zones

    now, zone = selection.now(), configured.zone(settings.invoice)
    try:
        meant = months.month(month or months.last_whole(now, zone), zone, zones.zone_name(settings.invoice))
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--month") from None
    if meant.since > now:
        raise typer.BadParameter(f"{meant.words} has not begun", param_hint="--month")
    with Progress(doing="Adding up"), reader.opened() as ledger:
        return meant, monthly_gathering.gathered(ledger, meant, now, projects)


def _written(
    reports: "Sequence[Report]", month: "Month", maker: "Maker", output: Path | None, *, sending: bool, as_json: bool
) -> list[Path]:
    """Where the files are; nothing where only figures are asked for."""
    from franking.reports import files, monthly_files
    from franking.reports import sending as of_schedule

    if output is None:
        if as_json and not sending:
            return []
        folder = of_schedule.kept_in(month.name) if sending else Path(f"franking-{month.name}")
        return monthly_files.write(reports, folder, maker)
    alone = str(output) == "-" or (output.suffix[1:].lower() in _FORMATS and not output.is_dir())
    if not alone:
        return monthly_files.write(reports, output, maker)
    if len(reports) > 1:
        said = f"these are {len(reports)} reports: name a folder, or one project with --project"
        raise typer.BadParameter(said, param_hint="--output")
    if str(output) == "-" and (as_json or sending):
        raise typer.BadParameter("it cannot be combined with --json or --send", param_hint="--output -")
    page = maker.made(reports[0])
    with files.written(output) as target:
        target.write(page)
    return [output]


def _sent(settings: "Settings", channels: Sequence[str], reports: "Sequence[Report]", files: Sequence[Path]) -> None:
    from franking.budgets.channels import deliver
    from franking.reports import sending

    told = sending.message(f"by-hand-{reports[0].month.name}", reports, [file.absolute() for file in files])
    known = {channel.name: channel for channel in settings.alerts}
    faults = {name: deliver(known[name], told, settings.upstream.ca_file) for name in channels}
    for name, fault in faults.items():
        typer.echo(f"{name}: {'taken' if fault is None else f'NOT taken: {fault}'}", err=True)
    if any(faults.values()):
        raise typer.Exit(1)
