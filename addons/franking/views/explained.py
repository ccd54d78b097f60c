"""Why a request is whose it is, in words that every view shares: each field's value, every source in its order, why one
won and the others did not, and what was filled in later. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import groupby

from franking.attribution import explain
from franking.attribution.provenance import Provenance, decode
from franking.ledger.backfill_told import Later
from franking.ledger.listings import Row
from franking.words import clean, duration, local, money

__all__ = ["Field", "Told", "fields", "filled_in", "of_row", "shown"]

_IN_FULL = ("project", "feature")
"""Fields whose silent sources are shown as well: these are stamped."""


@dataclass(frozen=True, slots=True)
class Told:
    """subject: what is explained.  stamped: gateway → headers.  row: of a request that was made.

    stored: field → (value, source) as the row has them, for rows whose candidates were not kept.  note: for people.
    later: field → how it was filled in, where it was (``frank backfill``).
    """

    subject: str
    stamped: Mapping[str, tuple[tuple[str, str], ...]]
    provenance: Provenance
    row: Row | None = None
    stored: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""
    later: Mapping[str, Later] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """head: the value and where it is from, in a sentence's part.  known: is there an answer at all.

    sources: in order, the silent ones only of what is stamped.  later: how it was filled in, else None.
    """

    name: str
    head: str
    known: bool
    sources: tuple[explain.Row, ...]
    later: Later | None = None


def of_row(row: Row, later: Sequence[Later] = ()) -> Told:
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
    note, filled = "", any(one.field == "feature" for one in later)
    if row["rejected_feature"] is not None:
        note = (
            f"The feature {row['rejected_feature']!r} is outside the allow-list (frank features): it was passed on"
            f" as it came, and {'a rule has put another in its place' if filled else 'stored as unattributed'}."
        )
    stamped = {row["gateway"] or "": tuple(kept.stamped)}
    return Told(clean(subject), stamped, kept, row, stored, note, {one.field: one for one in later})


def fields(told: Told) -> list[Field]:
    """The fields of which there is something to say, each with its sources."""
    found = []
    for name, of_field in groupby(explain.rows(told.provenance.candidates), key=lambda row: row.field):
        rows, in_full = tuple(of_field), name in _IN_FULL
        if not in_full and not any(row.where for row in rows):
            continue
        head, known = _head(told, name, rows)
        found.append(Field(name, head, known, tuple(row for row in rows if row.where or in_full), told.later.get(name)))
    return found


def _head(told: Told, name: str, rows: Sequence[explain.Row]) -> tuple[str, bool]:
    winner = next((row for row in rows if row.won), None)
    known = winner is not None or name in told.stored
    if name in told.later:
        return f"{clean(told.later[name].value)}, filled in later by frank backfill", known
    if winner is None and name in told.stored:
        value, source = told.stored[name]
        return f"{clean(value)}, by {clean(source)} (its candidates were not kept)", known
    if winner is None:
        return "not known: no source has a say", known
    return f"{'none' if winner.value is None else clean(winner.value)}, by {winner.what}", known


def shown(row: explain.Row) -> tuple[str, str]:
    """A source that had something to say: what it said, and where that was found and why it lost."""
    value = "(none)" if row.value is None else clean(row.value)
    reason = "" if row.won else f". Lost: {clean(row.outcome)}"
    return f"{row.what}: {value}", f"found in {clean(row.where)}{reason}"


def filled_in(one: Later, row: Row | None, zone: tzinfo | None = None) -> tuple[str, ...]:
    """Which rule it was, from which neighbour, and how to take it back."""
    lines = [f"rule {clean(one.rule)}: {clean(one.where) or 'what it went by was not kept'}"]
    if one.neighbour is not None and one.neighbour_at is not None and row is not None:
        apart = one.neighbour_at - row["started_at"]
        when = f"{duration(abs(apart))} {'later' if apart > 0 else 'earlier'}"
        lines.append(f"found in request {one.neighbour}, {when}, the nearest of its neighbours")
    elif "neighbour" in one.rule:
        lines.append("found in a request that is no longer here")
    if one.run is not None:
        lines.append(f"run {one.run} of {local(one.at, zone)}; frank backfill --undo {one.run} takes it back")
    return tuple(lines)
