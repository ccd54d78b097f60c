"""A line, by its layout, as a request or a total; or what is wrong with it, and in which column. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from franking.ledger.imports import cells
from franking.ledger.imports.cells import Cell, Unfit
from franking.ledger.imports.fields import DIMENSIONS, PERIODS, Kind, fields
from franking.ledger.imports.layouts import Layout, zone_of
from franking.ledger.imports.lines import Bad, Line
from franking.ledger.imports.records import request, shown
from franking.ledger.imports.values import Refused, Request, Total
from franking.ledger.schema_2 import SUMS

__all__ = ["Parser"]

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
_FORMULA = re.compile(r"'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_WHOLE = 1 << 20
"""Characters of a text that franking itself wrote: a prompt may be long."""


class Parser:
    """Of one file. Raises ValueError where the layout does not fit its header.

    shape: what the file tells totals apart by. unused: the file's columns that are not read.
    """

    def __init__(self, layout: Layout, header: Sequence[str], *, json: bool = False) -> None:
        self.layout = layout
        self.zone = zone_of(layout.zone)
        used = layout.named(header)
        if twice := next((column for column in used if list(header).count(column) > 1), None):
            raise ValueError(f"column {twice!r} is there twice")
        # Of JSON Lines a later line may have more than the first.
        named = used | layout.named(layout.columns) if json else used
        kinds = fields(layout.kind)
        self._columns: dict[str, list[str]] = {}
        for column, field in sorted(named.items(), key=lambda item: layout.order(item[0])):
            self._columns.setdefault(field, []).append(column)
        self._readers = [
            (field, tuple(columns), self._reader(field, kinds[field], json=json))
            for field, columns in self._columns.items()
        ]
        self.unused = [column for column in header if column not in used]
        self.shape = ",".join(field for field in (*PERIODS, *DIMENSIONS) if field in {*used.values()})
        self.periods = [field for field in PERIODS if field in {*used.values()}]
        if layout.kind == "totals" and len(self.periods) != 1:
            there = ", ".join(self.periods) or "none"
            raise ValueError(f"expected one column of {', '.join(PERIODS)} for layout {layout.name}; there is {there}")
        needed = "requests" if layout.kind == "totals" else "started_at"
        if needed not in used.values():
            raise ValueError(
                f"no column is the field {needed} of layout {layout.name}; --map COLUMN={needed} says which"
            )

    def parse(self, line: Line | Bad) -> Request | Total | Refused | None:
        """What the line is; None for a total of nothing."""
        if isinstance(line, Bad):
            return Refused(line.number, None, line.expected)
        values: dict[str, Any] = {}
        for field, columns, read in self._readers:
            for column in columns:
                if (cell := line.cells.get(column)) is not None and cell != "":
                    try:
                        values[field] = read(cell)
                    except Unfit as fault:
                        return Refused(line.number, column, f"{fault}; found {shown(cell)}")
                    break
        try:
            if self.layout.kind == "requests":
                return request(line.number, values, self.layout)
            return self._total(line.number, values)
        except Unfit as fault:
            field, _, why = str(fault).partition(": ")
            return Refused(line.number, self._columns.get(field, [None])[0], why)

    def _reader(self, field: str, kind: Kind, *, json: bool) -> Callable[[Cell], Any]:
        """What makes a value of one of the field's cells."""
        layout, zone = self.layout, self.zone
        readers: dict[Kind, Callable[[Cell], Any]] = {
            "text": cells.text if not layout.defused else _whole if json else _defused,
            "count": cells.count,
            "money": lambda cell: cells.money(cell, layout.cost),
            "moment": lambda cell: cells.moment(cell, layout.time, zone),
            "period": lambda cell: cells.period(cell, field, zone),
            "truth": cells.truth,
            "milliseconds": cells.milliseconds,
        }
        return readers[kind]

    def _total(self, line: int, values: dict[str, Any]) -> Total | None:
        length = self.periods[0]
        if values.get(length) is None:
            raise Unfit(f"{length}: expected a {length}; it is empty")
        begins, ends = values[length]
        requests = values.get("requests")
        if requests is None:
            raise Unfit("requests: expected how many requests there were; it is empty")
        running = values.get("running") or 0
        cost, upstream = values.get("cost"), values.get("upstream_cost")
        if cost and upstream:
            raise Unfit(
                "upstream_cost: expected 0: some of these requests ran under your own key, and how much of the cost is"
                " the gateway's fee is not told; import the requests one by one"
            )
        cost = upstream or cost
        requests -= running
        counted = [values.get(name) for name in _TOKENS]
        if requests <= 0:
            if requests < 0 or cost or any(counted):
                raise Unfit("requests: expected one request or more")
            return None
        errors = min(values.get("errors") or 0, requests)
        unpriced = requests if cost is None else min(max((values.get("unpriced") or 0) - running, 0), requests)
        sums = dict.fromkeys(SUMS, 0) | {
            "requests": requests,
            "cost": cost or 0,
            "priced": requests - unpriced,
            "ok": requests - errors,
            # Which of them ended well is not told; the failed seldom have a price.
            "unpriced_ok": max(0, unpriced - errors),
            "errors": errors,
        }
        for name, number in zip(_TOKENS, counted, strict=True):
            sums[name] = number or 0
            sums[f"{name}_known"] = 0 if number is None else requests
        dimensions = tuple(values.get(name) for name in DIMENSIONS[:-1])
        return Total(
            line,
            length,
            begins,
            ends,
            (*dimensions, values.get("gateway") or self.layout.gateway),
            tuple(sums.values()),
        )


def _whole(cell: Cell) -> str | None:
    """Text as it stands: JSON has nothing to be kept from a spreadsheet."""
    return cells.text(cell, _WHOLE)


def _defused(cell: Cell) -> str | None:
    """Text without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cells.text(cell[1:] if isinstance(cell, str) and _FORMULA.match(cell) else cell, _WHOLE)
