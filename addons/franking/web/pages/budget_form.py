"""The form that makes or changes a budget."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.budgets import changes, periods
from franking.budgets.values import DIMENSIONS, Budget, BudgetError
from franking.web.asked import Asked, asked
from franking.web.forms import WHOLE, Form, NotWrittenError, Typed, typed, write
from franking.web.pages.budget import numbered
from franking.web.pages.budget_choices import Choices, choices, zones
from franking.web.pages.budget_reading import budget_of, typed_of
from franking.web.reading import ask
from franking.web.rendering import page

__all__ = ["ROUTES", "BudgetForm", "blank"]

PERIODS = (("day", "Day"), ("week", "Week, from Monday"), ("month", "Month"), ("quarter", "Quarter"))

SCOPES = (
    ("project", "Project"), ("organization", "Organization"), ("feature", "Feature"), ("user", "User"),
    ("model", "Model"), ("client", "Tool"), ("session", "Session"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BudgetForm:
    """held: the budget that is changed, None for a new one. choices: suggestions for each of ``SCOPES``."""

    held: Budget | None
    form: Form
    choices: Choices
    zones: tuple[str, ...]
    periods: tuple[tuple[str, str], ...] = PERIODS
    scopes: tuple[tuple[str, str], ...] = SCOPES


def blank(asked: Asked) -> Typed:
    """A new budget's fields: the address may name what it is for (``?project=P``)."""
    zone = asked.zone.key if isinstance(asked.zone, ZoneInfo) else periods.local_zone_name()
    fields = typed_of(Budget("", 1, zone=zone)).words
    said: Mapping[str, tuple[str, ...]] = {name: asked.words(name) for name in DIMENSIONS}
    return Typed({**fields, **said, "amount": ("",), "name": (asked.word("name"),)})


async def _held(request: Request) -> Budget | None:
    return await numbered(request) if "number" in request.path_params else None


async def _show(request: Request) -> Response:
    question, held = await asked(request), await _held(request)
    return await _page(request, held, Form(typed_of(held) if held else blank(question)))


async def _save(request: Request) -> Response:
    held, said = await _held(request), await typed(request)
    now = time.time_ns() // 1000
    budget, wrong = budget_of(said, held, await ask(request, choices), now)
    status = 422
    if not wrong:
        try:
            if held is None:
                saved = await write(request, lambda ledger: changes.create(ledger, budget, now))
            else:
                fields = {name: getattr(budget, name) for name in _CHANGED}
                saved = await write(request, lambda ledger: changes.edit(ledger, held.name, now, **fields))
            return RedirectResponse(f"/budgets/{saved.number}?done={'changed' if held else 'made'}", 303)
        except BudgetError as fault:
            wrong["name"] = str(fault)
        except NotWrittenError as fault:
            wrong[WHOLE], status = str(fault), 503
    # Once told, the form goes on from the budget as it is now.
    seen = {"seen": (str(held.changed_at or ""),)} if held is not None else {}
    return await _page(request, held, Form(Typed({**said.words, **seen}), wrong), status)


_CHANGED = ("name", "amount", "period", "zone", "include", "thresholds", "hard", "starts", "ends", "unknown_cost")


async def _page(request: Request, held: Budget | None, form: Form, status: int = 200) -> Response:
    found = BudgetForm(held, form, await ask(request, choices), tuple(zones()))
    return page(request, "budget_form.html", status=status, it=found, form=form)


ROUTES = (
    Route("/budgets/new", _show, methods=["GET"]),
    Route("/budgets/new", _save, methods=["POST"]),
    Route("/budgets/{number:int}/edit", _show, methods=["GET"]),
    Route("/budgets/{number:int}/edit", _save, methods=["POST"]),
)
