"""A request as a line: for people as columns that fit the terminal, for programs as a JSON object."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from franking.attribution import provenance
from franking.cli import tables
from franking.cli.text import UNKNOWN, clean, dollars, duration, iso, local, money, short
from franking.ledger.listings import Row

__all__ = ["Json", "Lines", "public", "stamped"]

MARKS = {"ok": ("✓", "green"), "client_aborted": ("~", "yellow"), "blocked": ("!", "magenta")}
FAILED = ("✗", "red")

_TIMES = ("started_at", "first_token_at", "ended_at")
_MONEY = ("cost", "reported_cost", "estimated_cost", "upstream_cost")
_FLAGS = ("streamed", "is_byok")


def public(row: Row) -> dict[str, Any]:
    """A row for programs: the ledger's columns, with ISO 8601 UTC times, decimal dollars, provenance as JSON."""
    told: dict[str, Any] = {name: value for name, value in row.items() if name != "bucket"}
    for name in _TIMES:
        told[name] = iso(row[name])
    for name in _MONEY:
        told[name] = dollars(row[name])
    for name in _FLAGS:
        told[name] = None if row[name] is None else bool(row[name])
    told["provenance"] = _provenance(row)
    return told


def stamped(row: Row) -> list[tuple[str, str]]:
    """The headers that franking added to a request, as its provenance keeps them."""
    return list(provenance.decode(row["provenance"]).stamped)


def _provenance(row: Row) -> dict[str, Any]:
    try:
        told = json.loads(row["provenance"] or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


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
    """keep: the lowest is left out first where space is short, 0 never. share: takes its part of the spare space."""

    name: str
    width: int
    keep: int
    share: int = 0
    right: bool = False


_CELLS = (
    _Cell("time", 8, 0),
    _Cell("status", 5, 0),
    _Cell("project", 14, 0, share=2),
    _Cell("feature", 9, 4, share=1),
    _Cell("client", 9, 2, share=1),
    _Cell("model", 14, 6, share=3),
    _Cell("tokens", 12, 3, right=True),
    _Cell("cost", 9, 0, right=True),
    _Cell("took", 6, 5, right=True),
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
    left = max(0, width - sum(cell.width for cell in kept) - _GAP * (len(kept) - 1))
    shares = sum(cell.share for cell in kept) or 1
    return [(cell, min(_WIDEST, cell.width + left * cell.share // shares) if cell.share else cell.width)
            for cell in kept]  # fmt: skip


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
            out.print(Text(_line([(cell.name, cell, width) for cell, width in cells]), style="dim"))
        for row in rows:
            day = local(row["ended_at"], self._zone, "%A, %d %B %Y")
            if day != self._day:
                out.print(Text(day, style="dim"))
                self._day = day
            values = self._values(row)
            text = Text(
                _line([(values[cell.name], cell, width) for cell, width in cells]), overflow="crop", no_wrap=True
            )
            if row["status"] != "ok":
                text.stylize(MARKS.get(row["status"], FAILED)[1])
            out.print(text)
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

    def _values(self, row: Row) -> dict[str, str]:
        mark = MARKS.get(row["status"], FAILED)[0]
        tokens = f"{short(row['input_tokens'])}→{short(row['output_tokens'])}"
        return {
            "time": local(row["ended_at"], self._zone, "%H:%M:%S"),
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


def _line(cells: Sequence[tuple[str, _Cell, int]]) -> str:
    parts = []
    for value, cell, width in cells:
        text = clean(value)
        if cell_len(text) > width:
            text = set_cell_size(text, width - 1) + "…"
        pad = " " * (width - cell_len(text))
        parts.append(pad + text if cell.right else text + pad)
    return (" " * _GAP).join(parts).rstrip()
