"""Monthly reports on their way: what a channel is told, and the sender that does it by schedule until they are taken.

A webhook gets the figures as JSON; a channel of apprise gets the files where its kind takes any; all others are told
where they are. Several senders may run on one ledger: each delivery is claimed by a transaction before it is tried.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from franking import paths
from franking.budgets.beside import Beside
from franking.budgets.channels import Message, deliver
from franking.ledger import reader
from franking.ledger.schema import LedgerError
from franking.projects.values import ProjectsError
from franking.reports import monthly_files, monthly_gathering, months, sent
from franking.reports.configured import zone
from franking.reports.monthly import Report
from franking.reports.monthly_text import facts, headline, told
from franking.reports.schedule import due
from franking.reports.sent import Sent
from franking.reports.zones import zone_name
from franking.settings import Settings
from franking.settings_reports import Report as Scheduled

__all__ = ["Sender", "kept_in", "message"]

log = logging.getLogger(__name__)

_MOST_FILES = 20
"""Of one message; receivers refuse more."""


def kept_in(month: str) -> Path:
    """The folder in franking's home for a month's reports."""
    return paths.home() / "reports" / month


def message(key: str, reports: Sequence[Report], files: Sequence[Path]) -> Message:
    """What is said on a channel. files: one for each report, in their order."""
    title, text = headline(reports), told(reports)
    body = {
        "kind": "monthly-report",
        "id": key,
        "month": reports[0].month.name,
        "title": title,
        "text": text,
        "reports": [facts(report) for report in reports],
    }
    along = tuple(files[:_MOST_FILES])
    if len(files) > len(along):
        text += f"\nThe first {len(along)} files are attached; all {len(files)} are in {files[0].parent}"
    place = f"Files: {files[0] if len(files) == 1 else files[0].parent}"
    return Message(key, f"franking: {title}", text, json.dumps(body, ensure_ascii=False).encode(), along, place)


class Sender:
    """Belongs to one thread. settings: whose reports, to which channels."""

    def __init__(self, file: Path, settings: Settings) -> None:
        self._file, self._settings = file, settings
        self._reports = {report.name: report for report in settings.reports}
        self._channels = {channel.name: channel for channel in settings.alerts}
        self._beside = Beside(file, busy_seconds=5)
        self._fault = ""

    def look(self, at: int) -> None:
        """Send what is due at this moment. Blocks for as long as receivers take; never raises."""
        try:
            if self._file.exists():
                self._send(at)
            self._fault = ""
        except (sqlite3.Error, OSError, LedgerError, reader.LedgerBrokenError, reader.LedgerMissingError) as fault:
            self._waits(str(fault))
        except Exception as fault:
            self._waits(f"a fault of franking's own ({type(fault).__name__}: {fault})")

    def _waits(self, fault: str) -> None:
        if fault != self._fault:
            log.error("reports wait: %s", fault)
        self._fault = fault

    def close(self) -> None:
        """Let go of the ledger."""
        self._beside.close()

    def _send(self, at: int) -> None:
        ledger = self._beside.opened()
        sent.note(ledger, self._due(at))
        together: dict[tuple[str, str], list[Sent]] = {}
        for one in sent.waiting(ledger, at):
            if one.report in self._reports and one.channel in self._reports[one.report].channels:
                together.setdefault((one.report, one.month), []).append(one)
        for (name, month), waiting in together.items():
            self._one(ledger, self._reports[name], month, waiting, at)

    def _due(self, at: int) -> Iterable[Sent]:
        where = zone(self._settings.invoice)
        for report in self._reports.values():
            month, since = due(report.day, at, where, zone_name(self._settings.invoice))
            for channel in report.channels:
                yield Sent(report.name, month.name, channel, since)

    def _one(
        self, ledger: sqlite3.Connection, scheduled: Scheduled, month: str, waiting: Sequence[Sent], at: int
    ) -> None:
        """Make a report once, and bring it to each of the channels that wait for it."""
        made = self._made(scheduled, month, at)
        for one in waiting:
            if not sent.claim(ledger, one, at):
                continue
            channel = self._channels[one.channel]
            fault = made if isinstance(made, str) else deliver(channel, made, self._settings.upstream.ca_file)
            sent.settle(ledger, one, time.time_ns() // 1000, fault)
            if fault:
                log.warning(
                    "the channel %s did not take the report %s of %s: %s; it is tried again",
                    one.channel, one.report, one.month, fault,
                )  # fmt: skip

    def _made(self, scheduled: Scheduled, month: str, at: int) -> Message | str:
        """What there is to say; else why there is nothing."""
        meant = months.month(month, zone(self._settings.invoice), zone_name(self._settings.invoice))
        maker = monthly_files.Maker(scheduled.format, self._settings.invoice.fonts)
        try:
            with reader.opened(self._file) as ledger:
                reports = monthly_gathering.gathered(ledger, meant, at, scheduled.projects)
            files = monthly_files.write(reports, kept_in(month), maker)
        except (ProjectsError, OSError, monthly_files.MakingError) as fault:
            return f"it could not be made: {fault}"
        return message(f"{scheduled.name}-{month}", reports, files)
