"""Costs for people: a table that fits, its total, and in words what the figures leave out."""

import textwrap

from rich.console import Console
from rich.text import Text

from franking.cli import tables
from franking.cli.tables import Column
from franking.ledger.filters import TIMES, Value
from franking.ledger.queries import Costs, Group
from franking.periods import Period
from franking.words import NOBODY, count, money, percent, plural, short

__all__ = ["NOBODY", "show"]

_ROOMY = 120
"""Columns from which on bars are long."""


def show(costs: Costs, period: Period, *, empty: bool, filtered: bool) -> None:
    """Print the table. empty: the ledger has no request at all. filtered: further options narrowed the question."""
    out = tables.console()
    out.print(Text.assemble((f"Cost by {' and '.join(costs.by)}", "bold"), (f", {period.words}", "dim")))
    if not costs.groups:
        _nothing(out, empty=empty, filtered=filtered)
        return
    out.print()
    plain = not out.is_terminal and out.width > 1000
    out.print(tables.render(_columns(costs, out, plain), out.width, footer=True))
    for note in _notes(costs):
        out.print()
        for line in textwrap.wrap(note, out.width, break_on_hyphens=False):
            out.print(Text(line, style="dim"))


def _nothing(out: Console, *, empty: bool, filtered: bool) -> None:
    out.print()
    if empty:
        out.print("No requests yet. Send the first through franking: frank run -- COMMAND")
        out.print("Or see how it looks, without a network: frank demo")
    elif filtered:
        out.print("No requests match. All there is: frank costs --period all")
    else:
        out.print("No requests in this time. All there is: frank costs --period all")


def _columns(costs: Costs, out: Console, plain: bool) -> list[Column]:
    rows = [*costs.groups, costs.total]
    whole = costs.total.cost or 0
    columns = [_names(costs, place) for place in range(len(costs.by))]
    columns.append(Column("Cost", [money(row.cost) for row in rows], "right"))
    columns.append(Column("Share", [percent(row.cost or 0, whole) for row in rows], "right", keep=8))
    if not plain and whole > 0:
        most = max(group.cost or 0 for group in costs.groups)
        wide = 12 if out.width >= _ROOMY else 6
        bars = [tables.bar(group.cost or 0, most, wide, out.encoding) for group in costs.groups]
        columns.append(Column("", [*bars, ""], keep=7, style="cyan"))
    columns += [
        Column("Requests", [count(row.requests) for row in rows], "right", keep=9),
        Column("Average", [money(row.average) for row in rows], "right", keep=6),
        Column(
            "In → out", [f"{short(row.input_tokens)} → {short(row.output_tokens)}" for row in rows], "right", keep=5
        ),
        Column("Users", [count(row.users) for row in rows], "right", keep=4),
    ]
    if costs.total.unpriced:
        columns.append(Column("Unpriced", [count(row.unpriced) for row in rows], "right", keep=3))
    if costs.total.errors:
        columns.append(Column("Errors", [count(row.errors) for row in rows], "right", keep=1))
    return columns


def _names(costs: Costs, place: int) -> Column:
    dimension = costs.by[place]
    names, styles = [], []
    above: Value = ""
    for number, group in enumerate(costs.groups):
        value = group.key[place]
        names.append(NOBODY[dimension] if value is None else value)
        repeated = place == 0 and len(costs.by) > 1 and number > 0 and value == above
        styles.append("dim" if repeated else "dim italic" if value is None else "")
        above = value
    last = "Total" if place == 0 else ""
    least = None if dimension in TIMES else (22 if len(costs.by) == 1 else 16)
    return Column(dimension.capitalize(), [*names, last], least=least, styles=[*styles, ""])


def _notes(costs: Costs) -> list[str]:
    notes = [
        note for place, dimension in enumerate(costs.by) if (note := _unattributed(costs.groups, place, dimension))
    ]
    total = costs.total
    if total.unpriced:
        rest = total.unpriced - total.unpriced_ok
        parts = []
        if total.unpriced_ok:
            parts.append(f"{total.unpriced_ok:,} ended well but no price is known")
        if rest:
            parts.append(f"{rest:,} failed, broken off or still running")
        notes.append(f"Unpriced: {plural(total.unpriced, 'request')} not in the cost ({'; '.join(parts)}).")
    return notes


def _unattributed(groups: tuple[Group, ...], place: int, dimension: str) -> str | None:
    if NOBODY.get(dimension) != "(unattributed)":
        return None
    without = [group for group in groups if group.key[place] is None]
    requests = sum(group.requests for group in without)
    if not requests:
        return None
    priced = [group.cost for group in without if group.cost is not None]
    cost = f" ({money(sum(priced))})" if priced else ""
    why = "`frank features` and `frank explain last` show why." if dimension != "organization" else ""
    return f"Unattributed: {plural(requests, 'request')}{cost} without a known {dimension}. {why}".rstrip()
