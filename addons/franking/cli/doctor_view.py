"""Findings for people: a line each, and under it what to do."""

from collections.abc import Sequence

from rich.text import Text

from franking.cli import tables
from franking.health.values import Finding
from franking.words import clean, plural

__all__ = ["View"]

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


class View:
    """Prints each finding as it comes, since some take seconds."""

    def __init__(self) -> None:
        self._out = tables.console()

    def tell(self, finding: Finding) -> None:
        """One finding."""
        line = Text.assemble(
            (f"{finding.verdict:<5}", _STYLES[finding.verdict]),
            (clean(finding.name), "bold"),
            f"  {clean(finding.says)}",
        )
        self._out.print(line)
        if finding.todo:
            self._out.print(Text(f"     → {clean(finding.todo)}"))

    def conclude(self, found: Sequence[Finding]) -> None:
        """How many failed."""
        failed = sum(finding.verdict == "fail" for finding in found)
        warned = sum(finding.verdict == "warn" for finding in found)
        self._out.print()
        self._out.print(f"{plural(len(found), 'check')}, {failed} failed, {plural(warned, 'warning')}.")
