"""Tables that fit: columns are left out before numbers are cut; plain text in pipes; NO_COLOR obeyed (by rich).

On a terminal a table is at most as wide as it; in a pipe nothing is cut and nothing is coloured, unless ``COLUMNS``
says how wide. Cells are shown as they are: rich's markup is off, control characters are escaped (``text.clean``).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from franking.words import clean

__all__ = ["Column", "bar", "console", "fitting", "render"]

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
    kept = list(columns)
    while sum(column.narrowest for column in kept) + _GAP * (len(kept) - 1) > width:
        spare = [column for column in kept if column.keep]
        if not spare:
            break
        kept.remove(min(reversed(spare), key=lambda column: column.keep))
    return kept


def render(columns: Sequence[Column], width: int, *, footer: bool = False) -> Table:
    """A table of the columns that fit; with ``footer`` the last row is set off as the total."""
    kept = fitting(columns, width)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold", show_edge=False)
    room = width - _GAP * (len(kept) - 1) - sum(column.natural for column in kept if column.least is None)
    for column in kept:
        most = None if column.least is None else max(1, min(column.natural, room - _others(kept, column)))
        table.add_column(
            clean(column.title), justify=column.justify, no_wrap=True, overflow="ellipsis", max_width=most,
            min_width=column.natural if column.least is None else None, style=column.style,
        )  # fmt: skip
        room -= 0 if most is None else most - column.narrowest
    last = len(kept[0].cells) - 1 if kept else -1
    for number in range(last + 1):
        table.add_row(*(_cell(column, number) for column in kept), style="bold" if footer and number == last else "")
    return table


def _others(kept: Sequence[Column], this: Column) -> int:
    """What the other cut columns need at the least."""
    return sum(column.narrowest for column in kept if column.least is not None and column is not this)


def _cell(column: Column, number: int) -> Text:
    return Text(clean(column.cells[number]), style=column.styles[number] if column.styles else "")


def bar(part: int, whole: int, width: int, encoding: str = "utf-8") -> str:
    """A bar of blocks, an eighth of a cell fine; of ``#`` where the encoding has no blocks."""
    if whole <= 0 or part <= 0:
        return ""
    if not encoding.lower().startswith("utf"):
        return "#" * max(1, part * width // whole)
    eighths = max(1, min(width * 8, part * width * 8 // whole))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
