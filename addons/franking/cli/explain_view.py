"""An explanation, for people and for programs: what is stamped, each field, every source in order, and faults."""

import json
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from franking.attribution import explain
from franking.cli import tables
from franking.views import explained
from franking.views.explained import Told
from franking.views.requests import public
from franking.words import clean, iso

__all__ = ["as_json", "show"]


def as_json(told: Told) -> str:
    """``{subject, request, stamped: {gateway: [[header, value]]}, fields, filled_in_later, sources, faults, tags}``."""
    rows = explain.rows(told.provenance.candidates)
    shape: dict[str, Any] = {
        "subject": told.subject,
        "request": public(told.row) if told.row is not None else None,
        "stamped": {gateway: [list(pair) for pair in pairs] for gateway, pairs in told.stamped.items()},
        "fields": {
            name: next(({"value": row.value, "source": row.source} for row in of_field if row.won), None)
            for name, of_field in groupby(rows, key=lambda row: row.field)
        }
        | {name: {"value": one.value, "source": one.source} for name, one in told.later.items()},
        "filled_in_later": [
            {
                "field": one.field,
                "value": one.value,
                "source": one.source,
                "where": one.where,
                "at": iso(one.at),
                "run": one.run,
                "neighbour": one.neighbour,
            }
            for one in told.later.values()
        ],
        "sources": [
            {
                "field": row.field,
                "source": row.source,
                "value": row.value,
                "where": row.where,
                "won": row.won,
                "outcome": row.outcome,
            }
            for row in rows
        ],
        "faults": [{"where": fault.where, "what": fault.what} for fault in told.provenance.faults],
        "tags": list(told.provenance.tags),
    }
    return json.dumps(shape, indent=2)


def show(told: Told) -> None:
    """Print it, as wide as the terminal is."""
    out = tables.console()
    out.print(Text(told.subject, style="bold"))
    for gateway, headers in told.stamped.items():
        out.print()
        out.print(f"Stamped for {clean(gateway)}:" if headers else f"Stamped for {clean(gateway)}: nothing")
        for name, value in headers:
            _indented(out, Text.assemble((clean(name), "cyan"), f": {clean(value)}"), 2)
    for field in explained.fields(told):
        _field(out, told, field)
    if told.provenance.faults:
        out.print()
        out.print(Text("What could not be read or is odd", style="bold"))
        for fault in told.provenance.faults:
            _indented(out, Text.assemble((clean(fault.where), "yellow"), f": {clean(fault.what)}"), 2)
    if told.note:
        out.print()
        out.print(Text(told.note, style="dim"))


def _field(out: Console, told: Told, one: explained.Field) -> None:
    """A field's value and where it is from, then its sources in order."""
    out.print()
    out.print(Text.assemble((f"{one.name.capitalize()}: ", "bold"), (one.head, "green" if one.known else "yellow")))
    if one.later is not None:
        head, *lines = explained.filled_in(one.later, told.row)
        _indented(out, Text(f"✓ {head}"), 2)
        for line in lines:
            _indented(out, Text(line, style="dim"), 6)
    for row in one.sources:
        if row.where:
            said, found = explained.shown(row)
            _indented(out, Text(f"{'✓' if row.won else '✗'} {said}", style="" if row.won else "dim"), 2)
            _indented(out, Text(found, style="dim"), 6)
        else:
            _indented(out, Text(f"· {row.what}: {clean(row.outcome)}", style="dim"), 2)


def _indented(out: Console, text: Text, left: int) -> None:
    for line in text.wrap(out, max(20, out.width - left)):
        line.rstrip()
        out.print(Text.assemble(" " * left, line))
