"""A request as a line: for people as columns that fit the terminal, for programs as a JSON object."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from franking.cli import tables
from franking.ledger.listings import Row
from franking.views.requests import public, stamped
from franking.words import UNKNOWN, clean, duration, local, money, short

__all__ = ["Json", "Lines"]

MARKS = {"ok": ("✓", "green"), "client_aborted": ("~", "yellow"), "blocked": ("!", "magenta")}
FAILED = ("✗", "red")


class Json:
    """JSON lines on stdout, each written out at once."""

    def __init__(self, headers: bool = False) -> None:
        self._headers = headers

    def show(self, rows: Sequence[Row]) -> None:
        """A line for each."""
        for row in rows:
            told = public(row)
            if self._headers:
                told["stamped"] = dict(stamped(row))
            sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()

    def nothing_yet(self, follow: bool) -> None:
        """Programs need no consolation."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """keep: the lowest is left out first where space is short, 0 never. share: takes its part of the spare space.

    least: how narrow it may be cut where nothing is left to leave out.
    """

    name: str
    width: int
    keep: int
    share: int = 0
    right: bool = False
    least: int | None = None
    style: str = ""


_CELLS = (
    _Cell("time", 8, 0, least=5, style="dim"),
    _Cell("status", 5, 0, style="green"),
    _Cell("project", 14, 0, share=2, least=4),
    _Cell("feature", 9, 4, share=1),
    _Cell("client", 9, 2, share=1),
    _Cell("model", 14, 6, share=3),
    _Cell("tokens", 12, 3, right=True, style="dim"),
    _Cell("cost", 9, 0, right=True, style="bold"),
    _Cell("took", 6, 5, right=True, style="dim"),
)
_GAP = 2
_WIDEST = 40


def layout(width: int) -> list[tuple[_Cell, int]]:
    """The cells that fit, and how wide each is."""
    kept = list(_CELLS)
    while sum(cell.width for cell in kept) + _GAP * (len(kept) - 1) > width:
        spare = [cell for cell in kept if cell.keep]
        if not spare:
            break
        kept.remove(min(spare, key=lambda cell: cell.keep))
    left = width - sum(cell.width for cell in kept) - _GAP * (len(kept) - 1)
    if left < 0:
        return _cut(kept, -left)
    shares = sum(cell.share for cell in kept) or 1
    return [(cell, min(_WIDEST, cell.width + left * cell.share // shares) if cell.share else cell.width)
            for cell in kept]  # fmt: skip


def _cut(kept: Sequence[_Cell], over: int) -> list[tuple[_Cell, int]]:
    """These cells, the names cut first."""
    widths = {cell.name: cell.width for cell in kept}
    for cell in sorted((cell for cell in kept if cell.least is not None), key=lambda cell: -cell.share):
        less = min(over, cell.width - (cell.least or 0))
        widths[cell.name] -= less
        over -= less
    return [(cell, widths[cell.name]) for cell in kept]


class Lines:
    """Columns for people; the day stands on a line of its own when it changes. A zone of None is the machine's."""

    def __init__(self, headers: bool = False, zone: tzinfo | None = None) -> None:
        self._headers = headers
        self._zone = zone
        self._day = ""
        self._said = False

    def show(self, rows: Sequence[Row]) -> None:
        """A line for each, as wide as the terminal is now."""
        if not rows:
            return
        out = tables.console()
        cells = layout(out.width)
        if not self._day and out.is_terminal:
            titles = [("" if cell.name == "status" else cell.name, cell, width) for cell, width in cells]
            out.print(_line(titles, "dim"), soft_wrap=True)
        for row in rows:
            day = local(row["ended_at"], self._zone, "%A, %d %B %Y")
            if day != self._day:
                out.print(Text(day, style="dim"))
                self._day = day
            values = self._values(row, cells[0][1])
            style = "" if row["status"] == "ok" else MARKS.get(row["status"], FAILED)[1]
            out.print(_line([(values[cell.name], cell, width) for cell, width in cells], style), soft_wrap=True)
            if self._headers:
                for name, value in stamped(row) or [("nothing stamped", "")]:
                    out.print(Text(f"          {clean(name)}{': ' if value else ''}{clean(value)}", style="dim"))
        sys.stdout.flush()

    def nothing_yet(self, follow: bool) -> None:
        """Say once, apart from the rows, that there are none."""
        if not self._said:
            self._said = True
            wait = "Waiting. " if follow else ""
            tables.console(stderr=True).print(f"No requests yet. {wait}Send one: frank run -- COMMAND")

    def _values(self, row: Row, width: int) -> dict[str, str]:
        """width: of the time."""
        mark = MARKS.get(row["status"], FAILED)[0]
        tokens = f"{short(row['input_tokens'])}→{short(row['output_tokens'])}"
        return {
            "time": local(row["ended_at"], self._zone, "%H:%M:%S" if width >= 8 else "%H:%M"),
            "status": f"{mark} {row['http_status'] or ''}".rstrip(),
            "project": row["project_id"] if row["project_id"] is not None else UNKNOWN,
            "feature": row["feature"] if row["feature"] is not None else UNKNOWN,
            "client": row["client"] or UNKNOWN,
            # The name without its maker, whose place is dear; --json has both.
            "model": (row["model"] or row["requested_model"] or UNKNOWN).rpartition("/")[2],
            "tokens": UNKNOWN if row["input_tokens"] is None and row["output_tokens"] is None else tokens,
            "cost": money(row["cost"]),
            "took": duration(row["ended_at"] - row["started_at"]),
        }


def _line(cells: Sequence[tuple[str, _Cell, int]], style: str) -> Text:
    """The cells in their widths. style: of the whole line; empty gives each its own."""
    line = Text(no_wrap=True)
    for value, cell, width in cells:
        text = clean(value)
        if cell_len(text) > width:
            # A wide letter that would be cut in two leaves a blank.
            text = set_cell_size(text, width - 1).rstrip() + "…"
        pad = " " * (width - cell_len(text))
        own = style or ("dim" if value == UNKNOWN else cell.style)
        line.append(" " * _GAP if line else "").append(pad + text if cell.right else text + pad, own)
    line.rstrip()
    return line
