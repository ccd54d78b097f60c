"""Goes through a ledger in the order of time, and tells which rows can be filled in, and with what. Read-only.

Rows are read page by page, none kept longer than its neighbours may be: a row is decided once everything up to the far
end of its stretch was read. Memory is bounded by what happens in a page and twice that stretch, not by the ledger.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from franking.ledger.backfill_facts import Facts, Gap, Inference
from franking.ledger.backfill_rules import BackfillRules, Field
from franking.ledger.backfill_windows import Windows

__all__ = ["Filling", "Left", "Search"]

_PAGE = 2000


class Filling(NamedTuple):
    """A row as it was read, and what it can get. cost: nano-dollars, None where it is not known."""

    entry: int
    scope: int
    caller: int
    cost: int | None
    project: Inference | None
    feature: Inference | None


@dataclass(slots=True)
class Left:
    """Rows that stay without the field. disagree: their neighbours do. nothing: nobody says anything.

    rejected: their feature is not on the list of features.
    """

    disagree: int = 0
    nothing: int = 0
    rejected: int = 0


class _Row(NamedTuple):
    entry: int
    at: int
    scope: int
    caller: int
    kind: int
    cost: int | None
    ended: bool


class Search:
    """since, until: microseconds UTC of the rows that may be filled in; neighbours may be outside.

    Attributes: looked_at: rows seen so far. left: field → those that stay as they are.
    """

    def __init__(self, ledger: sqlite3.Connection, rules: BackfillRules, since: int, until: int) -> None:
        self.looked_at = 0
        self.left: dict[Field, Left] = {"project": Left(), "feature": Left()}
        self._ledger = ledger
        self._reach = rules.reach
        self._since = since
        self._until = until
        self._facts = Facts(ledger, rules)
        self._windows = Windows()
        self._waiting: deque[_Row] = deque()

    def whole(self) -> int:
        """How many rows there are to look at. Raises sqlite3.Error."""
        said = "SELECT COUNT(*) FROM entries WHERE started_at >= ? AND started_at < ?"
        return int(self._ledger.execute(said, (self._since, self._until)).fetchone()[0])

    def pages(self) -> Iterator[list[Filling]]:
        """What was decided by each page's end; an empty list says that it went on. Raises sqlite3.Error."""
        version = None
        for page in self._pages():
            if version != (version := self._ledger.execute("PRAGMA data_version").fetchone()):
                # Somebody else was here, and may have dropped side rows.
                self._facts.forget()
            for row in page:
                self._take(row)
            yield self._decided(page[-1].at)
        yield self._decided(None)

    def _pages(self) -> Iterator[list[_Row]]:
        at, entry = self._since - self._reach, -1
        while True:
            found = self._ledger.execute(
                "SELECT rowid, started_at, scope, caller, kind, cost, status <> 'in_flight' FROM entries"
                " WHERE started_at >= ? AND started_at < ? AND (started_at > ? OR rowid > ?)"
                " ORDER BY started_at, rowid LIMIT ?",
                (at, self._until + self._reach + 1, at, entry, _PAGE),
            )
            page = [_Row(*row) for row in found]
            if not page:
                return
            yield page
            entry, at = page[-1].entry, page[-1].at

    def _take(self, row: _Row) -> None:
        shared = self._facts.of(row.scope, row.caller)
        for key, width, value in shared.facts:
            self._windows.add(key, width, (row.at, row.entry, value))
        if self._since <= row.at < self._until:
            self.looked_at += 1
            # A row in flight is written anew when it ends.
            if shared.gaps and row.ended:
                self._waiting.append(row)

    def _decided(self, read: int | None) -> list[Filling]:
        """Rows whose neighbours have all been read: everything before ``read``; None is everything."""
        found = []
        while self._waiting and (read is None or self._waiting[0].at + self._reach < read):
            row = self._waiting.popleft()
            values: dict[Field, Inference] = {}
            for gap in self._facts.of(row.scope, row.caller).gaps:
                if inferred := self._inferred(row, gap):
                    values[gap.field] = inferred
            if values:
                project, feature = values.get("project"), values.get("feature")
                found.append(Filling(row.entry, row.scope, row.caller, row.cost, project, feature))
        if read is not None:
            self._windows.forget(self._waiting[0].at if self._waiting else read)
        return found

    def _inferred(self, row: _Row, gap: Gap) -> Inference | None:
        if own := self._facts.own(row.scope, row.caller, row.kind, gap):
            return own
        left = self.left[gap.field]
        if gap.rejected:
            left.rejected += 1
            return None
        for rule, key in gap.groups:
            said = self._windows.said(key, row.at)
            if said is None:
                continue
            if said.values > 1:
                left.disagree += 1
                return None
            if said.value is None:
                break
            shared = ", ".join(f"{name} {value}" for name, value in zip(rule.same, key[1:], strict=False))
            return Inference(said.value, rule.source, shared, said.entry)
        left.nothing += 1
        return None
