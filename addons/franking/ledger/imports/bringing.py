"""A file's requests and totals, brought into the ledger: each once, in short transactions, a sidecar beside or not.

A request that is here already (by its id, its source's id or its message_id) stays as it is; a total that says other
sums than before replaces it. What would count twice is refused.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import batched

from franking.ledger.imports.lines import Bad, Line
from franking.ledger.imports.outcome import Outcome, Way
from franking.ledger.imports.overlaps import Overlaps
from franking.ledger.imports.parsing import Parser
from franking.ledger.imports.requests import Requests
from franking.ledger.imports.scratch import Scratch
from franking.ledger.imports.totals import Totals
from franking.ledger.imports.values import Refused, Request, Total

__all__ = ["bring"]

_PAGE = 200
"""Rows in one transaction: a sidecar beside waits for milliseconds."""


def bring(
    ledger: sqlite3.Connection,
    parser: Parser,
    lines: Iterable[Line | Bad],
    refuse: Callable[[Refused], None],
    *,
    allow_overlap: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """refuse: told of each line that is not taken. ledger: in autocommit mode; only read in a dry run.

    Raises sqlite3.Error, and what reading the file raises; pages committed by then stay, and may come again.
    """
    outcome = Outcome()

    def no(refused: Refused) -> None:
        outcome.refused += 1
        refuse(refused)

    way = Way(ledger, None if allow_overlap else Overlaps(ledger), no, outcome, dry_run)
    with Scratch() as scratch:
        requests, totals = Requests(way, scratch, parser.layout), Totals(way, parser.shape)
        for page in batched(_requests(parser, lines, scratch, way), _PAGE):
            requests.bring(page)
        for found in batched(scratch.totals(), _PAGE):
            totals.bring(found)
    return outcome


def _requests(parser: Parser, lines: Iterable[Line | Bad], scratch: Scratch, way: Way) -> Iterator[Request]:
    """The lines that are requests; totals are put together in the scratch first."""
    for line in lines:
        way.outcome.lines += 1
        match parser.parse(line):
            case Request() as request:
                yield request
            case Refused() as refused:
                way.refuse(refused)
            case Total(length="hour" | "day") as total:
                scratch.add(total, parser.shape)
            case Total(line=number, length=length):
                why = f"a {length}'s total has no day to be counted in: export by day; `frank reconcile` takes it"
                way.refuse(Refused(number, None, why))
            case None:
                way.outcome.empty += 1
