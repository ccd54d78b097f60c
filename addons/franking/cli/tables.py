"""Tables that fit: columns are left out before numbers are cut; plain text in pipes; NO_COLOR obeyed (by rich).

On a terminal a table is at most as wide as it; in a pipe nothing is cut and nothing is coloured, unless ``COLUMNS``
says how wide. Cells are shown as they are: rich's markup is off, control characters are escaped (``text.clean``).
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

from franking.words import clean

__all__ = ["Column", "Lines", "bar", "console", "fitting", "render"]

_GAP = 2
_UNBOUND = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its cells.

    keep: how dear it is: where space is short, the lowest go first; 0 is never left out.
    least: how narrow it may be cut; None is not at all.
    styles: one for each cell, or none at all.
    """

    title: str
    cells: Sequence[str]
    justify: Literal["left", "right"] = "left"
    keep: int = 0
    least: int | None = None
    style: str = ""
    styles: Sequence[str] = field(default_factory=tuple)

    @property
    def natural(self) -> int:
        """The width at which nothing is cut."""
        return max((cell_len(text) for text in (self.title, *self.cells)), default=0)

    @property
    def narrowest(self) -> int:
        """The width that it needs."""
        return self.natural if self.least is None else min(self.natural, max(self.least, cell_len(self.title)))


def console(*, stderr: bool = False) -> Console:
    """Where tables and sentences go; as wide as the terminal, as ``COLUMNS``, or, in a pipe, without bound."""
    shown = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        shown.width = int(columns)
    elif not shown.is_terminal:
        shown.width = _UNBOUND
    return shown


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """Those columns that fit, the least dear left out one by one."""
    kept = [(column, column.narrowest) for column in columns]
    while sum(least for _, least in kept) + _GAP * (len(kept) - 1) > width:
        spare = [one for one in kept if one[0].keep]
        if not spare:
            break
        kept.remove(min(reversed(spare), key=lambda one: one[0].keep))
    return [column for column, _ in kept]


def render(columns: Sequence[Column], width: int, *, footer: bool = False) -> "Lines":
    """A table of the columns that fit; with ``footer`` the last row is set off as the total."""
    shown = [replace(one, title=clean(one.title), cells=[clean(cell) for cell in one.cells]) for one in columns]
    kept = fitting(shown, width)
    wide = [column.narrowest for column in kept]
    room = width - _GAP * (len(kept) - 1) - sum(wide)
    for place, column in enumerate(kept):
        more = max(0, min(column.natural - wide[place], room))
        wide[place] += more
        room -= more
    while room < 0 and max(wide) > 1:  # too narrow for what is never left out
        wide[wide.index(max(wide))] -= 1
        room += 1
    return Lines(kept, wide, footer)


@dataclass(frozen=True, slots=True)
class Lines:
    """A table for rich to print. Its own Table measures and wraps each cell several times, which takes seconds where a
    year has ten thousand rows; here nothing wraps, and the widths are known.
    """

    columns: Sequence[Column]
    widths: Sequence[int]
    footer: bool = False

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """As wide as it is."""
        wide = sum(self.widths) + _GAP * (len(self.widths) - 1)
        return Measurement(wide, wide)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """The heading, and a line of each row."""
        style = cache(console.get_style)
        bold = style("bold")
        yield from self._line([column.title for column in self.columns], [bold] * len(self.columns))
        last = len(self.columns[0].cells) - 1 if self.columns else -1
        for number in range(last + 1):
            styles = [
                style(column.style) + style(column.styles[number]) if column.styles else style(column.style)
                for column in self.columns
            ]
            if self.footer and number == last:
                styles = [bold + own for own in styles]
            yield from self._line([column.cells[number] for column in self.columns], styles)

    def _line(self, texts: Sequence[str], styles: Sequence[Style]) -> Iterator[Segment]:
        for place, (column, text, style) in enumerate(zip(self.columns, texts, styles, strict=True)):
            yield Segment(_fitted(text, self.widths[place], column.justify), style)
            if place < len(self.columns) - 1:
                yield Segment(" " * _GAP)
        yield Segment.line()


def _fitted(text: str, width: int, justify: Literal["left", "right"]) -> str:
    """As many cells wide as that, an ellipsis at the end where it is cut."""
    if (spare := width - cell_len(text)) >= 0:
        return text + " " * spare if justify == "left" else " " * spare + text
    return set_cell_size(text, width - 1) + "…"


def bar(part: int, whole: int, width: int, encoding: str = "utf-8") -> str:
    """A bar of blocks, an eighth of a cell fine; of ``#`` where the encoding has no blocks."""
    if whole <= 0 or part <= 0:
        return ""
    if not encoding.lower().startswith("utf"):
        return "#" * max(1, part * width // whole)
    eighths = max(1, min(width * 8, part * width * 8 // whole))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
