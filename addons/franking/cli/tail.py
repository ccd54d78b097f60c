"""``frank tail``: requests as they end."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import sqlite3

    from franking.ledger.filters import Filters

__all__ = ["tail"]

_PAUSE = 0.2
"""Seconds between two looks at the ledger; a look that finds nothing new costs some microseconds."""


def tail(
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on as requests end, until Ctrl-C.")] = False,
    number: Annotated[int, typer.Option("-n", "--number", metavar="N", min=0, help="How many to begin with.")] = 10,
    headers: Annotated[bool, typer.Option("--headers", help="Show the headers that were stamped on each.")] = False,
    project: Annotated[list[str] | None, typer.Option(metavar="P", help="Only this project; '' is none.")] = None,
    feature: Annotated[list[str] | None, typer.Option(metavar="F", help="Only this feature; '' is none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
) -> None:
    """Requests as they end: when, whose, which model, tokens, cost and how long.

    Marks: ✓ ended well, ✗ failed, ~ broken off by the client, ! refused by a budget. With -f, budgets' alerts too.
    """
    from franking.cli import selection, tail_view
    from franking.cli.alerts_view import Bell
    from franking.ledger import reader
    from franking.ledger.listings import Follower, newest

    chosen = _Chosen(selection.filters(project=project or (), feature=feature or ()))
    view = tail_view.Json(headers) if as_json else tail_view.Lines(headers)
    follower, bell = Follower(selection.now()), Bell(selection.now())
    try:
        while True:
            try:
                with reader.opened() as ledger:
                    # One snapshot for both, so that nothing is shown twice or missed in between.
                    ledger.execute("BEGIN")
                    begun = newest(ledger, chosen.parts(ledger), number)
                    follower.ended(ledger, chosen.parts(ledger))
                    ledger.execute("COMMIT")
                    view.show(begun)
                    if not begun:
                        view.nothing_yet(follow)
                    while follow:
                        time.sleep(_PAUSE)
                        ledger.execute("BEGIN")
                        ended = follower.ended(ledger, chosen.parts(ledger))
                        ledger.execute("COMMIT")
                        view.show(ended)
                        bell.ring(ledger)
                return
            except reader.LedgerMissingError:
                view.nothing_yet(follow)
                if not follow:
                    return
                time.sleep(_PAUSE)
    except KeyboardInterrupt:
        return


class _Chosen:
    """Which requests are meant, by ids and repositories, as projects are defined by now.

    Found anew whenever something was written: a project, or the first request with a further id of it.
    """

    def __init__(self, filters: "Filters") -> None:
        self._filters = filters
        self._at: tuple[sqlite3.Connection, int] | None = None
        self._parts: Sequence[Filters] = (filters,)

    def parts(self, ledger: "sqlite3.Connection") -> "Sequence[Filters]":
        if "project" not in self._filters.include:
            return self._parts
        from franking.projects import folding, questions

        at = (ledger, ledger.execute("PRAGMA data_version").fetchone()[0])
        if at != self._at:
            self._at = at
            self._parts = folding.matched(questions.names(ledger), self._filters)
        return self._parts
