"""All budgets and how they stand, and the pause that lets everything pass."""

import sqlite3
import time
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.budgets import changes, questions, store
from franking.web.asked import Asked, WrongError, asked
from franking.web.forms import typed, write
from franking.web.navigation import Entry
from franking.web.pages.budget_shown import Shown, listing, shown
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.tables import Table, arranged

__all__ = ["ENTRY", "PAUSES", "ROUTES", "Budgets", "budgets"]

ENTRY = Entry("Budgets", "/budgets", 4)

PAUSES = {"15": "15 minutes", "60": "1 hour", "240": "4 hours", "1440": "1 day", "10080": "1 week"}
"""Minutes for which budgets may be paused, in words."""

DONE = {"made", "changed", "deleted", "raised", "paused", "resumed"}
"""What a page may say has been done."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """listed: as the address asks for. over, warning: how many are. hard: does any refuse. uncounted: requests without
    a known price that count in no budget of theirs. paused_until: when the pause ends, None where there is none.
    """

    listed: tuple[Shown, ...]
    table: Table
    count: int
    over: int
    warning: int
    hard: bool
    uncounted: int
    paused_until: int | None
    done: str


def budgets(ledger: sqlite3.Connection, asked: Asked) -> Budgets:
    """Everything that the page shows. Raises WrongError."""
    states = {str(state.budget.number): state for state in questions.states(ledger, asked.now)}
    table = arranged(listing(states.values()), asked)
    return Budgets(
        listed=tuple(shown(states[row.key]) for row in table.rows if row.key is not None),
        table=table,
        count=len(states),
        over=sum(state.status == "over" for state in states.values()),
        warning=sum(state.status == "warning" for state in states.values()),
        hard=any(state.budget.hard for state in states.values()),
        uncounted=max(
            (state.spending.unknown for state in states.values() if state.budget.unknown_cost is None), default=0
        ),
        paused_until=store.paused_until(ledger, asked.now),
        done=asked.word("done", "", expected={"", *DONE}),
    )


async def _show(request: Request) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: budgets(ledger, question))
    return page(request, "budgets.html", tables=(found.table,), asked=question, it=found, pauses=PAUSES)


async def _pause(request: Request) -> Response:
    minutes = (await typed(request)).one("minutes")
    if minutes not in PAUSES:
        raise WrongError(f"minutes: {minutes!r} is none of {', '.join(PAUSES)}")
    now = time.time_ns() // 1000
    await write(request, lambda ledger: changes.pause(ledger, now, now + int(minutes) * 60_000_000))
    return RedirectResponse("/budgets?done=paused", 303)


async def _resume(request: Request) -> Response:
    await write(request, lambda ledger: changes.resume(ledger, time.time_ns() // 1000))
    return RedirectResponse("/budgets?done=resumed", 303)


ROUTES = (
    Route("/budgets", _show, methods=["GET"]),
    Route("/budgets/pause", _pause, methods=["POST"]),
    Route("/budgets/resume", _resume, methods=["POST"]),
)
