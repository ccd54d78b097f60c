"""Monthly reports as files. A name is made so that it leads nowhere else, and no two reports have the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from franking.reports.files import plain, written
from franking.reports.monthly import Report

__all__ = ["Maker", "MakingError", "named", "write"]


class MakingError(Exception):
    """A report cannot be made. The text says why, and what to change."""


def named(report: Report, form: str) -> str:
    """``franking-2026-11-project-shop.html``."""
    kind, name = report.subject.kind, report.subject.name
    if name is not None:
        kind = f"{kind}-{plain(name)}"
    return f"franking-{report.month.name}-{kind}.{form}"


@dataclass(slots=True)
class Maker:
    """form: ``html`` or ``pdf``. fonts: further TrueType files for PDFs. missing: letters so far that no font had."""

    form: str
    fonts: Sequence[Path] = ()
    missing: set[str] = field(default_factory=set)
    _pdf: Callable[[Report], bytes] | None = None

    def made(self, report: Report) -> bytes:
        """The file's bytes. Raises MakingError."""
        if self.form == "html":
            from franking.reports.monthly_html import html  # here: whoever asks for one does not wait for both

            return html(report)
        if self._pdf is None:
            from franking.reports.fonts import FontError, Fonts
            from franking.reports.monthly_pdf import pdf

            try:
                known = Fonts(self.fonts)
            except FontError as fault:
                raise MakingError(str(fault)) from None
            self.missing = known.missing
            self._pdf = lambda one: pdf(one, known)
        return self._pdf(report)


def write(reports: Sequence[Report], folder: Path, maker: Maker) -> list[Path]:
    """A file for each, in a folder that is made if missing, for its owner alone. Raises OSError and MakingError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = []
    for report in reports:
        file = folder / named(report, maker.form)
        page = maker.made(report)
        with written(file) as target:
            target.write(page)
        found.append(file)
    return found
