"""One budget: how it stands, where its money went, its alerts and raises; raising and deleting it."""

import sqlite3
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking import periods as calendar
from franking.budgets import alert_store, changes, periods, questions, store
from franking.budgets.values import Budget, BudgetError, Raise, Window
from franking.ledger.filters import Filters
from franking.periods import Period
from franking.projects import questions as of_projects
from franking.views.amounts import nano
from franking.web.asked import Asked, asked
from franking.web.forms import WHOLE, Form, NotWrittenError, Typed, checked, typed, write
from franking.web.pages._channels import sent
from franking.web.pages.budget_reading import day_of
from franking.web.pages.budget_shown import Shown, shown
from franking.web.pages.budgets import DONE
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.site import site
from franking.web.stacks import Stack, stack
from franking.web.tables import Column, Row, Table, arranged
from franking.words import local

__all__ = ["ROUTES", "OneBudget", "budget", "numbered"]

BY = ("project", "model", "user", "feature", "client")
"""What its chart may be made of."""

_NOTE = 300
_ALERTS = 300
"""Alerts and channels that its page looks at, the newest."""


@dataclass(frozen=True, slots=True)
class OneBudget:
    """it: how it stands, with its projects by their names of now. alerts: its newest, and who took them.

    raises: those that have not ended.

    by, stack: what was spent in its window, None outside of one. where: the overview of the same requests.
    starts, ends: its own first and last day. paused_until: while no budget refuses anything.
    """

    it: Shown
    alerts: Table
    raises: Table
    by: str
    stack: Stack | None
    where: str
    starts: str
    ends: str
    paused_until: int | None
    done: str


async def numbered(request: Request) -> Budget:
    """The budget that the address names, with its projects by their names of now. Raises HTTPException 404."""
    number = request.path_params["number"]

    def found(ledger: sqlite3.Connection) -> list[Budget]:
        held = [each for each in store.budgets(ledger) if each.number == number]
        return [questions.named_now(of_projects.names(ledger), each) for each in held]

    for held in await ask(request, found):
        return held
    raise HTTPException(404)


def budget(ledger: sqlite3.Connection, asked: Asked, held: Budget, channels: Collection[str] = ()) -> OneBudget:
    """Everything that the page shows. channels: those that are configured for alerts. Raises WrongError."""
    names = of_projects.names(ledger)
    [state] = questions.states(ledger, asked.now, names, [held])
    by = asked.word("by", next(each for each in BY if each not in held.include), expected=BY)
    stacked, address = None, ""
    if (window := state.window) is not None:
        end = min(window.end, asked.now + 1)
        meant = Filters(window.start, end, state.budget.include)
        own = replace(asked, period=Period(window.start, end, ""), period_name="range", filters=meant,
                      zone=periods.zone(held.zone))  # fmt: skip
        address = _overview(state.budget, window, asked)
        stacked = stack(ledger, own, by, leads=lambda value: f"{address}&{urlencode({by: value})}", names=names)
        parts = replace(stacked.parts, rows=tuple(_linked(row, f"{address}&{by}=") for row in stacked.parts.rows))
        stacked = replace(stacked, parts=arranged(parts, asked), table=arranged(stacked.table, asked))
    told = alert_store.listed(ledger, budget=held.number, newest=_ALERTS)
    return OneBudget(
        shown(state),
        arranged(sent(told, channels), asked, "-when"),
        arranged(_raises(held, store.raises(ledger, asked.now)), asked),
        by,
        stacked,
        address,
        day_of(held, held.starts),
        day_of(held, held.ends, last=True),
        store.paused_until(ledger, asked.now),
        asked.word("done", "", expected={"", *DONE}),
    )


def _overview(budget: Budget, window: Window, asked: Asked) -> str:
    """The overview of what it counts, in its window."""
    days = []
    for word, at, midnight in (("since", window.start, 0), ("until", window.end, 1)):
        whole = local(at, asked.zone, "%H:%M:%S") == "00:00:00"
        days.append(
            (word, local(at - midnight if whole else at, asked.zone, "%Y-%m-%d" if whole else "%Y-%m-%dT%H:%M:%S"))
        )
    return "/?" + urlencode(
        [*days, *((name, value or "") for name, values in budget.include.items() for value in values)]
    )


def _linked(row: Row, nobody: str) -> Row:
    """What is unattributed leads to the overview as well, and not to this page."""
    return replace(row, href=nobody, stay=False) if row.stay and row.href is not None else row


def _raises(held: Budget, raises: list[Raise]) -> Table:
    columns = (Column("since", "From", "time"), Column("until", "Until", "time"), Column("amount", "More", "money"),
               Column("note", "Why", nobody="-"))  # fmt: skip
    rows = (Row((each.since, each.until, each.amount, each.note)) for each in raises if each.budget == held.number)
    return Table("raises", "Raises", columns, tuple(rows))


async def _show(request: Request) -> Response:
    question, held = await asked(request), await numbered(request)
    channels = [one.name for one in site(request).settings.alerts]
    found = await ask(request, lambda ledger: budget(ledger, question, held, channels))
    stacked = (found.stack.parts, found.stack.table) if found.stack else ()
    return page(request, "budget.html", tables=(found.alerts, found.raises, *stacked), asked=question, it=found)


async def _raise_form(request: Request) -> Response:
    held = await numbered(request)
    return await _raise_page(request, held, Form(Typed({})))


async def _raise(request: Request) -> Response:
    held, said = await numbered(request), await typed(request)
    now = time.time_ns() // 1000
    wrong: dict[str, str] = {}
    more = checked(wrong, "amount", lambda: _more(said.one("amount")), 1)
    until = checked(wrong, "until", lambda: _until(said.one("until"), held, now), now)
    note = " ".join(said.one("note").split()) or None
    if note is not None and (len(note) > _NOTE or not note.isprintable()):
        wrong["note"] = f"expected printable text of at most {_NOTE} characters"
    status = 422
    if not wrong:
        try:
            await write(request, lambda ledger: changes.raise_(ledger, held.name, more, now, until, note))
            return RedirectResponse(f"/budgets/{held.number}?done=raised", 303)
        except BudgetError as fault:
            wrong["amount"] = str(fault)
        except NotWrittenError as fault:
            wrong[WHOLE], status = str(fault), 503
    return await _raise_page(request, held, Form(said, wrong), status)


def _more(text: str) -> int:
    amount = nano(text)
    if amount == 0:
        raise ValueError("a raise must be more than 0")
    return amount


def _until(text: str, held: Budget, now: int) -> int:
    """The end of that day in the budget's zone; of its period where nothing is typed."""
    where = periods.zone(held.zone)
    if not text.strip():
        return periods.window(held.period, where, now).end
    end = calendar.moment(text.strip(), now, where)[1]
    if end <= now:
        raise ValueError(f"{text.strip()} is past already")
    return end


async def _raise_page(request: Request, held: Budget, form: Form, status: int = 200) -> Response:
    question = await asked(request)
    found = await ask(request, lambda ledger: shown(questions.states(ledger, question.now, only=[held])[0]))
    return page(request, "budget_raise.html", status=status, it=found, form=form)


async def _delete_form(request: Request) -> Response:
    question, held = await asked(request), await numbered(request)
    found = await ask(request, lambda ledger: shown(questions.states(ledger, question.now, only=[held])[0]))
    return page(request, "budget_delete.html", it=found)


async def _delete(request: Request) -> Response:
    held = await numbered(request)
    await write(request, lambda ledger: changes.delete(ledger, held.name))
    return RedirectResponse("/budgets?done=deleted", 303)


ROUTES = (
    Route("/budgets/{number:int}", _show, methods=["GET"]),
    Route("/budgets/{number:int}/raise", _raise_form, methods=["GET"]),
    Route("/budgets/{number:int}/raise", _raise, methods=["POST"]),
    Route("/budgets/{number:int}/delete", _delete_form, methods=["GET"]),
    Route("/budgets/{number:int}/delete", _delete, methods=["POST"]),
)
