"""Which monthly reports an address or a form means, and what they say. Read-only.

Words: ``month``; ``of``: ``project`` (the one that ``project`` names), ``unattributed``, ``all`` (everything in one);
empty: each of the month's, or the project's where one is named.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from franking.projects import questions
from franking.reports import configured, monthly_gathering, months
from franking.reports.monthly import Outline, Report
from franking.reports.months import Month
from franking.reports.sent import Sent
from franking.reports.zones import zone_name
from franking.settings_invoice import Invoice
from franking.settings_reports import Report as Scheduled
from franking.web.forms import Typed, checked, meant
from franking.web.tables import Column, Row, Table
from franking.words import NOBODY

__all__ = ["FIELDS", "FILES", "Wanted", "found", "known", "outlined", "schedule", "sent_table", "wanted", "words_of"]

FIELDS = ("month", "of", "project")
"""What of an address says which reports are meant."""

FILES = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}

_OF = ("", "project", "unattributed", "all")


@dataclass(frozen=True, slots=True)
class Wanted:
    """of: as in the address. project: as typed."""

    month: Month
    of: str = ""
    project: str = ""

    @property
    def words(self) -> dict[str, str]:
        """Its words in an address."""
        named = {"month": self.month.name, "of": self.of, "project": self.project}
        return {name: value for name, value in named.items() if value}


def wanted(typed: Typed, own: Invoice, now: int) -> tuple[Wanted | None, dict[str, str]]:
    """What is typed, and what is wrong: field → why. Without a month it is the last that has ended. Pure."""
    where, wrong = configured.zone(own), dict[str, str]()
    last = months.last_whole(now, where)

    def month() -> Month:
        found = months.month(typed.one("month").strip() or last, where, zone_name(own))
        if found.since > now:
            raise ValueError(f"{found.words} has not begun")
        return found

    meant_month = checked(wrong, "month", month, months.month(last, where, zone_name(own)))
    of, project = typed.one("of"), typed.one("project").strip()
    if of not in _OF:
        wrong["of"] = f"{of!r} is none of {', '.join(_OF[1:])}"
    elif of == "project" and not project:
        wrong["project"] = "name a project"
    one = Wanted(meant_month, of or ("project" if project else ""), project)
    return (None if wrong else one), wrong


def found(ledger: sqlite3.Connection, one: Wanted, now: int) -> list[Report]:
    """The reports. Raises ProjectsError: there is no such project."""
    reports = monthly_gathering.gathered(ledger, one.month, now, _projects(ledger, one))
    return reports[:1] if one.of == "all" else reports


def outlined(ledger: sqlite3.Connection, one: Wanted, now: int) -> list[Outline]:
    """As ``found``, for their list."""
    reports = monthly_gathering.outlined(ledger, one.month, now, _projects(ledger, one))
    return reports[:1] if one.of == "all" else reports


def _projects(ledger: sqlite3.Connection, one: Wanted) -> tuple[str, ...]:
    if one.of == "project":
        return (meant(one.project, known(ledger)),)
    return ("",) if one.of == "unattributed" else ()


def known(ledger: sqlite3.Connection) -> list[str]:
    """Projects to choose from."""
    return [project.name for project in questions.known(ledger)]


def words_of(report: Outline, one: Wanted) -> str:
    """The address's words for a single report of those."""
    subject = report.subject
    of = Wanted(one.month, subject.kind, subject.name or "")
    return urlencode(of.words)


def schedule(reports: Sequence[Scheduled]) -> Table:
    """The configured ones."""
    columns = (
        Column("name", "Report"), Column("of", "Of"), Column("format", "As", wide=1), Column("day", "Day", wide=1),
        Column("channels", "To"),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                report.name,
                ", ".join(name or NOBODY["project"] for name in report.projects) or "every project",
                report.format.upper(),
                str(report.day),
                ", ".join(report.channels),
            )
        )
        for report in reports
    )
    return Table("schedule", "By schedule", columns, rows)


def sent_table(listed: Sequence[Sent]) -> Table:
    """Which channel took which month's, the newest first."""
    columns = (
        Column("month", "Month"), Column("report", "Report"), Column("channel", "Channel"),
        Column("taken", "Taken", "time"), Column("tries", "Tries", "count", wide=2),
        Column("fault", "Why not", nobody="-"),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                one.month,
                one.report,
                one.channel,
                one.delivered_at,
                one.attempts,
                None if one.delivered_at else one.fault,
            )
        )
        for one in reversed(listed)
    )
    return Table("sent", "Sent by schedule", columns, rows)
