"""An explanation, for people and for programs: what is stamped, each field, every source in order, and faults."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from franking.attribution import explain
from franking.attribution.provenance import Provenance, decode
from franking.cli import tables
from franking.cli.tail_view import public
from franking.cli.text import clean, local, money
from franking.ledger.listings import Row

__all__ = ["Told", "as_json", "of_row", "show"]

_IN_FULL = ("project", "feature")
"""Fields whose silent sources are shown as well: these are stamped."""


@dataclass(frozen=True, slots=True)
class Told:
    """subject: what is explained.  stamped: gateway → headers.  row: of a request that was made.

    stored: field → (value, source) as the row has them, for rows whose candidates were not kept.  note: for people.
    """

    subject: str
    stamped: Mapping[str, tuple[tuple[str, str], ...]]
    provenance: Provenance
    row: Row | None = None
    stored: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""


def of_row(row: Row) -> Told:
    """A request that was made."""
    kept = decode(row["provenance"])
    status = row["status"].replace("_", " ")
    http = f" {row['http_status']}" if row["http_status"] else ""
    subject = (
        f"Request {row['id']}, {local(row['started_at'])}: {row['method']} {row['host']}{row['path']}, {status}{http},"
        f" {row['model'] or row['requested_model'] or 'no model'}, {money(row['cost']).replace('-', 'not priced')}"
    )
    stored = {
        name: (row[column], row[source] or "")
        for name, column, source in (
            ("project", "project_id", "project_source"),
            ("feature", "feature", "feature_source"),
        )
        if row[column] is not None
    }
    note = ""
    if row["rejected_feature"] is not None:
        note = (
            f"The feature {row['rejected_feature']!r} is outside the allow-list (frank features): it was passed on"
            " as it came, and stored as unattributed."
        )
    return Told(clean(subject), {row["gateway"] or "": tuple(kept.stamped)}, kept, row, stored, note)


def as_json(told: Told) -> str:
    """``{subject, request, stamped: {gateway: [[header, value]]}, fields, sources: […], faults: […], tags}``."""
    rows = explain.rows(told.provenance.candidates)
    shape: dict[str, Any] = {
        "subject": told.subject,
        "request": public(told.row) if told.row is not None else None,
        "stamped": {gateway: [list(pair) for pair in pairs] for gateway, pairs in told.stamped.items()},
        "fields": {
            name: next(({"value": row.value, "source": row.source} for row in of_field if row.won), None)
            for name, of_field in groupby(rows, key=lambda row: row.field)
        },
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
    for name, rows in groupby(explain.rows(told.provenance.candidates), key=lambda row: row.field):
        _field(out, told, name, list(rows))
    if told.provenance.faults:
        out.print()
        out.print(Text("What could not be read or is odd", style="bold"))
        for fault in told.provenance.faults:
            _indented(out, Text.assemble((clean(fault.where), "yellow"), f": {clean(fault.what)}"), 2)
    if told.note:
        out.print()
        out.print(Text(told.note, style="dim"))


def _field(out: Console, told: Told, name: str, rows: list[explain.Row]) -> None:
    """A field's value and where it is from, then its sources in order."""
    winner = next((row for row in rows if row.won), None)
    in_full = name in _IN_FULL
    if not in_full and not any(row.where for row in rows):
        return
    out.print()
    if winner is None and name in told.stored:
        value, source = told.stored[name]
        head = f"{clean(value)}, by {clean(source)} (its candidates were not kept)"
    elif winner is None:
        head = "not known: no source has a say"
    elif winner.value is None:
        head = f"none, by {winner.what}"
    else:
        head = f"{clean(winner.value)}, by {winner.what}"
    out.print(
        Text.assemble(
            (f"{name.capitalize()}: ", "bold"), (head, "green" if winner or name in told.stored else "yellow")
        )
    )
    for row in rows:
        if row.where:
            mark = "✓" if row.won else "✗"
            value = "(none)" if row.value is None else clean(row.value)
            _indented(out, Text(f"{mark} {row.what}: {value}", style="" if row.won else "dim"), 2)
            reason = "" if row.won else f". Lost: {clean(row.outcome)}"
            _indented(out, Text(f"found in {clean(row.where)}{reason}", style="dim"), 6)
        elif in_full:
            _indented(out, Text(f"· {row.what}: {clean(row.outcome)}", style="dim"), 2)


def _indented(out: Console, text: Text, left: int) -> None:
    for line in text.wrap(out, max(20, out.width - left)):
        line.rstrip()
        out.print(Text.assemble(" " * left, line))
