"""A page of imported requests into the ledger, each once."""

import sqlite3
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import msgspec

from franking.ledger.connection import transaction
from franking.ledger.imports.identity import derived
from franking.ledger.imports.layouts import Layout
from franking.ledger.imports.outcome import Way
from franking.ledger.imports.scratch import Scratch
from franking.ledger.imports.values import Request
from franking.ledger.rows import write
from franking.ledger.sides import Sides

__all__ = ["Requests", "identified", "there"]

_NEAR = 6 * 3600 * 1_000_000
"""How far the moments that two sides tell of one request may lie apart, in microseconds."""

_AT_ONCE = 400
"""Parameters of one statement; far below SQLite's bound."""


class Requests:
    """Of one file."""

    def __init__(self, way: Way, scratch: Scratch, layout: Layout) -> None:
        self._way, self._scratch, self._layout = way, scratch, layout
        self._sides = Sides()

    def bring(self, page: Sequence[Request]) -> None:
        """In one transaction. Raises sqlite3.Error; then nothing of the page is there."""
        way = self._way
        named = [identified(request, self._scratch, self._layout) for request in page]
        with nullcontext() if way.dry else transaction(way.ledger):
            known = there(way.ledger, named)
            new = []
            for request, place in zip(named, known, strict=True):
                # The scratch: twice in this file, in a dry run in another page too.
                if place is not None or self._scratch.before(request.record.id.encode()):
                    way.outcome.known += 1
                elif way.overlaps is not None and (refused := way.overlaps.of_request(request)):
                    way.refuse(refused)
                else:
                    new.append(request.record)
            if not way.dry:
                self._sides.forget()
                write(way.ledger, new, self._sides)
        way.outcome.added += len(new)


def identified(request: Request, scratch: Scratch, layout: Layout) -> Request:
    """The request with its id: franking's own, or made of its source's, or else of its contents and occurrence."""
    if request.own:
        return request
    record = request.record
    namespace = record.gateway or layout.name
    identity: bytes | str = request.identity
    occurrence = 0
    if (told := request.source or record.message_id) is not None:
        identity = told
    else:
        occurrence = scratch.before(request.identity)
    name = derived(namespace, identity, occurrence, record.started_at)
    return replace(request, record=msgspec.structs.replace(record, id=name))


def there(ledger: sqlite3.Connection, page: Sequence[Request]) -> list[str | None]:
    """Of each request the id under which the ledger has it: its own, its source's, or that of its message; or None."""
    ids = {request.record.id for request in page} | {request.source for request in page if request.source is not None}
    known = _asked(ledger, "SELECT id, id FROM entries WHERE id IN ({marks})", sorted(ids))
    messages = sorted({one.record.message_id for one in page if one.record.message_id is not None})
    if messages:
        moments = [request.record.started_at for request in page]
        between = f"started_at BETWEEN {min(moments) - _NEAR} AND {max(moments) + _NEAR}"
        asked = f"SELECT message_id, id FROM entries WHERE {between} AND message_id IN ({{marks}})"  # noqa: S608
        known = _asked(ledger, asked, messages) | known
    return [
        next((known[name] for name in (one.record.id, one.source, one.record.message_id) if name in known), None)
        for one in page
    ]


def _asked(ledger: sqlite3.Connection, asked: str, values: Sequence[str]) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for first in range(0, len(values), _AT_ONCE):
        part = values[first : first + _AT_ONCE]
        found.update(ledger.execute(asked.format(marks=", ".join("?" * len(part))), part))
    return found
