"""A gateway's export beside the ledger: by day, user, model or whatever its lines tell apart, or request by request.

Requests of an export are found in the ledger by the id that both know (message_id, or franking's own). Totals are
compared with what every view counts, imported ones included. The ledger's side is what went to the file's gateway, from
the first to the last moment that the file tells of.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from franking.ledger import reconciling_ledger as own_side
from franking.ledger.comparing import Comparison, Value
from franking.ledger.imports.fields import DIMENSIONS, PERIODS
from franking.ledger.imports.lines import Bad, Line
from franking.ledger.imports.parsing import Parser
from franking.ledger.imports.requests import identified, there
from franking.ledger.imports.scratch import Scratch
from franking.ledger.imports.values import Refused, Request, Total
from franking.ledger.reconciling_ledger import FROM_SUMS, REQUEST, ROWS, WORDS, Span, counted, key, of_row, time
from franking.ledger.record import Record

__all__ = ["columns", "compare", "granularity"]

_SHOWN = ("time", "model", "message")
_PAGE = 400


def granularity(parser: Parser) -> tuple[str, ...]:
    """What a file's lines tell apart, in the words of ``--by``."""
    if parser.layout.kind == "requests":
        return (REQUEST,)
    return tuple(WORDS.get(name, name) for name in parser.shape.split(","))


def columns(by: Sequence[str], parser: Parser) -> tuple[str, ...]:
    """The names of a row's key. Raises ValueError where the file cannot be compared by that."""
    if tuple(by) == (REQUEST,):
        if parser.layout.kind != "requests":
            raise ValueError(f"its lines are totals; expected some of {', '.join(granularity(parser))}")
        return _SHOWN
    told = [WORDS.get(name, name) for name in parser.shape.split(",") if name in DIMENSIONS]
    if parser.layout.kind == "requests":
        times: list[str] = list(PERIODS)
    else:
        length = parser.periods[0]
        times = {"hour": list(PERIODS), "day": ["day", "week", "month"]}.get(length, [length])
    for word in by:
        if word not in (*told, *times):
            raise ValueError(f"{word!r} is not told by the file; expected some of {', '.join((*times, *told))}")
    if not by or len(set(by)) != len(by) or sum(word in PERIODS for word in by) > 1:
        raise ValueError("expected different words, of them one time at most")
    return tuple(by)


def compare(
    ledger: sqlite3.Connection,
    parser: Parser,
    lines: Iterable[Line | Bad],
    by: Sequence[str],
    span: Span,
    into: Comparison,
    refuse: Callable[[Refused], None],
) -> None:
    """Both sides into the comparison. refuse: told of each line that cannot be read. Raises sqlite3.Error."""
    zone = parser.zone
    with Scratch() as scratch:
        if parser.layout.kind == "totals":
            for total in _read(parser, lines, refuse):
                if isinstance(total, Total) and span.holds(total.begins, total.ends):
                    figures = [total.sums[place] for place in FROM_SUMS]
                    into.add("file", key(by, total.begins, total.dimensions, zone), figures)
            own_side.totals(ledger, parser, by, span, into)
            return
        requests = (one for one in _read(parser, lines, refuse) if isinstance(one, Request))
        meant = (one for one in requests if span.holds(one.record.started_at, one.record.started_at + 1))
        for page in batched(meant, _PAGE):
            if tuple(by) == (REQUEST,):
                _page(ledger, [identified(one, scratch, parser.layout) for one in page], into)
            else:
                for request in page:
                    dimensions = _of_record(request.record)
                    into.add("file", key(by, request.record.started_at, dimensions, zone), _own(request.record))
        own_side.rows(ledger, parser, by, span, into)


def _read(parser: Parser, lines: Iterable[Line | Bad], refuse: Callable[[Refused], None]) -> Iterator[Request | Total]:
    for line in lines:
        match parser.parse(line):
            case Refused() as refused:
                refuse(refused)
            case Request() | Total() as found:
                yield found


def _page(ledger: sqlite3.Connection, page: Sequence[Request], into: Comparison) -> None:
    """Some of the file's requests, and what the ledger has of them."""
    places = there(ledger, page)
    marks = [place for place in places if place is not None]
    asked = f"{ROWS} WHERE id IN ({', '.join('?' * len(marks))})"
    found = {row[0]: row for row in ledger.execute(asked, marks)}
    for request, place in zip(page, places, strict=True):
        record = request.record
        one = (place or record.id,)
        shown = (time(record.started_at), record.model or record.requested_model, record.message_id or request.source)
        into.add("file", one, _own(record), shown)
        if place is not None and not into.known("ledger", one):
            into.add("ledger", one, of_row(found[place]))


def _of_record(record: Record) -> tuple[Value, ...]:
    values: dict[str, Any] = {name: getattr(record, name) for name in DIMENSIONS}
    values["model"] = record.model or record.requested_model
    return tuple(values.values())


def _own(record: Record) -> tuple[int, ...]:
    return counted(record.cost, record.status, record.input_tokens, record.output_tokens)
