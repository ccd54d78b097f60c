"""A gateway's export beside the ledger: for people and for programs. Money is a decimal string of US dollars there."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from franking.cli import tables
from franking.cli.tables import Column
from franking.ledger.comparing import Figures, Row, Verdict
from franking.ledger.imports.layouts import Layout
from franking.ledger.reconciling_ledger import Span
from franking.words import UNKNOWN, clean, count, dollars, harmless, iso, local, money, plural, short

__all__ = ["About", "as_csv", "as_json", "show"]

_NOBODY = {"model": "(not known)", "client": "(not known)", "gateway": "(not known)", "message": "(no id)"}
_FIGURES = ("requests", "cost", "unpriced", "errors", "input_tokens", "output_tokens")


@dataclass(frozen=True, slots=True)
class About:
    """What was compared. columns: the names of a row's key. tolerance: nano-dollars. refused: lines not read."""

    name: str
    layout: Layout
    columns: tuple[str, ...]
    span: Span
    tolerance: int
    refused: int


def show(about: About, verdict: Verdict, rows: Sequence[Row]) -> None:
    """Print the rows that differ, the dearest first, and in words what they mean."""
    out = tables.console()
    since, until = (local(moment, form="%Y-%m-%d %H:%M") for moment in (about.span.first, about.span.last))
    told = f", {since} to {until}" if about.span.first is not None else ""
    out.print(
        Text.assemble((f"{clean(about.name)} and the ledger", "bold"), (f" by {', '.join(about.columns)}{told}", "dim"))
    )
    out.print()
    if rows:
        out.print(tables.render(_columns(about, rows, verdict), out.width, footer=True))
        if (more := verdict.keys - verdict.equal - len(rows)) > 0:
            out.print(Text(f"and {more:,} more that differ: --top N, --json or --csv", style="dim"))
        out.print()
    for note in _notes(about, verdict):
        out.print(Text(note))


def _columns(about: About, rows: Sequence[Row], verdict: Verdict) -> list[Column]:
    whole = Row((), verdict.file, verdict.ledger)
    every = [*rows, whole]
    found = []
    for place, name in enumerate(about.columns):
        named = [_NOBODY.get(name, "(unattributed)") if row.key[place] is None else str(row.key[place]) for row in rows]
        time = name in {"hour", "day", "week", "month", "time"}
        least = None if time else 10
        found.append(Column(name.capitalize(), [*named, "" if place else "All"], keep=9 if place else 0, least=least))
    found += [
        Column("File", [money(_of(row.file, "cost")) for row in every], "right"),
        Column("Ledger", [money(_of(row.ledger, "cost")) for row in every], "right"),
        Column("Difference", [_signed(row.difference) for row in every], "right"),
        Column("", [_share(row) for row in every], "right", keep=4),
        Column("Requests", [_pair(row, "requests") for row in every], "right", keep=8),
        Column("In", [_pair(row, "input_tokens", brief=True) for row in every], "right", keep=3),
        Column("Out", [_pair(row, "output_tokens", brief=True) for row in every], "right", keep=2),
    ]
    return found


def _of(figures: Figures | None, name: str) -> int | None:
    return None if figures is None else getattr(figures, name)


def _pair(row: Row, name: str, *, brief: bool = False) -> str:
    """Both sides' number; one where they are equal."""
    sides = [_of(row.file, name), _of(row.ledger, name)]
    said = [UNKNOWN if side is None else short(side) if brief else count(side) for side in sides]
    return said[0] if sides[0] == sides[1] else f"{said[0]} | {said[1]}"


def _signed(nano: int) -> str:
    return f"+{money(nano)}" if nano > 0 else money(nano) if nano else "0"


def _share(row: Row) -> str:
    """The difference in percent of the file's cost, one place."""
    whole = _of(row.file, "cost")
    if not whole or not row.difference:
        return ""
    tenths = (abs(row.difference) * 2000 + abs(whole)) // (abs(whole) * 2)
    sign = "+" if row.difference > 0 else "-"
    return f"{sign}{tenths // 10}.{tenths % 10}%" if tenths else f"{sign}<0.1%"


def _notes(about: About, verdict: Verdict) -> list[str]:
    if not verdict.keys:
        return ["The file has no request in this time, and the ledger none."]
    notes = []
    if about.tolerance:
        notes.append(f"Costs that part by no more than {money(about.tolerance)} are taken as equal.")
    if verdict.equal == verdict.keys:
        whole = verdict.file
        notes.append(f"All {verdict.keys:,} are equal: {_requests(whole)}.")
    else:
        notes.append(f"{verdict.equal:,} of {verdict.keys:,} are equal.")
    if verdict.only_file:
        notes.append(
            f"Only in the file: {_requests(verdict.only_file)}. They went around the proxy (another machine, a tool"
            " without it, before it ran), or stand in the ledger under other names."
        )
    if verdict.only_ledger:
        failed = f", {verdict.only_ledger.errors:,} of them failed" if verdict.only_ledger.errors else ""
        notes.append(
            f"Only in the ledger: {_requests(verdict.only_ledger)}{failed}. The gateway lists no request that never"
            " reached it, nor other accounts'; or they have other names in the file."
        )
    if verdict.parted and (unpriced := verdict.parted.unpriced):
        notes.append(
            f"Where both have it, {plural(unpriced, 'request')} of the ledger {'has' if unpriced == 1 else 'have'} no"
            " cost: `frank reprice` computes it where a price is known, prices.file may name one."
        )
    if verdict.parted and verdict.parted.errors:
        notes.append(
            f"Where both have it, {plural(verdict.parted.errors, 'request')} of the ledger failed; a gateway may"
            " not list them."
        )
    if about.refused:
        notes.append(f"{plural(about.refused, 'line')} of the file could not be read and are not compared.")
    return notes


def _requests(figures: Figures | None) -> str:
    if figures is None:
        return "no request"
    return (
        f"{plural(figures.requests, 'request')}, {money(figures.cost) if figures.cost is not None else 'no known cost'}"
    )


def as_json(about: About, verdict: Verdict, rows: Iterable[Row]) -> Iterator[str]:
    """``{file, layout, period, by, tolerance, keys, equal, refused, total, only_in_file, only_in_ledger, rows}``,
    in pieces: there may be many rows, those that differ.
    """
    head = {
        "file": about.name,
        "layout": about.layout.name,
        "period": {"since": iso(about.span.first), "until": iso(about.span.last)},
        "by": list(about.columns),
        "tolerance": dollars(about.tolerance),
        "keys": verdict.keys,
        "equal": verdict.equal,
        "refused": about.refused,
        "total": _sides(Row((), verdict.file, verdict.ledger)),
        "only_in_file": _side(verdict.only_file),
        "only_in_ledger": _side(verdict.only_ledger),
    }
    yield json.dumps(head, indent=2)[:-2] + ',\n  "rows": ['
    between = "\n"
    for row in rows:
        said = dict(zip(about.columns, row.key, strict=True)) | _sides(row)
        yield between + "    " + json.dumps(said)
        between = ",\n"
    yield "\n  ]\n}\n"


def _sides(row: Row) -> dict[str, Any]:
    return {"file": _side(row.file), "ledger": _side(row.ledger), "difference": dollars(row.difference)}


def _side(figures: Figures | None) -> dict[str, Any] | None:
    if figures is None:
        return None
    return {name: dollars(figures.cost) if name == "cost" else getattr(figures, name) for name in _FIGURES}


def as_csv(about: About, rows: Iterable[Row]) -> Iterator[str]:
    """A header and a line for each row that differs; not known, or not there, is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"{side}_{name}" for side in ("file", "ledger") for name in _FIGURES]
    writer.writerow([*about.columns, *names, "difference"])
    for row in rows:
        sides = [_side(side) or dict.fromkeys(_FIGURES) for side in (row.file, row.ledger)]
        figures = [value for side in sides for value in side.values()]
        writer.writerow([*(harmless(value) for value in row.key), *figures, dollars(row.difference)])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()
