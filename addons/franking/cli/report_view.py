"""Monthly reports and their schedule as tables for people and as JSON for programs."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from franking.cli import tables
from franking.cli.tables import Column
from franking.reports.monthly import Report, change
from franking.reports.monthly_text import facts
from franking.reports.monthly_words import clipped
from franking.reports.sent import Sent
from franking.settings_reports import Report as Scheduled
from franking.words import clean, count, iso, local, money

__all__ = ["as_json", "show", "show_scheduled"]


def as_json(reports: Sequence[Report], files: Sequence[Path]) -> str:
    """Their figures, each with its file or null."""
    written = [str(file) for file in files]
    told = [{"file": written[place] if written else None, **facts(report)} for place, report in enumerate(reports)]
    return json.dumps({"reports": told}, indent=2)


def show(reports: Sequence[Report], files: Sequence[Path]) -> None:
    """A line for each file."""
    out = tables.console()
    columns = [
        Column(reports[0].month.words, [clipped(report.subject.title) for report in reports], least=12),
        Column("Cost", [money(report.figures.cost) for report in reports], "right"),
        Column("Change", [change(report) for report in reports], keep=1),
        Column("Requests", [count(report.figures.requests) for report in reports], "right", keep=3),
        Column("Unpriced", [count(report.figures.unpriced) for report in reports], "right", keep=2),
        Column("File", [file.name for file in files], least=16),
    ]
    out.print(tables.render(columns, out.width))
    typer.echo(clean(f"written to {files[0].parent}"))


def show_scheduled(known: Sequence[Scheduled], found: Sequence[Sent], *, as_json: bool) -> None:
    """The configured ones, and how each of their months stands with each channel."""
    if as_json:
        told = {
            "scheduled": [report.model_dump(mode="json") for report in known],
            "sent": [
                {
                    "report": one.report, "month": one.month, "channel": one.channel, "due_at": iso(one.due_at),
                    "attempts": one.attempts, "tried_at": iso(one.tried_at), "delivered_at": iso(one.delivered_at),
                    "fault": one.fault,
                }
                for one in found
            ],
        }  # fmt: skip
        typer.echo(json.dumps(told, indent=2))
        return
    if not known:
        typer.echo("No report is sent by schedule: [[reports]] of the configuration says which, to which channels.")
        typer.echo("frank report --monthly writes the last month's now.")
    for report in known:
        of = ", ".join(name or "(unattributed)" for name in report.projects) or "every project"
        to = ", ".join(report.channels)
        typer.echo(clean(f"{report.name}: {of}, as {report.format}, on day {report.day} of each month to {to}"))
    if not found:
        return
    out = tables.console()
    columns = [
        Column("Month", [one.month for one in found]),
        Column("Report", [one.report for one in found], least=8),
        Column("Channel", [one.channel for one in found], least=8),
        Column("Due", [local(one.due_at, form="%Y-%m-%d %H:%M") for one in found], keep=1),
        Column("Tries", [count(one.attempts) for one in found], "right", keep=2),
        Column("Taken", [_taken(one) for one in found], least=12),
    ]
    out.print(tables.render(columns, out.width))


def _taken(one: Sent) -> str:
    if one.delivered_at is not None:
        return local(one.delivered_at, form="%Y-%m-%d %H:%M")
    return f"not yet: {one.fault}" if one.fault else "waits"
